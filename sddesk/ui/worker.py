"""The thread in which jobs run one after the other, so that the window never waits for one."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, QThread, Signal

from sddesk.core.messages import Cancelled, Failed, Job, JobRunner
from sddesk.core.problems import Problem

_STACK_BYTES = 16 * 1024 * 1024  # Qt's default on macOS, 512 KB, is too little for torch
_PUMP_MS = 10
_NICENESS = 5


class Worker(QThread):
    """Runs jobs in the order of their submission.

    Nothing is shared with the window but each job's stop flag; jobs and events are immutable.
    The runner is built inside the thread by the first job, because that is what imports torch.

    Signals:
        happened(object): an `Event`, in the order in which the runner emitted them. (Not named
            `event`, which is a virtual method of every QObject.)
    """

    happened = Signal(object)

    def __init__(self, make_runner: Callable[[], JobRunner], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setStackSize(_STACK_BYTES)
        self._make_runner = make_runner
        self._queue: SimpleQueue[tuple[Job, threading.Event] | None] = SimpleQueue()
        self._stops: dict[int, threading.Event] = {}
        self._closing = threading.Event()

    def submit(self, job: Job) -> None:
        """Run `job` after those submitted before."""
        stop = threading.Event()
        self._stops[job.id] = stop
        self._queue.put((job, stop))

    def cancel(self, job_id: int) -> None:
        """Stop that job, running or waiting; `Cancelled` follows when it has stopped."""
        stop = self._stops.get(job_id)
        if stop is not None:
            stop.set()

    def close(self, limit_ms: int) -> bool:
        """Cancel everything and end the thread; False if it does not end within the limit."""
        self._closing.set()
        self._queue.put(None)
        limit = QDeadlineTimer(limit_ms)
        while not self.wait(_PUMP_MS):
            if limit.hasExpired():
                return False
            QCoreApplication.processEvents()
        return True

    def _do(self, runner: JobRunner | None, job: Job, stop: threading.Event) -> JobRunner | None:
        """Run one job; returns the runner for the next one."""

        def cancelled() -> bool:
            return stop.is_set() or self._closing.is_set()

        if cancelled():
            self.happened.emit(Cancelled(job.id))
            return runner
        try:
            runner = runner or self._make_runner()
            runner.run(job, self.happened.emit, cancelled)
        except Exception as error:  # a runner never raises; if one does, the window must live on
            logging.getLogger(__name__).exception("job %d", job.id)
            self.happened.emit(Failed(job.id, _unexpected(error)))
        return runner

    def run(self) -> None:
        """The thread's body (Qt's name)."""
        _let_window_go_first()
        runner: JobRunner | None = None
        while (entry := self._queue.get()) is not None:
            job, stop = entry
            runner = self._do(runner, job, stop)
            self._stops.pop(job.id, None)


def _let_window_go_first() -> None:
    """Linux knows no priorities of ordinary threads but niceness, which torch's threads inherit."""
    if sys.platform == "linux":
        thread = os.PRIO_PROCESS, threading.get_native_id()
        os.setpriority(*thread, os.getpriority(*thread) + _NICENESS)  # more than 19 is 19


def _unexpected(error: Exception) -> Problem:
    return Problem(
        "Something in SD Desk went wrong",
        f"{type(error).__name__}: {error}",
        "the log has the details; try again, or restart SD Desk",
        ours=True,
    )
