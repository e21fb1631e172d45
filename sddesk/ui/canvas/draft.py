"""Keeps the drawing in a file while it is drawn, so that neither closing nor a crash loses it."""

import contextlib
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.canvas.layers import State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.openraster_reading import load_drawing
from sddesk.core.canvas.snapshots import Snapshots
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.background import Background
from sddesk.ui.canvas.studio import Studio

_PAUSE_MS = 3000


class Draft(QObject):
    """Brings back the drawing of the last time, and writes it a moment after each change.

    Signals:
        failed(object): the `Problem` that kept it from being read or written.
    """

    failed = Signal(object)

    def __init__(self, studio: Studio, path: Path) -> None:
        super().__init__(studio)
        self._studio, self._path = studio, path
        self._snapshots, self._writer = Snapshots(), OraWriter()
        self._kept = studio.document.revision
        self._loaded = False
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._save)
        studio.painted.connect(self._touch)
        studio.restructured.connect(self._touch)

    def load(self) -> None:
        """Look for a drawing of the last time."""
        self._background.run(partial(_read, self._path), self._take, self._not_read)

    def close(self) -> None:
        """Write what is not written yet; the window closes."""
        self._timer.stop()
        self._background.close(5)
        if self._is_new():
            with contextlib.suppress(ProblemError):  # nobody is there to be told
                _write(self._writer, self._path, self._current())

    def _touch(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _take(self, state: State | None) -> None:
        self._loaded = True
        if state is None:
            return
        if self._studio.blank:
            self._studio.open(state, saved=False)
            self._kept = self._studio.document.revision
        else:  # something was drawn before the old drawing was there: keep both
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name("drawing.earlier.ora"))

    def _not_read(self, problem: Problem) -> None:
        self._loaded = True
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name("drawing.broken.ora"))
        self.failed.emit(problem)

    def _is_new(self) -> bool:
        return self._loaded and self._studio.document.revision != self._kept

    def _current(self) -> State | None:
        """A copy for another thread; None for an empty drawing."""
        return None if self._studio.blank else self._snapshots.take(self._studio.state)

    def _save(self) -> None:
        if self._is_new():
            self._kept = self._studio.document.revision
            work = partial(_write, self._writer, self._path, self._current())
            self._background.run(work, _ignore, self._not_written)

    def _not_written(self, problem: Problem) -> None:
        self._kept = -1
        self.failed.emit(problem)


def _read(path: Path) -> State | None:
    return load_drawing(path) if path.exists() else None


def _write(writer: OraWriter, path: Path, state: State | None) -> None:
    if state is None:
        path.unlink(missing_ok=True)
    else:
        writer.save(path, state)


def _ignore(_: None) -> None:
    """Written: nothing to tell."""
