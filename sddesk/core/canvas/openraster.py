"""Writing drawings as OpenRaster (.ora), which Krita, GIMP and MyPaint open."""

import zipfile
from functools import lru_cache, partial
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import numpy as np

from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.layers import Color, Layer, State, alpha_bounds
from sddesk.core.canvas.png_writing import Packer, png_bytes
from sddesk.core.canvas.rects import Rect
from sddesk.core.files import write_atomically
from sddesk.core.picture_files import to_pil

MIMETYPE = "image/openraster"
BACKGROUND = "sddesk-background"  # marks the layer that stands for the background colour
PARENTS = "sddesk-parents"
_VERSION = "0.0.3"  # of the specification
_THUMBNAIL = 256


class OraWriter:
    """Makes files of drawings; what did not change since the last time is not packed anew.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._packed: dict[int, tuple[list[bytes], Rect]] = {}  # by the raster's version
        self._packers: dict[int, Packer] = {}  # by the layer's id
        self._merger = Packer()

    def save(self, path: Path, state: State, remark: bytes = b"") -> None:
        """Write the file whole or not at all; raises `ProblemError` when the disk refuses.

        `remark` is the comment of the archive, which no program looks at.
        """
        write_atomically(path, partial(self.write, state=state, remark=remark))

    def write(self, target: Path | IO[bytes], state: State, remark: bytes = b"") -> None:
        """Write this drawing (specification: openraster.org, 0.0.3 and later); `OSError`."""
        self._packers = {x.id: self._packers.get(x.id) or Packer() for x in state.layers}
        self._packed = {layer.raster.version: self._pack(layer) for layer in state.layers}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            archive.comment = remark
            archive.writestr("mimetype", MIMETYPE)  # first, and not compressed
            archive.writestr("stack.xml", self._stack(state))
            for number, layer in enumerate(state.layers):
                parts = self._packed[layer.raster.version][0]
                archive.writestr(_name(number), b"".join(parts))
            if state.background is not None:
                background = _background(state.width, state.height, state.background)
                archive.writestr("data/background.png", background)
            seen = flatten(state)
            pixels = np.frombuffer(seen.pixels, np.uint8).reshape(seen.height, seen.width, 3)
            archive.writestr("mergedimage.png", b"".join(self._merger.parts(pixels)))
            image = to_pil(seen)
            image.thumbnail((_THUMBNAIL, _THUMBNAIL))
            archive.writestr("Thumbnails/thumbnail.png", png_bytes(np.asarray(image)))

    def _pack(self, layer: Layer) -> tuple[list[bytes], Rect]:
        version = layer.raster.version
        if version not in self._packed:
            rect = alpha_bounds(layer.pixels[..., 3]) or Rect(0, 0, 1, 1)
            parts = self._packers[layer.id].parts(layer.pixels[rect.rows, rect.columns])
            self._packed[version] = parts, rect
        return self._packed[version]

    def _stack(self, state: State) -> bytes:
        size = {"w": str(state.width), "h": str(state.height)}
        image = ElementTree.Element("image", {"version": _VERSION, **size})
        if state.parents:
            image.set(PARENTS, " ".join(state.parents))
        stack = ElementTree.SubElement(image, "stack")
        for number in range(len(state.layers) - 1, -1, -1):  # the uppermost first
            layer = state.layers[number]
            rect = self._packed[layer.raster.version][1]
            ElementTree.SubElement(stack, "layer", _attributes(layer, number, rect, state))
        if state.background is not None:
            color = "#{:02x}{:02x}{:02x}".format(*state.background)
            below = {"name": "Background", "src": "data/background.png", "x": "0", "y": "0"}
            ElementTree.SubElement(stack, "layer", {**below, BACKGROUND: color})
        return ElementTree.tostring(image, "utf-8", xml_declaration=True)


def _attributes(layer: Layer, number: int, rect: Rect, state: State) -> dict[str, str]:
    attributes = {
        "name": "".join(c for c in layer.name if c.isprintable()),  # XML forbids others
        "src": _name(number),
        "x": str(rect.left),
        "y": str(rect.top),
        "opacity": repr(layer.opacity),
        "visibility": "visible" if layer.visible else "hidden",
        "composite-op": "svg:src-over",
    }
    flags = {
        "edit-locked": layer.locked,
        "alpha-preserve": layer.alpha_locked,
        "selected": layer.id == state.active,
    }
    return attributes | {name: "true" for name, on in flags.items() if on}


def _name(number: int) -> str:
    return f"data/layer{number:03}.png"


@lru_cache(maxsize=2)
def _background(width: int, height: int, color: Color) -> bytes:
    return png_bytes(np.broadcast_to(np.array(color, np.uint8), (height, width, 3)))
