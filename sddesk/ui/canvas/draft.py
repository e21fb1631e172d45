"""Keeps the drawing in a file while it is drawn, so that neither closing nor a crash loses it."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.canvas.drafts import Origin, load_draft, save_draft
from sddesk.core.canvas.layers import State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.snapshots import Snapshot
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.background import Background
from sddesk.ui.canvas.drawing_file import DrawingFile
from sddesk.ui.canvas.studio import Studio

_PAUSE_MS = 2000


class Draft(QObject):
    """Brings back the drawing of the last time, and writes it a moment after each change.

    Signals:
        failed(object): the `Problem` that kept it from being read or written.
    """

    failed = Signal(object)

    def __init__(self, studio: Studio, file: DrawingFile, path: Path) -> None:
        super().__init__(studio)
        self._studio, self._file, self._path = studio, file, path
        self._writer = OraWriter()
        self._kept = self._now()
        self._loaded = False
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._save)
        studio.painted.connect(self._touch)
        file.changed.connect(self._touch)  # and so is the drawing, or it was saved

    def load(self) -> None:
        """Look for a drawing of the last time."""
        self._background.run(partial(_read, self._path), self._take, self._not_read)

    def close(self) -> None:
        """Write what is not written yet; the window closes."""
        self._timer.stop()
        self._studio.settling.settle()
        self._background.close(5)
        if self._is_new():
            with contextlib.suppress(ProblemError):  # nobody is there to be told
                self._writing()()

    def _touch(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _take(self, found: tuple[State, Origin] | None) -> None:
        self._loaded = True
        if found is not None:
            self._studio.settling.settled(partial(self._bring_back, *found))

    def _bring_back(self, state: State, origin: Origin) -> None:
        if self._studio.blank:
            self._studio.open(state, saved=origin.is_saved)
            self._file.belonged_to(origin.file)
            self._kept = self._now()
        else:  # something was drawn before the old drawing was there: keep both
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name("drawing.earlier.ora"))

    def _not_read(self, problem: Problem) -> None:
        self._loaded = True
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name("drawing.broken.ora"))
        self.failed.emit(problem)

    def _is_new(self) -> bool:
        return self._loaded and self._now() != self._kept

    def _now(self) -> tuple[int, Origin]:
        """What the draft should have."""
        origin = Origin(self._file.path, not self._studio.unsaved)
        return self._studio.document.revision, origin

    def _writing(self) -> Callable[[], None]:
        """Brings the draft up to date, in any thread; an empty drawing has none."""
        if self._studio.blank:
            return partial(self._path.unlink, missing_ok=True)
        snapshot, (_, origin) = self._studio.snapshot(), self._now()
        return partial(_write, self._writer, self._path, snapshot, origin)

    def _save(self) -> None:
        if self._is_new():
            self._kept = self._now()
            self._background.run(self._writing(), _ignore, self._not_written)

    def _not_written(self, problem: Problem) -> None:
        self._kept = -1, Origin()
        self.failed.emit(problem)


def _read(path: Path) -> tuple[State, Origin] | None:
    return load_draft(path) if path.exists() else None


def _write(writer: OraWriter, path: Path, snapshot: Snapshot, origin: Origin) -> None:
    save_draft(writer, path, snapshot.state(), origin)


def _ignore(_: None) -> None:
    """Written: nothing to tell."""
