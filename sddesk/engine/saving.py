"""Putting a finished generation on disk: the tape first, then the PNG, which commits."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sddesk.core.files import write_bytes_atomically
from sddesk.core.infotext import parameters_text, request_json, request_values
from sddesk.core.messages import Destination
from sddesk.core.picture_files import save_png
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.tapes import TAPE_SUFFIX, tape_beside
from sddesk.core.values import GenerationRequest
from sddesk.engine.pipeline import Result
from sddesk.engine.tape_files import tape_bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """Where things are now; `problem` if the tape could not be written beside the picture."""

    path: Path
    tape: Path | None
    problem: Problem | None


def save(result: Result, request: GenerationRequest, to: Destination, run: dict[str, Any]) -> Saved:
    """Write tape and picture; a picture without tape is better than none.

    Raises `ProblemError` when the picture itself cannot be written.
    """
    path = to.folder / (to.name or _free_name(to.folder, request.seed))
    run = {**run, "picture_hash": result.picture.pixel_hash()}
    tape, problem = None, None
    if to.tape:
        try:
            tape = save_tape(path, result, request, run)
        except ProblemError as error:
            problem = error.problem
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, run)}
    save_png(path, result.picture, texts)
    if tape is None:  # one of a picture that was there before would tell of other steps
        with contextlib.suppress(OSError):
            tape_beside(path).unlink()
    if tape is not None and to.tape_quota is not None:
        drop_oldest_tapes(to.folder, to.tape_quota, keep=tape)
    return Saved(path, tape, problem)


def drop_oldest_tapes(folder: Path, quota: int, keep: Path) -> None:
    """Delete the oldest tapes of `folder` until all together take at most `quota` bytes."""
    tapes = [(path.stat(), path) for path in folder.glob(f"*{TAPE_SUFFIX}")]
    excess = sum(stat.st_size for stat, _ in tapes) - quota
    for stat, path in sorted(tapes, key=lambda entry: entry[0].st_mtime_ns):
        if excess <= 0:
            return
        if path != keep:
            with contextlib.suppress(OSError):  # in use by another program: next time
                path.unlink()
                excess -= stat.st_size


def save_tape(
    picture: Path, result: Result, request: GenerationRequest, run: dict[str, Any]
) -> Path:
    """Write the tape beside `picture`; raises `ProblemError`."""
    path = tape_beside(picture)
    facts = {
        **run,
        "model_path": str(request.model.path),
        "concept_paths": [str(use.path) for use in request.concepts],
        "picture_hash": result.picture.pixel_hash(),
    }
    data = tape_bytes(result.tape, request_values(request), facts, request.init)
    write_bytes_atomically(path, data)
    return path


def _free_name(folder: Path, seed: int) -> str:
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{seed}"
    number, name = 1, f"{stem}.png"
    while (folder / name).exists() or tape_beside(folder / name).exists():
        number += 1
        name = f"{stem}-{number}.png"
    return name
