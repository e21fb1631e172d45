"""How late the window's event loop is while the engine is imported, loads and generates."""

import os
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.settings import FormState, Settings
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from tests.benchmarks.figures import Figure, percentile

PICTURES = 3
_TICK_MS = 5
_LIMIT_S = 120


def measure() -> list[Figure]:
    """A timer of 5 ms in the real window, from its start until some pictures are saved."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    with tempfile.TemporaryDirectory() as name:
        gaps = _gaps(app_paths(Path(name)))
    return [
        Figure("event loop, loading and generating: late, p99", percentile(gaps, 0.99), 50, "ms"),
        Figure("event loop, loading and generating: late, worst", max(gaps), 350, "ms"),
    ]


def _service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def _gaps(paths: AppPaths) -> list[float]:
    """How many milliseconds each tick of the timer came too late."""
    apply_theme()
    shell = Shell()
    shell.restore_place("")
    shell.show()
    form = FormState(prompt="red apple on green ground", seed=1, count=PICTURES)
    desk = Desk(shell, paths, Settings(form=form), lambda: _service(paths))
    gaps: list[float] = []
    last, end = time.perf_counter(), time.perf_counter() + _LIMIT_S
    loop = QEventLoop()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(max(0.0, (now - last) * 1000 - _TICK_MS))
        last = now
        if len(list(paths.pictures.glob("[!.]*.png"))) == PICTURES or now > end:
            loop.quit()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(_TICK_MS)
    desk.session.generate()
    loop.exec()
    timer.stop()
    shell.close()
    return gaps
