"""What happens in one run of the window: from the form to jobs, from events to what is seen."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, Signal

from sddesk.core.messages import (
    AttentionMapped,
    Cancelled,
    DecodeFrame,
    DecodeTape,
    Destination,
    EstimateTraining,
    Event,
    Failed,
    Finished,
    FrameDecoded,
    Generate,
    ImageSaved,
    Job,
    LeaveTraining,
    Loading,
    MapAttention,
    ModelReady,
    Notice,
    OpenTape,
    PictureMade,
    Preload,
    Started,
    StepDone,
    Train,
    Trained,
    TrainingEstimated,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import GenerationRequest
from sddesk.ui.jobs import Jobs
from sddesk.ui.requests import freeze, no_model, random_seed
from sddesk.ui.results import Result
from sddesk.ui.sketching import Requests, Sketch, Sketching
from sddesk.ui.worker import Worker
from sddesk.ui.workspace import Workspace


class Session(QObject):
    """Freezes the form into jobs, hands them over, and shows what comes back.

    Signals:
        saved(object): the `Path` of a picture that is on disk now, with its settings.
        frozen(object, object): the `GenerationRequest` that form and canvas say, which is to be
            made now, and the `Sketch` that it starts from, or None.
    """

    saved = Signal(object)
    frozen = Signal(object, object)

    def __init__(
        self,
        workspace: Workspace,
        worker: Worker,
        paths: AppPaths,
        tape_quota: int,
        draw_seed: Callable[[], int] = random_seed,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._panel, self._steps = workspace.panel, workspace.steps
        self._progress = workspace.panel.progress
        self.jobs = Jobs(worker, Destination(paths.pictures, tape_quota=tape_quota))
        self.sketching = Sketching(workspace.init.sketch, workspace.init.studio.settling.settled)
        self._draw_seed = draw_seed
        self.finish: Callable[[GenerationRequest], GenerationRequest] = lambda request: request
        self._models_known = False
        self._generate_later = False
        self._tape_shown: int | None = None  # the job whose steps fill the timeline
        self._begun = 0  # the job whose steps came last
        self.result: Result | None = None
        self.jobs.happened.connect(self._on_event)
        self.jobs.changed.connect(self._show_queue)
        self.jobs.emptied.connect(self._go_on_forever)
        self._panel.generate_requested.connect(self.generate)
        self._panel.generate_first_requested.connect(partial(self.generate, front=True))
        self.sketching.changed.connect(self._show_queue)
        self.sketching.failed.connect(self._not_read)
        self._panel.cancel_requested.connect(self._cancel)
        self._panel.cancel_all_requested.connect(self._cancel_all)
        self._steps.decode_requested.connect(self._decode)

    def models_arrived(self) -> None:
        """The form's models are known: load the chosen one, so that the first picture is quick."""
        self._models_known = True
        model = self._panel.form.model.ref()
        if model is not None and not self._generate_later:
            self._progress.wait(self.tr("Starting the engine…"))
            self.jobs.submit(lambda job_id: Preload(job_id, model))
        if self._generate_later:
            self.generate()

    def generate(self, *, front: bool = False) -> None:
        """Make what the form says, after all that waits already or before it."""
        if not self._models_known:
            self._generate_later = True
            return
        self._generate_later = False
        try:
            requests = [self.finish(request) for request in self._frozen()]
        except ProblemError as error:
            self._workspace.messages.show_problem("form", error.problem)
            return
        self._workspace.messages.clear("form")
        self._panel.form.show_seed(requests[0].seed)
        self.sketching.add(requests, partial(self._make, front))

    def _make(self, front: bool, requests: Requests, sketch: Sketch | None) -> None:
        self.frozen.emit(requests[0], sketch)
        if sketch is not None and self.jobs.current() is None:
            self._progress.rest("")
        self.jobs.add(requests, front=front)

    def _cancel(self) -> None:
        self.jobs.cancel() if self.jobs.pictures() else self._cancel_all()

    def _not_read(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("form", problem)
        self._progress.rest(self.tr("That did not work"))

    def _cancel_all(self) -> None:
        if self.sketching.waits:
            self._progress.rest(self.tr("Cancelled"))
        self.sketching.drop()
        self.jobs.cancel_all()

    def outlined(self) -> GenerationRequest:
        """The first of them to count with: the drawing stays untouched, and is not looked at."""
        return self._frozen()[0]

    def _frozen(self) -> Requests:
        model, init = self._panel.form.model.ref(), self._workspace.init
        if model is None:
            raise no_model()
        parents = init.studio.state.parents
        return freeze(self._panel.state(), model, self._draw_seed, init.outline(), parents)

    def resume(self, requests: Sequence[GenerationRequest]) -> None:
        """Go on with what an earlier run left."""
        self.jobs.add(requests)

    def set_destination(self, folder: Path, tape_quota: int) -> None:
        """Where the next pictures are saved, and how much their tapes may take."""
        self.jobs.destination = Destination(folder, tape_quota=tape_quota)

    def show_opened(self, result: Result, text: str) -> None:
        """A picture was opened from disk; its steps follow if it has a tape."""
        self._set_result(result)
        self._steps.show_alone(result.picture, text)
        tape, model = result.tape, result.model
        if tape is not None and model is not None:
            job = self.jobs.submit(lambda job_id: OpenTape(job_id, tape, model))
            self._tape_shown = job.id

    def _go_on_forever(self) -> None:
        if self.jobs.queue.forever:
            self.generate()

    def _decode(self, step: int, predicted: bool) -> None:
        """The selected step was looked at for a while: show it as the decoder sees it."""
        result = self.result
        if self.jobs.is_idle() and result is not None and result.tape is not None:
            tape, model = result.tape, result.model
            if model is not None:
                self.jobs.submit(lambda i: DecodeFrame(i, tape, model, step, predicted))

    def _on_event(self, event: Event, job: Job) -> None:
        """Show what the worker reports; trainings have a window of their own."""
        if not isinstance(job, Train | LeaveTraining | EstimateTraining):
            self._tell(event, job)

    def _tell(self, event: Event, job: Job) -> None:
        match event:
            case Loading() | ModelReady() | Started() | StepDone():
                self._on_progress(event, job)
            case Notice():
                self._workspace.messages.show_problem("job", event.problem)
            case FrameDecoded():
                self._on_decoded(event, job)
            case AttentionMapped():
                pass  # `WordMaps` listens by itself
            case PictureMade() | ImageSaved():
                self._on_result(event)
            case Trained() | TrainingEstimated():
                return
            case Finished() | Cancelled() | Failed():
                self._on_end(event, job)
            case _:
                assert_never(event)

    def _on_progress(self, event: Loading | ModelReady | Started | StepDone, job: Job) -> None:
        quiet = DecodeFrame | DecodeTape | MapAttention
        if event.job in self.jobs.stopping or isinstance(job, quiet):
            return
        if isinstance(job, OpenTape):
            self._on_old_step(event)
            return
        match event:
            case Loading():
                self._progress.loading(event)
            case ModelReady():
                self._progress.wait(self.tr("The model is ready"))
            case Started():
                self._progress.wait(self.tr("Reading the prompt…"))
                self._begin(event, job)
            case StepDone():
                self._progress.step(event)
                self._steps.add(event)
                self._workspace.queue.show_step(event)
            case _:
                assert_never(event)

    def _on_old_step(self, event: Event) -> None:
        """The steps of a picture that was opened; of no use when another one is on show."""
        if event.job != self._tape_shown or self.result is None:
            return
        picture = self.result.picture
        match event:
            case Started():
                self._steps.begin_recorded(event.steps, picture)
            case StepDone():
                self._steps.add(event)
            case _:
                pass

    def _on_decoded(self, event: FrameDecoded, job: Job) -> None:
        shown = None if self.result is None else self.result.tape
        if isinstance(job, DecodeFrame) and job.tape == shown:
            self._steps.show_decoded(event)

    def _begin(self, event: Started, job: Job) -> None:
        if isinstance(job, Generate):
            self._tape_shown = None
            if job.id != self._begun:  # it begins again after a tape was computed for it
                self._workspace.messages.clear("job")
            self._begun = job.id
            self._panel.form.show_seed(job.request.seed)
            self._steps.begin(event.steps, job.request.width, job.request.height)
            self._workspace.queue.show_begun(job)

    def _on_result(self, event: PictureMade | ImageSaved) -> None:
        match event:
            case PictureMade():
                self._set_result(Result(event.picture, event.request, None))
                self._steps.finish(event.picture)
            case ImageSaved():
                if self.result is not None:
                    picture, request = self.result.picture, event.request
                    self._set_result(
                        Result(picture, request, event.path, event.tape, request.model)
                    )
                self.saved.emit(event.path)
            case _:
                assert_never(event)

    def _on_end(self, event: Finished | Cancelled | Failed, job: Job) -> None:
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
        if isinstance(job, Generate | Preload):
            self._progress.rest(words)

    def _finished_words(self, job: Job) -> str:
        if isinstance(job, Generate) and self.result is not None and self.result.path is not None:
            return self.tr("Saved as {name}").format(name=self.result.path.name)
        return self.tr("Ready")

    def _show_queue(self) -> None:
        jobs = self.jobs
        self._panel.set_running(jobs.pictures() + self.sketching.waits)
        self._progress.set_waiting(len(jobs.queue.waiting))
        current = jobs.current()
        if current is None and self.sketching.waits:
            self._progress.wait(self.tr("Reading the drawing…"))
        if current is not None and current.id in jobs.stopping:
            self._progress.wait(self.tr("Cancelling…"))

    def _set_result(self, result: Result) -> None:
        self.result = result
        self._workspace.show_result(result)
