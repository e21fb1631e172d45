"""How late the event loop is when a large layer was transformed and something is done at once."""

import os
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from sddesk.core.canvas import operations as ops
from sddesk.ui.canvas.canvas_view import CanvasView
from tests.benchmarks.canvas import _run_until, _send, _view
from tests.benchmarks.figures import Figure
from tests.benchmarks.keeping import _lateness

_SIDES = (1024, 4096)


def measure() -> list[Figure]:
    """A layer scaled and turned, then painted on, undone and asked for before it is laid down."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    figures: list[Figure] = []
    for side in _SIDES:
        view = _view(side)
        for name, act in (("painted on", _paint), ("undone", _undo)):
            _transform(view)
            late, seconds = _lateness(partial(act, view))
            what = f"layer of {side}² transformed and {name} at once"
            figures.append(Figure(f"{what}: event loop late, worst", late, 50, "ms"))
            figures.append(Figure(f"{what}: until it is done", seconds, 10, "s"))
            _rest(view)
        view.studio.do(ops.clear_all, side, side)
        view._toolbox.choose("fill")
        _run_until(time.perf_counter() + 2)
        late, seconds = _lateness(partial(_fill, view))
        figures.append(Figure(f"{side}² filled: late, worst", late, 50, "ms"))
        figures.append(Figure(f"{side}² filled: until it is done", seconds, 10, "s"))
        view.studio.undo()
        _undo(view)
        _rest(view)
        late, _ = _lateness(partial(_redo, view))
        figures.append(Figure("the same transform done again: late, worst", late, 50, "ms"))
        late, _ = _lateness(partial(_undo, view))
        figures.append(Figure("and undone again: late, worst", late, 50, "ms"))
    return figures


def _transform(view: CanvasView) -> None:
    """With two handles, and no rest in between."""
    studio = view.studio
    studio.choose_layer(studio.state.layers[1].id)
    view._toolbox.choose("move")
    _run_until(time.perf_counter() + 3)
    side, to = studio.state.width, view.camera().transform(view.size())
    for x, y in ((side, side), (side * 0.5, -side * 0.01)):
        _send(view, QEvent.Type.MouseButtonPress, to.map(QPointF(x, y)))
        at = to.map(QPointF(x - side * 0.1, y - side * 0.1))
        _send(view, QEvent.Type.MouseMove, at)
        _send(view, QEvent.Type.MouseButtonRelease, at)


def _paint(view: CanvasView) -> Callable[[], bool]:
    """A stroke in the middle, right away; whether it is in the drawing."""
    view._toolbox.choose("brush")
    studio, side = view.studio, view.studio.state.width
    to = view.camera().transform(view.size())
    _send(view, QEvent.Type.MouseButtonPress, to.map(QPointF(side * 0.4, side * 0.5)))
    _send(view, QEvent.Type.MouseMove, to.map(QPointF(side * 0.6, side * 0.5)))
    _send(view, QEvent.Type.MouseButtonRelease, to.map(QPointF(side * 0.6, side * 0.5)))
    return lambda: not studio.settling.busy and view.picture() is not None


def _undo(view: CanvasView) -> Callable[[], bool]:
    view._toolbox.choose("brush")
    view.studio.undo()
    return lambda: not view.studio.settling.busy and view.picture() is not None


def _redo(view: CanvasView) -> Callable[[], bool]:
    view.studio.redo()
    return lambda: not view.studio.settling.busy and view.picture() is not None


def _fill(view: CanvasView) -> Callable[[], bool]:
    studio, side = view.studio, view.studio.state.width
    at = view.camera().transform(view.size()).map(QPointF(side / 2, side / 2))
    _send(view, QEvent.Type.MouseButtonPress, at)
    _send(view, QEvent.Type.MouseButtonRelease, at)
    return lambda: not studio.settling.busy and view.picture() is not None


def _rest(view: CanvasView) -> None:
    while view.picture() is None:
        _run_until(time.perf_counter() + 0.05)
