"""How late the event loop is while a large drawing is selected in, cleared, merged and drawn on."""

import os
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication, QToolButton

from sddesk.core.canvas import operations as ops
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.layers_panel import LayersPanel
from tests.benchmarks.canvas import _run_until, _send, _view
from tests.benchmarks.figures import Figure
from tests.benchmarks.keeping import _lateness

_SIDE = 4096
_PULLS = 12
_Done = Callable[[], bool]


def measure() -> list[Figure]:
    """One thing after the other, each from the gesture until it is composed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    view = _view(_SIDE)
    studio, panel = view.studio, LayersPanel(view.studio)
    figures: list[Figure] = []
    for what, act in (
        ("a line", partial(_drag, view, "line")),
        ("a rectangle", partial(_drag, view, "rectangle")),
        ("an ellipse", partial(_drag, view, "ellipse")),
        ("a filled rectangle", partial(_filled, view, "rectangle")),
        ("a filled ellipse", partial(_filled, view, "ellipse")),
        ("a rectangle selected", partial(_drag, view, "select")),
        ("a lasso", partial(_drag, view, "lasso")),
        ("what is selected cleared", partial(_clear, view)),
        ("that undone", partial(_then, view, studio.undo)),
        ("merged with the layer below", partial(_merge, view, panel)),
        ("the layer cleared", partial(_clear, view)),
    ):
        if what == "the layer cleared":
            studio.undo()
            view._toolbox.choose("select")
            _drag(view, "select", ((0.5, 0.5), (0.5, 0.5)))
            while view.picture() is None or studio.settling.busy:
                _run_until(time.perf_counter() + 0.05)
        late, seconds = _lateness(act)
        figures.append(Figure(f"4096², {what}: late, worst", late, 50, "ms"))
        figures.append(Figure(f"4096², {what}: until it is seen", seconds, 10, "s"))
    return figures


def _filled(view: CanvasView, tool: str) -> _Done:
    view.studio.options.filled = True
    return _drag(view, tool)


def _drag(
    view: CanvasView,
    tool: str,
    ends: tuple[tuple[float, float], tuple[float, float]] = ((0.1, 0.15), (0.9, 0.8)),
) -> _Done:
    """From corner to corner, a little more each time."""
    view._toolbox.choose(tool)
    to, ((x, y), (right, bottom)) = view.camera().transform(view.size()), ends
    _send(view, QEvent.Type.MouseButtonPress, to.map(QPointF(_SIDE * x, _SIDE * y)))
    left = _PULLS

    def done() -> bool:
        nonlocal left
        if left < 0:
            return _is_over(view)
        share = 1 - left / _PULLS
        bow = 0.3 * share * (1 - share) if tool == "lasso" else 0
        at = QPointF(x + (right - x) * share + bow, y + (bottom - y) * share)
        kind = QEvent.Type.MouseMove if left else QEvent.Type.MouseButtonRelease
        left -= 1
        _send(view, kind, to.map(at * _SIDE))
        return False

    return done


def _clear(view: CanvasView) -> _Done:
    return _then(view, partial(view.studio.make, ops.cleared))


def _merge(view: CanvasView, panel: LayersPanel) -> _Done:
    button = panel.findChild(QToolButton, "merge_layer")
    return _then(view, button.click)  # pyright: ignore[reportOptionalMemberAccess]


def _then(view: CanvasView, act: Callable[[], object]) -> _Done:
    act()
    return partial(_is_over, view)


def _is_over(view: CanvasView) -> bool:
    return not view.studio.settling.busy and view.picture() is not None
