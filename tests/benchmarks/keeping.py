"""How late the window's event loop is while a large drawing is kept, and how soon it is kept."""

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.layers import Pixels
from sddesk.core.canvas.rects import Rect
from sddesk.ui.background import Background
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.draft import Draft
from sddesk.ui.canvas.drawing_file import DrawingFile
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.sketching import Sketch
from tests.benchmarks.figures import Figure

SIDE, LAYERS = 4096, 4
_TICK_MS = 5
_LIMIT_S = 100


def measure() -> list[Figure]:
    """A canvas of 4096² with four painted layers: asked for before it is composed, then kept."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    studio, background, window = Studio(SIDE, SIDE), Background(), QWidget()
    view = CanvasView(studio, Toolbox(studio, background.run))
    view.resize(1280, 720)
    view.show()
    for number in range(LAYERS):
        studio.do(ops.add_picture, _painted(number), f"layer {number}", ())
    asked, _ = _lateness(partial(_ask, view, background))
    _lateness(lambda: partial(_composed, view))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "drawing.ora")
        draft = Draft(studio, DrawingFile(studio, window, lambda: None), path)
        draft.load()
        all_late, all_s = _lateness(partial(_change, studio, path))
        one_late, one_s = _lateness(partial(_change, studio, path))
        draft.close()
    background.close(5)
    return [
        Figure("4096² asked for before it is composed: late, worst", asked, 50, "ms"),
        Figure("4096², 4 layers, kept for the first time: late, worst", all_late, 50, "ms"),
        Figure("4096², 4 layers, kept after a stroke: late, worst", one_late, 50, "ms"),
        Figure("the first change until it is kept", all_s, 10, "s"),
        Figure("a stroke until it is kept", one_s, 10, "s"),
    ]


def _painted(number: int) -> Pixels:
    """A slope with the grain of a brush, half transparent: (side, side, 4)."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.uint16)
    pixels = np.empty((SIDE, SIDE, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = x // 16 + number, y // 16, (x + y) // 32
    pixels[..., :3] += np.random.default_rng(number).integers(0, 3, (SIDE, SIDE, 1), np.uint8)
    pixels[..., 3] = 200
    return pixels


def _ask(view: CanvasView, background: Background) -> Callable[[], bool]:
    """What Generate does with the drawing; whether its picture is there."""
    studio, made = view.studio, []
    assert view.picture() is None, "it is composed already"
    sketch = Sketch(studio.snapshot(), studio.document.revision, "crop", None)
    background.run(partial(sketch.init, 512, 512), made.append, made.append)
    return lambda: bool(made)


def _composed(view: CanvasView) -> bool:
    return view.picture() is not None


def _change(studio: Studio, path: Path) -> Callable[[], bool]:
    """Draw something; whether it is on the disk."""
    before = _written(path)
    edit, dab = studio.document.begin(), Rect(100, 100, 400, 400)
    edit.touch(dab)
    edit.pixels[dab.rows, dab.columns] = before % 255
    studio.document.commit(edit)
    studio.painted.emit(dab)
    return lambda: _written(path) != before


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _lateness(begin: Callable[[], Callable[[], bool]]) -> tuple[float, float]:
    """By how many milliseconds a tick came too late at worst, and the seconds until it was done."""
    loop, worst = QEventLoop(), 0.0
    begun = last = time.perf_counter()
    done = begin()

    def tick() -> None:
        nonlocal worst, last
        now = time.perf_counter()
        worst, last = max(worst, (now - last) * 1000 - _TICK_MS), now
        if done() or now > begun + _LIMIT_S:
            loop.quit()

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=_TICK_MS)
    timer.timeout.connect(tick)
    timer.start()
    loop.exec()
    timer.stop()
    return worst, time.perf_counter() - begun
