"""Running jobs one after another, and telling the user what comes of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from sddesk.cli.console import Console, chatter_to
from sddesk.cli.interrupts import Interrupted, Interrupts
from sddesk.core.infotext import request_values
from sddesk.core.messages import (
    AttentionMapped,
    Cancelled,
    Event,
    Failed,
    Finished,
    FrameDecoded,
    Generate,
    ImageSaved,
    JobRunner,
    Loading,
    ModelReady,
    Notice,
    PictureMade,
    Started,
    StepDone,
    Trained,
    TrainingEstimated,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import ProblemError
from sddesk.core.values import Picture

if TYPE_CHECKING:
    from sddesk.cli.evolution import EvolutionAsked

MakeRunner = Callable[[AppPaths, str], JobRunner]


def service_runner(paths: AppPaths, device: str) -> JobRunner:
    """The real runner; torch comes with it, so it is imported only now."""
    from sddesk.service import Service

    return Service(paths, device)


def make_pictures(
    jobs: list[Generate],
    runner: tuple[MakeRunner, AppPaths, str],
    console: Console,
    interrupts: Interrupts,
    *,
    as_json: bool,
    evolutions: "Sequence[EvolutionAsked]" = (),
) -> None:
    """Do all `jobs` with one runner, so that the model is loaded once, and their evolutions.

    Raises `ProblemError` at the first that fails and `Interrupted` when one is cancelled.
    """
    make_runner, paths, device = runner
    with chatter_to(paths.log):
        console.bar("starting torch …")
        worker = make_runner(paths, device)
        for number, job in enumerate(jobs, start=1):
            report = Report(console, f"{number}/{len(jobs)} " if len(jobs) > 1 else "")
            with interrupts.job():
                worker.run(job, report, lambda: interrupts.asked)
            if report.saved is not None:
                saved = report.saved
                if evolutions and not evolutions[number - 1].keeps_tape:
                    saved = replace(saved, tape=None)
                console.result(result_line(saved, as_json=as_json))
                console.say(f"seed {saved.request.seed}")
            report.check()
            if evolutions:
                from sddesk.cli.evolution import make_evolution

                make_evolution(
                    evolutions[number - 1], worker, report, (console, interrupts), as_json=as_json
                )


class Report:
    """Listens to one job: shows its progress, keeps what it made and how it ended.

    `saved` and `picture` are None until the job has come that far.
    """

    def __init__(self, console: Console, which: str) -> None:
        self.saved: ImageSaved | None = None
        self.picture: Picture | None = None
        self._end: Finished | Cancelled | Failed | None = None
        self._console = console
        self._which = which

    def check(self) -> None:
        """Raise if the job did not finish."""
        match self._end:
            case Finished():
                return
            case Cancelled():
                raise Interrupted
            case Failed(problem=problem):
                raise ProblemError(problem.title, problem.detail, problem.hint, ours=problem.ours)
            case None:
                raise RuntimeError("the job did not say how it ended")
            case _:
                assert_never(self._end)

    def __call__(self, event: Event) -> None:
        """Take one event of the job."""
        match event:
            case Loading() | ModelReady() | Started() | StepDone():
                self._console.bar(self._which + _progress(event))
            case Notice(problem=problem):
                self._console.warn(problem)
            case ImageSaved():
                self.saved = event
            case PictureMade(picture=picture):
                self.picture = picture
            case FrameDecoded() | AttentionMapped() | Trained() | TrainingEstimated():
                return
            case Finished() | Cancelled() | Failed():
                self._end = event
            case _:
                assert_never(event)


def _progress(event: Loading | ModelReady | Started | StepDone) -> str:
    match event:
        case Loading():
            return f"loading the model {bar_of(event.done, event.total)} {event.part}"
        case ModelReady():
            return f"{event.model.name} is ready on {event.device}"
        case Started():
            return f"{bar_of(0, event.steps)} 0/{event.steps}"
        case StepDone():
            left = "" if event.seconds_left is None else f", {event.seconds_left:.0f} s left"
            return f"{bar_of(event.step, event.steps)} {event.step}/{event.steps}{left}"
        case _:
            assert_never(event)


def bar_of(done: int, total: int, width: int = 30) -> str:
    """How much is done, as a terminal shows it."""
    filled = width * done // max(total, 1)
    return "[" + "#" * filled + " " * (width - filled) + "]"


def result_line(saved: ImageSaved, *, as_json: bool) -> str:
    """What stdout says of a picture that is on disk."""
    if not as_json:
        return str(saved.path)
    tape = None if saved.tape is None else str(saved.tape)
    settings = request_values(saved.request)
    return json.dumps(
        {"path": str(saved.path), "tape": tape, "seed": saved.request.seed, "settings": settings}
    )
