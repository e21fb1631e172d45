"""Writes animations beside the GUI thread, so that their size is known and they can be seen."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.problems import JobCancelled, Problem, disk_problem
from sddesk.ui.background import Background

if TYPE_CHECKING:
    from sddesk.core.animation.playback import Playback
    from sddesk.core.animation.values import Film

PREVIEW_SIDE = 512


@dataclass(frozen=True, slots=True)
class Made:
    """An animation in a temporary file: how many bytes it has, its frames' size, what it shows."""

    path: Path
    kind: str
    size: int
    sides: tuple[int, int]
    milliseconds: int
    playback: "Playback"


class Maker(QObject):
    """One animation at a time; the next one stops that before it.

    Signals:
        progressed(int, int): so much of so much is written.
        made(object): `Made`, what was written.
        kept(object): the `Path` to which it was copied.
        failed(object): a `Problem`.
    """

    progressed = Signal(int, int)
    made = Signal(object)
    kept = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stop = threading.Event()
        self._count = 0

    def make(self, make_film: "Callable[[], Film]", kind: str) -> None:
        """Draw and write a film; `make_film` is called beside the GUI thread too."""
        self.stop()
        self._stop = stop = threading.Event()
        self._count += 1
        work = partial(self._made, make_film, kind, f"{self._count}", stop)
        self._background.run(work, partial(self._announce, stop), partial(self._failed, stop))

    def stop(self) -> None:
        """Write no more; nothing is announced."""
        self._stop.set()

    def keep(self, made: Made, path: Path) -> None:
        """Copy what was made to where the user wants it."""
        from sddesk.core.animation.writing import keep_animation

        work = partial(keep_animation, made.path, path)
        self._background.run(work, lambda _: self.kept.emit(path), self.failed.emit)

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do this when nothing is read any more of what is being drawn now."""
        self._background.run(work, lambda _: None, lambda _: None)

    def close(self) -> None:
        """Stop, and leave no file behind."""
        self.stop()
        self.afterwards(self._clean_up)
        self._background.close(0)

    def _made(
        self, make_film: "Callable[[], Film]", kind: str, name: str, stop: threading.Event
    ) -> Made | None:
        from sddesk.core.animation.playback import read_back
        from sddesk.core.animation.writing import Watch, write_animation

        def progress(done: int, total: int) -> None:
            if not stop.is_set():
                self.progressed.emit(done, total)

        path = self._emptied_folder() / name
        try:
            film = make_film()
            size = write_animation(path, film, kind, Watch(progress, stop.is_set))
        except JobCancelled:
            return None
        playback = read_back(path, kind, film, PREVIEW_SIDE)
        return Made(path, kind, size, film.size, sum(film.durations), playback)

    def _emptied_folder(self) -> Path:
        """Where animations are written; only the newest is of use. Raises `ProblemError`."""
        self._clean_up()
        try:
            self._folder = tempfile.TemporaryDirectory(prefix="sddesk-", ignore_cleanup_errors=True)
        except OSError as error:
            raise disk_problem(error, "making a temporary folder for the animation") from error
        return Path(self._folder.name)

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def _announce(self, stop: threading.Event, made: Made | None) -> None:
        if made is not None and not stop.is_set():
            self.made.emit(made)

    def _failed(self, stop: threading.Event, problem: Problem) -> None:
        if not stop.is_set():
            self.failed.emit(problem)
