"""What the worker is given: one picture at a time from the queue, and small jobs between them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from sddesk.core.messages import (
    Cancelled,
    Destination,
    Event,
    Failed,
    Finished,
    Generate,
    Job,
    Train,
)
from sddesk.core.queue import Queue, Queued
from sddesk.core.values import GenerationRequest
from sddesk.ui.worker import Worker

_J = TypeVar("_J", bound=Job)


class Jobs(QObject):
    """Owns the queue. The worker holds only what runs, so that everything else can be reordered.

    Signals:
        happened(object, object): an `Event`, and the `Job` that it belongs to.
        changed(): the queue, or what runs, is different.
        emptied(): the last picture has ended, and none waits.
    """

    happened = Signal(object, object)
    changed = Signal()
    emptied = Signal()

    def __init__(self, worker: Worker, destination: Destination) -> None:
        super().__init__()
        self.destination = destination
        self.check_safety = False
        self.queue = Queue()
        self.stopping: set[int] = set()
        self._worker = worker
        self._ids = count(1)
        self._running: dict[int, Job] = {}  # given to the worker and not ended
        worker.happened.connect(self._on_event, Qt.ConnectionType.QueuedConnection)

    def current(self) -> Generate | None:
        """The picture that is being made."""
        made = (job for job in self._running.values() if isinstance(job, Generate))
        return next(made, None)

    def is_idle(self) -> bool:
        """Whether nothing runs but a training, which lets everything else go between its steps."""
        return all(isinstance(job, Train) for job in self._running.values())

    def pictures(self) -> int:
        """How many pictures are made or wait, without those that are being stopped."""
        current = self.current()
        runs = current is not None and current.id not in self.stopping
        return runs + len(self.queue.waiting)

    def add(self, requests: Sequence[GenerationRequest], *, front: bool = False) -> tuple[int, ...]:
        """Make these pictures after all others, or before all that wait; the ids of their jobs."""
        entries = tuple(Queued(next(self._ids), request) for request in requests)
        self.change(self.queue.added(entries, front=front))
        return tuple(entry.id for entry in entries)

    def submit(self, make_job: Callable[[int], _J]) -> _J:
        """Run a small job as soon as the worker is free; `make_job` is given its id."""
        job = make_job(next(self._ids))
        self._running[job.id] = job
        self._worker.submit(job)
        return job

    def change(self, queue: Queue) -> None:
        """Let `queue` be what waits."""
        self.queue = queue
        self._go_on()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the picture that is being made, or the first that waits."""
        current = self.current()
        if current is not None and current.id not in self.stopping:
            self.stop(current.id)
        elif self.queue.waiting:
            self.change(self.queue.without({self.queue.waiting[0].id}))

    def cancel_all(self) -> None:
        """Stop the picture that is being made, and forget those that wait."""
        self.queue = replace(self.queue, waiting=(), forever=False, paused=False)
        self.cancel()
        self.changed.emit()

    def stop_after_this(self) -> None:
        """Finish the picture that is being made, and forget those that wait."""
        self.change(replace(self.queue, waiting=(), forever=False))

    def stop(self, job_id: int) -> None:
        """Cancel what runs; `Cancelled` follows."""
        if job_id in self._running:
            self.stopping.add(job_id)
            self._worker.cancel(job_id)
            self.changed.emit()

    def waiting_requests(self) -> tuple[GenerationRequest, ...]:
        """What is still to be made, the picture in the making included."""
        current = self.current()
        made = () if current is None or current.id in self.stopping else (current.request,)
        return made + tuple(entry.request for entry in self.queue.waiting)

    def _go_on(self) -> None:
        if self.queue.paused or not self.queue.waiting or self.current() is not None:
            return
        first = self.queue.waiting[0]
        self.queue = self.queue.without({first.id})
        job = Generate(first.id, first.request, self.destination, self.check_safety)
        self._running[job.id] = job
        self._worker.submit(job)

    def _on_event(self, event: Event) -> None:
        job = self._running.get(event.job)
        if job is None:
            return
        ended = isinstance(event, Finished | Cancelled | Failed)
        if ended:
            del self._running[event.job]
            self.stopping.discard(event.job)
        self.happened.emit(event, job)
        if ended:
            self._go_on()
            if not isinstance(job, Train):  # its portions follow each other, nothing else changes
                self.changed.emit()
            if isinstance(job, Generate) and not self.pictures():
                self.emptied.emit()
