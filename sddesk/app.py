"""The composition root of the window: the only place where ui meets service."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from sddesk.core.problems import ProblemError
from sddesk.core.settings import load_settings
from sddesk.ui.shell import Shell
from sddesk.ui.single_instance import SingleInstance

if TYPE_CHECKING:
    from sddesk.core.messages import JobRunner
    from sddesk.core.paths import AppPaths
    from sddesk.core.problems import Problem
    from sddesk.ui.desk import Desk


def run_window(paths: "AppPaths", device: str, files: Sequence[Path]) -> int:
    """Show the window until it is closed, and return the exit code."""
    # By argument, because `setStyle` would load all of QStyle's enums first.
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "fusion"])
    assert isinstance(app, QApplication)
    app.setApplicationName("SD Desk")
    app.setDesktopFileName("sddesk")
    instance = SingleInstance(paths.settings.parent)
    if not instance.is_first():
        return _hand_over(instance, files)
    run = _Run(paths, device, files, instance)
    run.shell.show()
    run.shell.activateWindow()  # where there is no window manager, shortcuts need it
    code = app.exec()
    instance.close()
    if run.desk is not None and not run.desk.ended_cleanly:
        # Stuck in foreign code. Settings and pictures are on disk, and destroying a running
        # thread would abort the process.
        os._exit(code)
    return code


def _hand_over(instance: SingleInstance, files: Sequence[Path]) -> int:
    """Another window has these files already: let it open what was to be opened here."""
    try:
        instance.hand_over(files)
    except ProblemError as error:
        from PySide6.QtWidgets import QMessageBox

        problem = error.problem
        words = f"{problem.detail}\n\n{problem.hint}"
        QMessageBox(QMessageBox.Icon.Warning, problem.title, words).exec()
        raise
    return 0


class _Run:
    """The bare window at once; what belongs into it is imported when that is on the screen."""

    def __init__(
        self, paths: "AppPaths", device: str, files: Sequence[Path], instance: SingleInstance
    ) -> None:
        self._paths, self._files, self._instance = paths, list(files), instance
        self._settings, self._problem = load_settings(paths.settings)
        self._device = self._settings.device if device == "auto" else device
        self.desk: Desk | None = None
        self.shell = Shell()
        self.shell.restore_place(self._settings.window)
        self.shell.first_painted.connect(self._fill)
        instance.asked.connect(self._asked)

    def _fill(self) -> None:
        from sddesk.ui.desk import Desk
        from sddesk.ui.signals import close_on_signals
        from sddesk.ui.theme import apply_theme

        close_on_signals(self.shell)
        apply_theme()
        make_runner = partial(_make_service, self._paths, self._device)
        desk = self.desk = Desk(self.shell, self._paths, self._settings, make_runner, self._files)
        desk.tell("settings", self._problem)
        self._instance.listen()
        start_log = partial(_start_log, self._paths)
        desk.background.run(start_log, partial(desk.tell, "log"), partial(desk.tell, "log"))

    def _asked(self, files: list[Path]) -> None:
        """A second start: its files are for this window."""
        self.shell.come_to_front()
        for file in files:
            if self.desk is not None:
                self.desk.pictures.open(file)


def _make_service(paths: "AppPaths", device: str) -> "JobRunner":
    """Called in the worker's thread: this is where torch is imported."""
    from sddesk.service import Service

    return Service(paths, device)


def _start_log(paths: "AppPaths") -> "Problem | None":
    """In the background, because the standard library's log handlers load slowly."""
    from sddesk.core.logs import start_log

    return start_log(paths.log)
