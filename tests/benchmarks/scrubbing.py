"""How quickly the window shows another step, and stays awake while everything happens at once."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from sddesk.core.messages import JobRunner, StepDone
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.settings import FormState, Settings
from sddesk.core.values import Picture
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.history import full_index

STEPS, SIDE = 48, 512
_SECONDS, _TICK_MS = 12, 5


def measure() -> list[Figure]:
    """Scrubbing through previews of 512×512, then scrubbing, scrolling and generating together."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    apply_theme()
    with tempfile.TemporaryDirectory() as name:
        scrubs, gaps = _measure(app_paths(Path(name)))
    return [
        Figure("scrubbing, previews of 512×512: a frame, p95", percentile(scrubs, 0.95), 16, "ms"),
        Figure("generating, scrolling, scrubbing: late, p99", percentile(gaps, 0.99), 50, "ms"),
        Figure("generating, scrolling, scrubbing: late, worst", max(gaps), None, "ms"),
    ]


def _measure(paths: AppPaths) -> tuple[list[float], list[float]]:
    full_index(paths.cache, paths.pictures).close()
    desk = _desk(paths)
    scrubs = _scrub(desk)
    gaps = _everything(desk, paths)
    desk.shell.close()
    return scrubs, gaps


def _desk(paths: AppPaths) -> Desk:
    shell = Shell()
    shell.restore_place("")
    shell.show()
    shell.resize(1280, 720)
    form = FormState(prompt="red apple on green ground", steps=20)
    desk = Desk(shell, paths, Settings(form=form), lambda: _service(paths))
    desk.workspace.history.start = lambda: None  # its files do not exist: leave the index alone
    return desk


def _service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def _scrub(desk: Desk) -> list[float]:
    """Milliseconds from a new value of the timeline to the painted window."""
    steps = desk.workspace.steps
    steps.begin(STEPS, SIDE, SIDE)
    for step in range(1, STEPS + 1):
        picture = Picture(SIDE, SIDE, bytes([step * 5 % 256]) * (SIDE * SIDE * 3))
        steps.add(StepDone(1, step, STEPS, float(STEPS - step), picture, picture, None))
    QApplication.processEvents()
    return [_ms(lambda k=k: _show(desk, k % STEPS + 1)) for k in range(3 * STEPS)]


def _show(desk: Desk, step: int) -> None:
    desk.workspace.steps.timeline.setValue(step)
    desk.workspace.view.repaint()
    desk.workspace.steps.timeline.repaint()


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _everything(desk: Desk, paths: AppPaths) -> list[float]:
    """How many milliseconds each tick of a timer came too late."""
    _wait_for_picture(desk, paths)
    view, timeline = desk.workspace.history.view, desk.workspace.steps.timeline
    gaps: list[float] = []
    last, end, loop = time.perf_counter(), time.perf_counter() + _SECONDS, QEventLoop()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(max(0.0, (now - last) * 1000 - _TICK_MS))
        last = now
        bar = view.verticalScrollBar()
        bar.setValue((bar.value() + 40) % max(1, bar.maximum()))
        timeline.setValue(len(gaps) % max(1, timeline.maximum()) + 1)
        if desk.session.jobs.is_idle():
            desk.session.generate()
        if now > end:
            loop.quit()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(_TICK_MS)
    loop.exec()
    timer.stop()
    return gaps


def _wait_for_picture(desk: Desk, paths: AppPaths) -> None:
    """The imports and the loading of the model have a benchmark of their own."""
    desk.session.generate()
    end = time.perf_counter() + 60
    while not list(paths.pictures.glob("[!.]*.png")) and time.perf_counter() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
