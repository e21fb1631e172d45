"""The composition root of the window: the only place where ui meets service."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import load_settings
from sddesk.ui.desk import Desk
from sddesk.ui.theme import apply_theme


def run_window(paths: AppPaths, device: str, files: Sequence[Path]) -> int:
    """Show the window until it is closed, and return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("SD Desk")
    app.setDesktopFileName("sddesk")
    apply_theme(app)
    settings, problem = load_settings(paths.settings)
    device = settings.device if device == "auto" else device
    desk = Desk(paths, settings, partial(_make_service, paths, device), files)
    desk.tell("settings", problem)
    desk.window.first_painted.connect(partial(_start_log, desk, paths))
    desk.window.show()
    code = app.exec()
    if not desk.ended_cleanly:
        # Stuck in foreign code. Settings and pictures are on disk, and destroying a running
        # thread would abort the process.
        os._exit(code)
    return code


def _make_service(paths: AppPaths, device: str) -> JobRunner:
    """Called in the worker's thread: this is where torch is imported."""
    from sddesk.service import Service

    return Service(paths, device)


def _start_log(desk: Desk, paths: AppPaths) -> None:
    """In the background, because the standard library's log handlers load slowly."""

    def start() -> Problem | None:
        from sddesk.core.logs import start_log

        return start_log(paths.log)

    desk.background.run(start, partial(desk.tell, "log"), partial(desk.tell, "log"))
