"""What overlay, divider and difference cost to paint, and that comparing leaves no memory.

In time of the processor: what else the machine does meanwhile does not count.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.picture_files import save_png
from sddesk.core.settings import Settings
from sddesk.core.values import Picture
from sddesk.ui.compare.view import DIVIDER, HEAT
from sddesk.ui.desk import Desk
from sddesk.ui.frames import Shown, View
from sddesk.ui.images import to_image
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from sddesk.ui.words.heat import veil
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.memory import megabytes
from tests.fakes import FakeRunner

SIDE, FRAMES, COMPARISONS = 1024, 120, 50
_FRAME_MS = 1000 / 60


def measure() -> list[Figure]:
    """Frames of 1024×1024 pictures in a window of 1600×1000, then 50 comparisons."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    apply_theme()
    with tempfile.TemporaryDirectory() as name:
        desk = _desk(app_paths(Path(name)))
        paths = [_painted(Path(name) / f"{seed}.png", seed) for seed in (1, 2)]
        overlay = _overlay(desk)
        _compare(desk, paths)
        desk.workspace.compare_page.set_mode(DIVIDER)
        divider = [_ms(lambda k=k: _drag(desk, k / FRAMES)) for k in range(FRAMES)]
        desk.workspace.compare_page.set_mode(HEAT)
        heat = [_ms(lambda: _heat(desk)) for _ in range(FRAMES)]
        zoomed = _zoomed(desk)
        before, after = _memory(desk, paths)
        desk.shell.close()
    return [
        Figure("overlay on 1024×1024: a frame, p95", percentile(overlay, 0.95), _FRAME_MS, "ms"),
        Figure("divider of 1024×1024: a frame, p95", percentile(divider, 0.95), _FRAME_MS, "ms"),
        Figure("the same, zoomed to 200 %", percentile(zoomed, 0.95), _FRAME_MS, "ms"),
        Figure("difference of 1024×1024: a frame, p95", percentile(heat, 0.95), _FRAME_MS, "ms"),
        Figure("memory after 50 comparisons, more than before", after - before, 30, "MB"),
    ]


def _desk(paths: AppPaths) -> Desk:
    shell = Shell()
    shell.restore_place("")
    shell.show()
    shell.resize(1600, 1000)
    desk = Desk(shell, paths, Settings(), FakeRunner)
    _wait(lambda: desk.workspace.panel.form.model.ref() is not None)
    return desk


def _picture(seed: int) -> Picture:
    pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    return Picture(SIDE, SIDE, pixels.tobytes())


def _painted(path: Path, seed: int) -> Path:
    save_png(path, _picture(seed), {})
    return path


def _overlay(desk: Desk) -> list[float]:
    """Another map over the same picture for each frame, as when steps are scrubbed."""
    view = desk.workspace.view
    view.show_pictures(Shown((View(to_image(_picture(1)), exact=True),)))
    maps = np.random.default_rng(0).random((FRAMES, 64, 64), np.float32)

    def frame(number: int) -> None:
        view.set_overlay(veil(maps[number]))
        view.repaint()

    frame(0)
    return [_ms(lambda k=k: frame(k)) for k in range(FRAMES)]


def _compare(desk: Desk, paths: list[Path]) -> None:
    desk.compare.compare_files(paths)
    _wait(lambda: len(desk.compare.sides) == len(paths))
    desk.workspace.compare_page.view.repaint()


def _drag(desk: Desk, share: float) -> None:
    view = desk.workspace.compare_page.view
    view._move_divider(0, share * view.width())
    view.repaint()


def _heat(desk: Desk) -> None:
    """The difference is computed anew for each frame, as when steps are scrubbed."""
    desk.compare._show()
    desk.workspace.compare_page.view.repaint()


def _zoomed(desk: Desk) -> list[float]:
    page = desk.workspace.compare_page
    page.set_mode(DIVIDER)
    page.view.actual_size()
    middle = QPointF()  # of the view
    zoom = page.view.zoom().by(2, middle, page.view.size(), page.view._natural)
    page.view._set_zoom(zoom)
    return [_ms(lambda k=k: _drag(desk, k / FRAMES)) for k in range(FRAMES)]


def _memory(desk: Desk, paths: list[Path]) -> tuple[float, float]:
    """Megabytes in use after a few comparisons, and after fifty more."""
    for _ in range(5):
        _open_and_close(desk, paths)
    before = megabytes()
    for _ in range(COMPARISONS):
        _open_and_close(desk, paths)
    return before, megabytes()


def _open_and_close(desk: Desk, paths: list[Path]) -> None:
    _compare(desk, paths)
    for mode in (DIVIDER, HEAT):
        desk.workspace.compare_page.set_mode(mode)
        desk.workspace.compare_page.view.repaint()
    desk.compare.close()
    QApplication.processEvents()


def _ms(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return (time.thread_time() - begun) * 1000


def _wait(ready: Callable[[], bool]) -> None:
    end = time.perf_counter() + 60
    while not ready() and time.perf_counter() < end:
        QApplication.processEvents()
