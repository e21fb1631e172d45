"""One training as the window has it: begun, paused, gone on with, in portions between pictures."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sddesk.core.messages import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Job,
    LeaveTraining,
    Loading,
    Notice,
    Train,
    Trained,
)
from sddesk.core.training.runs import Run
from sddesk.core.training.values import ConceptSaved, TrainingRequest
from sddesk.ui.jobs import Jobs

_PORTION_S = 0.25  # so long at most does a picture wait, besides the step that is being made


class State(Enum):
    """Where a training is."""

    NONE = auto()
    RUNNING = auto()
    PAUSING = auto()  # the step that is being made is given up, and all others are saved
    PAUSED = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """What is trained, where it keeps its things, and the file that it comes to."""

    request: TrainingRequest
    run: Run
    out: Path


class Course(QObject):
    """Gives the worker a portion of a training at a time, so that pictures go between two steps.

    Signals:
        moment(object): a `TrainingMoment`, in the order in which they happen.
        loading(object): the `Loading` of a part of the model.
        changed(): `state` is another.
        failed(object): the `Problem` that has paused it, or that it goes on in spite of.
    """

    moment = Signal(object)
    loading = Signal(object)
    changed = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.state = State.NONE
        self.task: Task | None = None
        self._jobs = jobs
        self._job: Train | LeaveTraining | None = None
        jobs.happened.connect(self._on_event)

    @property
    def is_open(self) -> bool:
        """Whether there is a training that is not at its end."""
        return self.state in (State.RUNNING, State.PAUSING, State.PAUSED)

    def begin(self, task: Task) -> None:
        """Train this."""
        self.task = task
        self._set(State.RUNNING)
        self._go_on()

    def pause(self) -> None:
        """Stop between two steps, with all that is learned on disk."""
        if self.state is State.RUNNING:
            self._set(State.PAUSING)
            if self._job is not None:
                self._jobs.stop(self._job.id)

    def resume(self) -> None:
        """Go on where it was paused."""
        if self.state is State.PAUSED:
            self._set(State.RUNNING)
            self._go_on()

    def forget(self) -> None:
        """Have no training on show any more; what is on disk stays."""
        if self.state in (State.PAUSED, State.DONE):
            self.task = None
            self._set(State.NONE)

    def end(self) -> None:
        """What is there now is the result."""
        if self.state is State.PAUSED:
            self._set(State.DONE)

    def _go_on(self) -> None:
        task = self.task
        assert task is not None
        folder, out = task.run.folder, task.out
        self._job = self._jobs.submit(
            lambda job_id: Train(job_id, task.request, folder, out, _PORTION_S)
        )

    def _on_event(self, event: Event, job: Job) -> None:
        if self._job is None or job.id != self._job.id:
            return
        match event:
            case Trained():
                self._on_moment(event)
            case Loading():
                self.loading.emit(event)
            case Notice():
                self.failed.emit(event.problem)
            case Finished() | Cancelled() | Failed():
                self._on_end(event)
            case _:
                return

    def _on_moment(self, event: Trained) -> None:
        self.moment.emit(event.moment)
        if isinstance(event.moment, ConceptSaved):
            self._set(State.DONE)

    def _on_end(self, event: Finished | Cancelled | Failed) -> None:
        left, self._job = isinstance(self._job, LeaveTraining), None
        if isinstance(event, Failed):
            self.failed.emit(event.problem)
        if self.state is State.DONE:
            return
        if left or isinstance(event, Failed):
            self._set(State.PAUSED)
        elif isinstance(event, Finished) and self.state is State.RUNNING:
            self._go_on()
        else:  # a portion that was over already has saved nothing
            self._job = self._jobs.submit(LeaveTraining)

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
