"""Deleting pictures so that it can be undone: they move, with their tapes, to a hidden folder."""

import contextlib
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.tapes import tape_beside

TRASH = ".trash"


@dataclass(frozen=True, slots=True)
class Trashed:
    """Pictures that were put away together: where each was, and where it is now."""

    moves: tuple[tuple[Path, Path], ...]


def put_away(folder: Path, pictures: Sequence[Path]) -> Trashed:
    """Move `pictures` and their tapes to the trash of `folder`; raises `ProblemError`.

    If one cannot be moved, those before it are brought back.
    """
    place = folder / TRASH / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    moves: list[tuple[Path, Path]] = []
    try:
        for picture in pictures:
            target = place / picture.relative_to(folder)
            _move(picture, target)
            moves.append((picture, target))
    except ProblemError:
        with contextlib.suppress(ProblemError):
            bring_back(Trashed(tuple(moves)))
        raise
    return Trashed(tuple(moves))


def bring_back(trashed: Trashed) -> list[Path]:
    """Where the pictures are now: their old place, or a free name beside it.

    Raises `ProblemError` if some could not be moved, after all others were.
    """
    failed: ProblemError | None = None
    back: list[Path] = []
    for before, now in trashed.moves:
        target = _free(before)
        try:
            _move(now, target)
            back.append(target)
        except ProblemError as error:
            failed = error
    if failed is not None:
        raise failed
    return back


def _move(picture: Path, target: Path) -> None:
    """The tape goes first, so that a picture never stands there with the tape lost."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if tape_beside(picture).exists():
            shutil.move(tape_beside(picture), tape_beside(target))
        shutil.move(picture, target)
    except OSError as error:
        raise disk_problem(error, f"moving {picture}") from error


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
