"""Reading OpenRaster files of any program, hostile ones included."""

import io
import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from sddesk.core.canvas.document import check_size
from sddesk.core.canvas.layers import Color, Layer, State, clear_pixels, new_layer
from sddesk.core.canvas.openraster import BACKGROUND, PARENTS
from sddesk.core.canvas.operations import MAX_LAYERS
from sddesk.core.canvas.rects import Rect
from sddesk.core.picture_files import from_pil
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.values import MAX_SIDE, Picture

_MAX_XML = 2**20  # bytes
_MAX_ENTRY = 512 * 2**20
_MAX_TOTAL = 2 * 2**30  # bytes of all layers together, as they lie in memory
_DEEPEST = 16
_HINT = "open a file that Krita, GIMP, MyPaint or SD Desk has written"
_HASH = 64  # hexadecimal digits


def load_drawing(path: Path) -> State:
    """The drawing in an .ora file; groups become their layers.

    Raises `ProblemError` for files that are missing, damaged, foreign, hostile or too large.
    """
    with _Archive(path) as archive:
        root = archive.stack()
        width, height = _whole(root.get("w")), _whole(root.get("h"))
        check_size(width, height)
        entries = list(_entries(root.find("stack"), _Place()))
        color = _background(entries[-1].attributes) if entries else None
        if color is not None:
            entries.pop()
        if len(entries) > MAX_LAYERS or len(entries) * width * height * 4 > _MAX_TOTAL:
            raise _refused(path, f"{len(entries)} layers of {width}x{height}")
        layers = [archive.layer(entry, width, height) for entry in reversed(entries)]
        layers = layers or [new_layer("Layer 1", clear_pixels(width, height))]
        chosen = [e.attributes.get("selected") == "true" for e in reversed(entries)]
        active = layers[chosen.index(True) if True in chosen else -1].id
        return State(width, height, tuple(layers), active, color, None, _parents(root))


def load_merged(path: Path) -> Picture:
    """What the drawing looks like, as its program has laid it together, on white.

    Raises `ProblemError` as `load_drawing` does.
    """
    with _Archive(path) as archive:
        return from_pil(archive.image("mergedimage.png"))


def is_openraster(path: Path) -> bool:
    """Whether the file's name says that it is a drawing."""
    return path.suffix.lower() == ".ora"


@dataclass(frozen=True, slots=True)
class _Place:
    """What a group gives to its layers."""

    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    attributes: dict[str, str]
    place: _Place


def _entries(stack: ElementTree.Element | None, place: _Place) -> Iterator[_Entry]:
    """The layers from the top down."""
    if stack is None or place.depth > _DEEPEST:
        raise ValueError("there is no stack of layers" if stack is None else "groups too deep")
    for element in stack:
        inner = _Place(
            place.x + _whole(element.get("x", "0")),
            place.y + _whole(element.get("y", "0")),
            place.opacity * _share(element.get("opacity", "1")),
            place.visible and element.get("visibility", "visible") != "hidden",
            place.depth + 1,
        )
        if element.tag == "stack":
            yield from _entries(element, inner)
        elif element.tag == "layer":
            yield _Entry(dict(element.attrib), inner)


class _Archive:
    """The zip file, read with suspicion: no entry is larger in memory than it may be."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "_Archive":
        try:
            self._zip = zipfile.ZipFile(self._path)
            names = self._zip.namelist()
        except OSError as error:
            raise disk_problem(error, f"reading {self._path}") from error
        except Exception as error:  # damaged archives make it raise nearly anything
            raise _damaged(self._path, error) from error
        for name in names:
            parts = name.replace("\\", "/").split("/")
            if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
                self._zip.close()
                raise _refused(self._path, f"a name that leads out of it: {name!r}")
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._zip.close()
        if isinstance(error, OSError) and error.errno is not None:
            raise disk_problem(error, f"reading {self._path}") from error
        if isinstance(error, Exception) and not isinstance(error, ProblemError):
            raise _damaged(self._path, error) from error

    def stack(self) -> ElementTree.Element:
        """The root of stack.xml; documents that define entities are refused."""
        data = self._read("stack.xml", _MAX_XML)
        if b"<!" in data.replace(b"<!--", b""):
            raise _refused(self._path, "stack.xml with declarations")
        root = ElementTree.fromstring(data)
        if root.tag != "image":
            raise ValueError("stack.xml is not about an image")
        return root

    def layer(self, entry: _Entry, width: int, height: int) -> Layer:
        """One layer with its pixels at their place."""
        attributes, place = entry.attributes, entry.place
        pixels = clear_pixels(width, height)
        image = np.asarray(self.image(attributes["src"]).convert("RGBA"))
        rows, columns = image.shape[:2]
        rect = Rect(place.x, place.y, place.x + columns, place.y + rows)
        rect &= Rect(0, 0, width, height)
        left, top = rect.left - place.x, rect.top - place.y
        cut = image[top : top + rect.height, left : left + rect.width]
        if rect:
            pixels[rect.rows, rect.columns] = cut
        name = attributes.get("name", "") or attributes["src"]
        return replace(
            new_layer(name[:200], pixels),
            opacity=place.opacity,
            visible=place.visible,
            locked=attributes.get("edit-locked") == "true",
            alpha_locked=attributes.get("alpha-preserve") == "true",
        )

    def image(self, name: str) -> Image.Image:
        """A picture in the archive, decoded."""
        with Image.open(io.BytesIO(self._read(name, _MAX_ENTRY)), formats=("PNG",)) as image:
            if max(image.size) > 2 * MAX_SIDE or image.width * image.height > MAX_SIDE**2:
                raise _refused(self._path, f"a layer of {image.width}x{image.height}")
            image.load()
            return image

    def _read(self, name: str, limit: int) -> bytes:
        info = self._zip.getinfo(name)
        if info.file_size > limit:
            raise _refused(self._path, f"{name} of {info.file_size} bytes")
        with self._zip.open(info) as file:
            return file.read(limit)


def _background(attributes: dict[str, str]) -> Color | None:
    text = attributes.get(BACKGROUND, "")
    if len(text) != 7 or not text.startswith("#"):
        return None
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def _parents(root: ElementTree.Element) -> tuple[str, ...]:
    names = root.get(PARENTS, "").split()
    return tuple(name for name in names if len(name) == _HASH)[:MAX_LAYERS]


def _whole(text: str | None) -> int:
    number = float(text or "")
    if not math.isfinite(number) or abs(number) > 1e9:
        raise ValueError(f"no number of pixels: {text}")
    return int(number)


def _share(text: str) -> float:
    number = float(text)
    return max(0.0, min(1.0, number)) if math.isfinite(number) else 1.0


def _damaged(path: Path, error: Exception) -> ProblemError:
    return ProblemError("The drawing is damaged", f"{path} ({error})", _HINT)


def _refused(path: Path, why: str) -> ProblemError:
    return ProblemError("The drawing is not safe to open", f"{path} ({why})", _HINT)
