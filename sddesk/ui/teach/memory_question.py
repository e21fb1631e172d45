"""Asks the worker how much memory a training would take, once for each other answer."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from sddesk.core.messages import (
    Cancelled,
    EstimateTraining,
    Event,
    Failed,
    Finished,
    Job,
    TrainingEstimated,
)
from sddesk.core.training.values import TrainingRequest
from sddesk.ui.jobs import Jobs


class MemoryQuestion(QObject):
    """One question at a time; what was asked meanwhile follows.

    Signals:
        asked(): the last answer is true no more.
        answered(object): the `TrainingEstimated`.
        failed(object): the `Problem` instead of it.
    """

    asked = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._known: TrainingRequest | None = None
        self._job: EstimateTraining | None = None
        self._next: TrainingRequest | None = None
        jobs.happened.connect(self._on_event)

    def ask(self, request: TrainingRequest) -> None:
        """How much would this take?"""
        if self._job is not None:
            self._next = request
        elif _costs(request) != self._known:
            self._known = _costs(request)
            self._job = self._jobs.submit(lambda job_id: EstimateTraining(job_id, request))
            self.asked.emit()

    def _on_event(self, event: Event, job: Job) -> None:
        if self._job is None or job.id != self._job.id:
            return
        match event:
            case TrainingEstimated():
                self.answered.emit(event)
            case Finished() | Cancelled() | Failed():
                self._job, request, self._next = None, self._next, None
                if isinstance(event, Failed):
                    self.failed.emit(event.problem)
                if request is not None:
                    self.ask(request)
            case _:
                return


def _costs(request: TrainingRequest) -> TrainingRequest:
    """What decides the memory: equal for requests that take the same."""
    return replace(
        request,
        pictures=(),
        word="",
        style=False,
        initialiser="",
        class_word="",
        prior=min(request.prior, 1),
        prior_weight=0.0,
        steps=1,
        learning_rate=0.0,
        schedule="",
        warmup=0,
        accumulation=1,
        min_snr=0.0,
        seed=0,
        samples=(),
        sample_every=1,
        checkpoint_every=1,
    )
