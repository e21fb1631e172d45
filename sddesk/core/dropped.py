"""What a file or folder is that somebody dropped on the window."""

from dataclasses import dataclass
from pathlib import Path

from sddesk.core.models import look_at
from sddesk.core.picture_files import load_picture, read_metadata
from sddesk.core.problems import ProblemError
from sddesk.core.recall import Recalled, recall
from sddesk.core.sheet_reading import Sheet, is_sheet, read_sheet
from sddesk.core.tapes import find_tape
from sddesk.core.values import ModelRef, Picture


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


def look_at_drop(path: Path) -> DroppedPicture | DroppedSheet | DroppedModel:
    """What `path` is; raises `ProblemError` for what SD Desk has no use for."""
    if not path.is_dir():
        if is_sheet(path):
            return DroppedSheet(path, load_picture(path), read_sheet(path))
        return look_at_file(path)
    if not (path / "model_index.json").exists():
        raise ProblemError(
            "This folder is not a model",
            str(path),
            "drop a folder in diffusers' layout, or a picture",
        )
    found = look_at(path)
    if found.ref is None:
        assert found.problem is not None
        raise ProblemError.of(found.problem)
    return DroppedModel(found.ref)
