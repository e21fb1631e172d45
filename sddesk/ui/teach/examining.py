"""What is to be said of a training before it begins, and what was begun before; read from disk."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.concepts.index import ConceptIndex, find_concepts
from sddesk.core.files import write_atomically
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.training.checks import check_free, check_training, warnings_about
from sddesk.core.training.runs import Run, keep_snapshot, read_run, unfinished
from sddesk.core.training.values import TrainingRequest


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether `request` can be trained: `problem` says why not; what it comes to goes to `out`."""

    request: TrainingRequest
    problem: Problem | None
    warnings: tuple[Problem, ...]
    out: Path


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A training of an earlier time, saved after `step`."""

    request: TrainingRequest
    run: Run
    step: int
    out: Path


def examine(request: TrainingRequest, paths: AppPaths) -> Verdict:
    """Look at all that can be wrong with it, words that are taken included."""
    out = result_path(request.word, paths.concepts)
    try:
        check_training(request)
        found = find_concepts(paths.concept_folders, ConceptIndex(paths.concept_index))
        check_free(request, (one.card for one in found if one.card is not None))
    except ProblemError as error:
        return Verdict(request, error.problem, (), out)
    return Verdict(request, None, tuple(warnings_about(request)), out)


def result_path(word: str, folder: Path) -> Path:
    """A free name in the user's collection."""
    safe = "".join(c for c in word if c.isalnum() or c in "-_")[:60] or "word"
    path, number = folder / f"{safe}.safetensors", 1
    while path.exists():
        number += 1
        path = folder / f"{safe}-{number}.safetensors"
    return path


def find_unfinished(paths: AppPaths) -> list[Unfinished]:
    """Trainings that can be gone on with, the newest first."""
    found: list[Unfinished] = []
    for folder in unfinished(paths.trainings):
        run = Run(folder)
        try:
            request = read_run(folder)
        except ProblemError:  # its model is gone, or another version has made it
            continue
        steps = run.checkpoints()
        if steps:
            out = result_path(request.word, paths.concepts)
            found.append(Unfinished(request, run, steps[0], out))
    return found


def give_face(run: Run, step: int, out: Path) -> None:
    """Put the first sample of that step beside the concept, where all programs look for one."""
    sample = run.sample(step, 0)
    if sample.is_file():
        write_atomically(out.with_suffix(".png"), lambda temporary: _copy(sample, temporary))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def keep(run: Run, step: int, out: Path) -> None:
    """Let the result be what was known after `step`; raises `ProblemError`."""
    keep_snapshot(run, step, out)
    give_face(run, step, out)
    run.finished()
