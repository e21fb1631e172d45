"""The drawing as the window left it, and the file of the user's that it belongs to."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.canvas.layers import State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.openraster_reading import load_drawing


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that the drawing is saved to, None for none yet; whether a file has all of it."""

    file: Path | None = None
    is_saved: bool = False


def save_draft(writer: OraWriter, path: Path, state: State, origin: Origin) -> None:
    """Write both at `path`, in one file so that they always agree; raises `ProblemError`."""
    file = None if origin.file is None else str(origin.file)
    writer.save(path, state, json.dumps({"file": file, "saved": origin.is_saved}).encode())


def load_draft(path: Path) -> tuple[State, Origin]:
    """What `save_draft` wrote; raises `ProblemError`."""
    state = load_drawing(path)
    with zipfile.ZipFile(path) as archive:
        origin = _origin(archive.comment)
    if origin.file is not None and not _is_as_it_was(origin.file, path):
        origin = Origin(origin.file, is_saved=False)
    return state, origin


def _origin(remark: bytes) -> Origin:
    try:
        words = json.loads(remark)
        file, saved = words["file"], words["saved"] is True
    except (ValueError, KeyError, TypeError):  # of an earlier version, or of another program
        return Origin()
    return Origin(Path(file) if isinstance(file, str) else None, saved)


def _is_as_it_was(file: Path, draft: Path) -> bool:
    """Whether nobody has written or deleted the file since the draft was written."""
    try:
        return file.stat().st_mtime_ns <= draft.stat().st_mtime_ns
    except (OSError, ValueError):
        return False
