"""What a file or folder is that somebody dropped on the window."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from sddesk.core.concepts.index import concept_paths, folders_in
from sddesk.core.concepts.reading import LEARNED, SUFFIXES
from sddesk.core.models import look_at
from sddesk.core.picture_files import from_pil, load_picture, load_rgba, read_metadata
from sddesk.core.problems import ProblemError
from sddesk.core.recall import Recalled, recall
from sddesk.core.sheet_reading import Sheet, is_sheet, read_sheet
from sddesk.core.tapes import find_tape
from sddesk.core.values import ModelRef, Picture

if TYPE_CHECKING:
    from sddesk.core.canvas.layers import Pixels, State


@dataclass(frozen=True, slots=True)
class DroppedPicture:
    """A picture, with the settings and the tape that it has."""

    path: Path
    picture: Picture
    recalled: Recalled | None
    tape: Path | None
    text: str = ""  # the settings as other programs read them


@dataclass(frozen=True, slots=True)
class DroppedSheet:
    """The sheet of a grid."""

    path: Path
    picture: Picture
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class DroppedModel:
    """A folder with a model that can be used."""

    ref: ModelRef


@dataclass(frozen=True, slots=True)
class DroppedLayer:
    """A picture to be laid on the canvas: (height, width, 4), and the hash of it on white."""

    name: str
    pixels: "Pixels"
    pixel_hash: str


@dataclass(frozen=True, slots=True)
class DroppedDrawing:
    """An OpenRaster drawing."""

    path: Path
    state: "State"


@dataclass(frozen=True, slots=True)
class DroppedConcepts:
    """A file or folder that teaches words, or a folder of `several` such."""

    path: Path
    several: bool = False


def may_be_concept(path: Path) -> bool:
    """By its name alone; folders too."""
    return path.suffix.lower() in SUFFIXES or path.is_dir()


def look_at_layer(path: Path, largest: int) -> DroppedLayer | DroppedDrawing:
    """The drawing at `path`, or the picture, with no side above `largest`; raises `ProblemError`.

    A picture keeps its transparency.
    """
    import numpy as np

    from sddesk.core.canvas.openraster_reading import is_openraster, load_drawing

    if is_openraster(path):
        return DroppedDrawing(path, load_drawing(path))
    width, height, data = load_rgba(path, largest)
    pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)
    on_white = from_pil(Image.frombytes("RGBA", (width, height), data))
    return DroppedLayer(path.stem, pixels, on_white.pixel_hash())


def look_at_file(path: Path) -> DroppedPicture:
    """The picture at `path`; raises `ProblemError` if it is none."""
    picture, recalled = load_picture(path), recall(path)
    tape = None
    if recalled is not None and recalled.ours:
        try:
            tape = find_tape(path)
        except ProblemError:  # dropped for quota, or of another picture: it can be made again
            tape = None
    text = read_metadata(path).get("parameters", "")
    return DroppedPicture(path, picture, recalled, tape, text)


def look_at_drop(
    path: Path,
) -> DroppedPicture | DroppedSheet | DroppedModel | DroppedDrawing | DroppedConcepts:
    """What `path` is; raises `ProblemError` for what SD Desk has no use for."""
    if not path.is_dir():
        if path.suffix.lower() == ".ora":
            from sddesk.core.canvas.openraster_reading import load_drawing

            return DroppedDrawing(path, load_drawing(path))
        if path.suffix.lower() in SUFFIXES:
            return DroppedConcepts(path)
        if is_sheet(path):
            return DroppedSheet(path, load_picture(path), read_sheet(path))
        return look_at_file(path)
    if not (path / "model_index.json").exists():
        return _look_at_folder(path)
    found = look_at(path)
    if found.ref is None:
        assert found.problem is not None
        raise ProblemError.of(found.problem)
    return DroppedModel(found.ref)


def _look_at_folder(path: Path) -> DroppedConcepts:
    if any((path / name).exists() for name in LEARNED):
        return DroppedConcepts(path)
    if folders_in(path) == [path] and not concept_paths(path):
        raise ProblemError(
            "This folder holds nothing that SD Desk can use",
            str(path),
            "drop a model in diffusers' layout, learned words or LoRAs, or a picture",
        )
    return DroppedConcepts(path, several=True)
