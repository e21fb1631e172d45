"""Keeps what waits in a file, so that a restart or a crash loses none of it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.models import FoundModel
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.queue import load_queue, save_queue
from sddesk.core.values import GenerationRequest
from sddesk.ui.background import Background
from sddesk.ui.jobs import Jobs

_PAUSE_MS = 300
_Filter = Callable[[Sequence[GenerationRequest]], Sequence[GenerationRequest]]


class QueueFile(QObject):
    """Reads the file once, and writes it a moment after each change.

    `still_wanted` says which of the last run's pictures are not there after all: one that was
    saved in the last moment may wait in the file still.

    Signals:
        found(int): so many pictures of the last run still wait.
        resumed(object): they are made now: a tuple of pairs, the job's id and its request.
        failed(object): a `Problem`.
    """

    found = Signal(int)
    resumed = Signal(object)
    failed = Signal(object)

    def __init__(self, path: Path, jobs: Jobs) -> None:
        super().__init__()
        self._path, self._jobs = path, jobs
        self._left: tuple[GenerationRequest, ...] = ()  # of the last run, not answered yet
        self._saved: tuple[GenerationRequest, ...] | None = None
        self._loaded = False
        self.still_wanted: _Filter = lambda requests: requests
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._save)
        jobs.changed.connect(self._touch)

    def load(self, models: Sequence[FoundModel]) -> None:
        """Look for what an earlier run left; only the first call counts."""
        if not self._loaded:
            work = partial(load_queue, self._path, list(models))
            self._background.run(work, self._take, self._not_loaded)

    def resume(self) -> None:
        """Make what the last run left."""
        left, self._left = tuple(self.still_wanted(self._left)), ()
        ids = self._jobs.add(left)
        self.resumed.emit(tuple(zip(ids, left, strict=True)))

    def discard(self) -> None:
        """Forget what the last run left."""
        self._left = ()
        self._touch()

    def close(self) -> None:
        """Save now: what waits when the window closes is asked about at the next start."""
        self._timer.stop()
        self._background.close(2)
        if self._loaded and self._wanted() != self._saved:
            try:
                save_queue(self._path, self._wanted())
            except ProblemError:
                return  # the settings, in the same folder, have told it already

    def _touch(self) -> None:
        """Save soon, however often the queue changes meanwhile."""
        if not self._timer.isActive():
            self._timer.start()

    def _wanted(self) -> tuple[GenerationRequest, ...]:
        return self._left + self._jobs.waiting_requests()

    def _take(self, answer: tuple[tuple[GenerationRequest, ...], Problem | None]) -> None:
        self._left, problem = answer
        self._loaded = True
        self._saved = self._left
        if problem is not None:
            self.failed.emit(problem)
        if self._left:
            self.found.emit(len(self._left))

    def _not_loaded(self, problem: Problem) -> None:
        self._loaded = True
        self.failed.emit(problem)

    def _save(self) -> None:
        wanted = self._wanted()
        if self._loaded and wanted != self._saved:
            self._saved = wanted
            work = partial(save_queue, self._path, wanted)
            self._background.run(work, _ignore, self.failed.emit)


def _ignore(_: None) -> None:
    """Saved: nothing to tell."""
