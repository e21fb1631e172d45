"""What the index of the history knows of one picture: read from its file."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from sddesk.core.problems import ProblemError

if TYPE_CHECKING:
    from sddesk.core.recall import Recalled


def index_row(
    folder: Path, name: str, mtime: int, size: int, favourite: bool
) -> tuple[object, ...]:
    """The values of the columns for one picture file."""
    found = _recalled(folder / name)
    day = time.strftime("%Y-%m-%d", time.localtime(mtime / 1e9))
    guidance = "" if found.guidance_scale is None else f"{found.guidance_scale:g}"
    seed, steps = _or_empty(found.seed), _or_empty(found.steps)
    size_text = f"{found.width}x{found.height}" if found.width else ""
    words = (
        found.prompt,
        found.negative_prompt,
        found.model or "",
        found.sampler or "",
        f"seed {seed} steps {steps} guidance {guidance} {size_text} {name}",
    )
    text = "\n".join(words).lower()
    return (
        *(name, mtime, size, day, found.model or "", text, found.prompt, seed, steps),
        *(found.sampler or "", guidance, int(favourite)),
        *(_own(folder / name, found), found.parent or "", " ".join(found.origins)),
        found.branch_of or "",
    )


def _own(path: Path, found: "Recalled") -> str:
    """The hash of its pixels, as far as it can be anybody's parent: all others are not ours."""
    if not found.ours or found.own is not None:
        return found.own or ""
    from sddesk.core.picture_files import load_picture

    try:
        return load_picture(path).pixel_hash()
    except ProblemError:
        return ""


def _recalled(path: Path) -> "Recalled":
    from sddesk.core.recall import Recalled, recall  # Pillow comes with it

    try:
        return recall(path) or Recalled()
    except ProblemError:  # damaged: it is shown by its name, and opening it says what is wrong
        return Recalled()


def _or_empty(number: int | None) -> str:
    return "" if number is None else str(number)
