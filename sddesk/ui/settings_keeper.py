"""Keeps the settings file up to date while the window is used."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.problems import Problem, ProblemError
from sddesk.core.settings import Settings, save_settings
from sddesk.ui.background import Background

_PAUSE_MS = 800


class SettingsKeeper(QObject):
    """Saves a moment after each change, in the background, and once more at the end.

    Signals:
        failed(object): the `Problem` that kept the settings from being saved.
    """

    failed = Signal(object)

    def __init__(
        self, path: Path, saved: Settings, current: Callable[[], Settings], background: Background
    ) -> None:
        super().__init__()
        self._path = path
        # A broken file was set aside: what took its place must become a file again.
        self._saved = saved if path.exists() else None
        self._current = current
        self._background = background
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._save)

    def touch(self) -> None:
        """Something was changed: save soon, however often it is changed meanwhile."""
        if not self._timer.isActive():
            self._timer.start()

    def close(self) -> Problem | None:
        """Save now, after the background has ended; the problem if that fails."""
        self._timer.stop()
        settings = self._current()
        try:
            if settings != self._saved:
                save_settings(self._path, settings)
        except ProblemError as error:
            return error.problem
        return None

    def _save(self) -> None:
        settings = self._current()
        if settings != self._saved:
            work = partial(save_settings, self._path, settings)
            self._background.run(work, partial(self._remember, settings), self.failed.emit)

    def _remember(self, settings: Settings, _: None) -> None:
        self._saved = settings
