"""What happens in one run of the window: from the form to jobs, from events to what is seen."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, Qt

from sddesk.core.messages import (
    Cancelled,
    Destination,
    Event,
    Failed,
    Finished,
    Generate,
    ImageSaved,
    Job,
    Loading,
    ModelReady,
    Notice,
    PictureMade,
    Preload,
    PromptCut,
    Started,
    StepDone,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.requests import freeze, random_seed
from sddesk.ui.results import Result
from sddesk.ui.worker import Worker
from sddesk.ui.workspace import Workspace


class Session(QObject):
    """Freezes the form into jobs, hands them to the worker, and shows what comes back.

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        worker: Worker,
        paths: AppPaths,
        tape_quota: int,
        draw_seed: Callable[[], int] = random_seed,
    ) -> None:
        super().__init__()
        self._workspace, self._worker = workspace, worker
        self._panel, self._steps = workspace.panel, workspace.steps
        self._progress = workspace.panel.progress
        self._destination = Destination(paths.pictures, tape_quota=tape_quota)
        self._draw_seed = draw_seed
        self._ids = count(1)
        self._jobs: dict[int, Job] = {}  # those that have not ended, in their order
        self._stopping: set[int] = set()
        self._models_known = False
        self._generate_later = False
        self.result: Result | None = None
        worker.happened.connect(self.on_event, Qt.ConnectionType.QueuedConnection)
        self._panel.generate_requested.connect(self.generate)
        self._panel.cancel_requested.connect(self.cancel)
        self._panel.cancel_all_requested.connect(self.cancel_all)

    def models_arrived(self) -> None:
        """The form's models are known: load the chosen one, so that the first picture is quick."""
        self._models_known = True
        model = self._panel.form.model.ref()
        if model is not None and not self._generate_later:
            self._progress.wait(self.tr("Starting the engine…"))
            self._submit(Preload(next(self._ids), model))
        if self._generate_later:
            self.generate()

    def generate(self) -> None:
        """Make what the form says, after all that waits already."""
        if not self._models_known:
            self._generate_later = True
            return
        self._generate_later = False
        model = self._panel.form.model.ref()
        try:
            if model is None:
                raise _no_model()
            requests = freeze(self._panel.state(), model, self._draw_seed)
        except ProblemError as error:
            self._workspace.messages.show_problem("form", error.problem)
            return
        self._workspace.messages.clear("form")
        self._panel.form.show_seed(requests[0].seed)
        for request in requests:
            self._submit(Generate(next(self._ids), request, self._destination))

    def set_destination(self, folder: Path, tape_quota: int) -> None:
        """Where the next pictures are saved, and how much their tapes may take."""
        self._destination = Destination(folder, tape_quota=tape_quota)

    def cancel(self) -> None:
        """Stop the picture that is being made, or the first that waits for the model."""
        first = next(iter(self._pictures()), None)
        if first is not None:
            self._stop(first)

    def cancel_all(self) -> None:
        """Stop the picture that is being made, and forget those that wait."""
        for job_id in reversed(self._pictures()):
            self._stop(job_id)

    def show_opened(self, result: Result, text: str) -> None:
        """A picture was opened from disk."""
        self._set_result(result)
        self._steps.show_alone(result.picture, text)

    def on_event(self, event: Event) -> None:
        """Show what the worker reports."""
        if event.job not in self._jobs:
            return  # it was cancelled while it waited, and is forgotten
        match event:
            case Loading() | ModelReady() | Started() | StepDone():
                self._on_progress(event)
            case PromptCut() | Notice():
                self._on_notice(event)
            case PictureMade() | ImageSaved():
                self._on_result(event)
            case Finished() | Cancelled() | Failed():
                self._on_end(event)
            case _:
                assert_never(event)

    def _on_progress(self, event: Loading | ModelReady | Started | StepDone) -> None:
        if event.job in self._stopping:
            return
        match event:
            case Loading():
                self._progress.loading(event)
            case ModelReady():
                self._progress.wait(self.tr("The model is ready"))
            case Started():
                self._progress.wait(self.tr("Reading the prompt…"))
                self._begin(event)
            case StepDone():
                self._progress.step(event)
                self._steps.add(event)
            case _:
                assert_never(event)

    def _begin(self, event: Started) -> None:
        job = self._jobs[event.job]
        if isinstance(job, Generate):
            self._workspace.messages.clear("job")
            self._panel.form.show_seed(job.request.seed)
            self._steps.begin(event.steps, job.request.width / job.request.height)

    def _on_notice(self, event: PromptCut | Notice) -> None:
        match event:
            case PromptCut():
                self._workspace.messages.show_problem(event.which, self._cut(event))
            case Notice():
                self._workspace.messages.show_problem("job", event.problem)
            case _:
                assert_never(event)

    def _on_result(self, event: PictureMade | ImageSaved) -> None:
        match event:
            case PictureMade():
                self._set_result(Result(event.picture, event.request, None))
                self._steps.finish(event.picture)
            case ImageSaved():
                if self.result is not None:
                    self._set_result(Result(self.result.picture, event.request, event.path))
            case _:
                assert_never(event)

    def _on_end(self, event: Finished | Cancelled | Failed) -> None:
        job = self._jobs.pop(event.job)
        self._stopping.discard(event.job)
        match event:
            case Finished():
                words = self._finished_words(job)
            case Cancelled():
                words = self.tr("Cancelled")
            case Failed():
                words = self.tr("That did not work")
                self._workspace.messages.show_problem("job", event.problem)
            case _:
                assert_never(event)
        self._show_queue()
        if not self._jobs:
            self._progress.rest(words)

    def _finished_words(self, job: Job) -> str:
        if isinstance(job, Generate) and self.result is not None and self.result.path is not None:
            return self.tr("Saved as {name}").format(name=self.result.path.name)
        return self.tr("Ready")

    def _cut(self, event: PromptCut) -> Problem:
        words = self.tr("The {which} has {tokens} tokens, the model reads {window}")
        title = words.format(which=event.which, tokens=event.tokens, window=event.window)
        detail = self.tr("Not seen: {words}").format(words=event.lost)
        return Problem(title, detail, self.tr("Put what matters first, or shorten it"))

    def _submit(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._worker.submit(job)
        self._show_queue()

    def _stop(self, job_id: int) -> None:
        """Cancel one job; one that only waits is forgotten at once."""
        self._worker.cancel(job_id)
        if job_id == next(iter(self._jobs)):
            self._stopping.add(job_id)
            self._progress.wait(self.tr("Cancelling…"))
        else:
            del self._jobs[job_id]
        self._show_queue()

    def _pictures(self) -> list[int]:
        """The pictures that are made or wait, without those that are being stopped."""
        return [
            job.id
            for job in self._jobs.values()
            if isinstance(job, Generate) and job.id not in self._stopping
        ]

    def _show_queue(self) -> None:
        pictures = self._pictures()
        self._panel.set_running(len(pictures))
        current = next(iter(self._jobs), None)
        self._progress.set_waiting(len([job_id for job_id in pictures if job_id != current]))

    def _set_result(self, result: Result) -> None:
        self.result = result
        self._workspace.save_action.setEnabled(True)


def _no_model() -> ProblemError:
    return ProblemError(
        "There is no model to work with",
        hint="put a model in diffusers' layout into the models folder and start SD Desk again",
    )
