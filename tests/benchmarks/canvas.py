"""How quickly the canvas follows the pen, and how freely it is moved, with real input events."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.brush import Brush
from sddesk.core.messages import JobRunner, StepDone
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.settings import FormState, Settings
from sddesk.ui.background import Background
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from tests.benchmarks.figures import Figure, percentile

EVENTS = 300  # of the recorded stroke
_EVERY_S = 0.005
LAYERS = 8
_VIEW = (1280, 720)
_WINDOW = (2150, 1100)  # in which the canvas can have that size
_LIMIT_S = 200  # until the model is loaded, on a busy machine
_Ms = list[float]


def measure() -> list[Figure]:
    """A recorded stroke on 1024², alone and while generating; 4096² with 8 layers moved about."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    apply_theme()
    alone = _strokes(_view(1024))
    part, full = _repaints(_view(1024))
    pans, zooms = _moves(_view(4096))
    drags = [_drag(_view(side)) for side in (1024, 4096)]
    with tempfile.TemporaryDirectory() as name:
        busy = _while_generating(app_paths(Path(name)))
    p95, busy_p95 = percentile(alone, 0.95), percentile(busy, 0.95)
    return [
        Figure("stroke on 1024²: input to paint, p95", p95, 16, "ms"),
        Figure("the same while generating, p95", busy_p95, 32, "ms"),
        Figure("the same while generating ÷ alone", busy_p95 / p95, 2),
        Figure("repaint of a dab's rectangle ÷ of everything", part / full, 0.2),
        Figure("pan of 4096², 8 layers: a frame, p95", percentile(pans, 0.95), 1000 / 60, "ms"),
        Figure("zoom of 4096², 8 layers: a frame, p95", percentile(zooms, 0.95), 1000 / 60, "ms"),
        *(
            Figure(f"layer of {side}² scaled and turned: {what}", value, 50, "ms")
            for side, (p95, lift, keep) in zip((1024, 4096), drags, strict=True)
            for what, value in (("a move, p95", p95), ("lifted", lift), ("kept", keep))
        ),
    ]


def _view(side: int) -> CanvasView:
    studio = Studio(side, side)
    view = CanvasView(studio, Toolbox(studio, Background().run))
    view.resize(*_VIEW)
    view.show()
    noise = np.random.default_rng(5).integers(0, 256, (side, side, 4), np.uint8)
    for number in range(LAYERS - 2 if side > 1024 else 1):
        studio.do(ops.add_picture, np.roll(noise, number, axis=0), f"layer {number}", ())
    studio.do(ops.add_layer)
    studio.set_brush(Brush(size=24))
    while view.picture() is None:  # while some of it is not composed yet
        QApplication.processEvents()
    return view


def recorded(side: int) -> list[tuple[float, float, float]]:
    """A scribble as a hand makes it: loops of changing speed and pressure, x, y and pressure."""
    t = np.linspace(0, 1, EVENTS)
    x = side * (0.15 + 0.7 * t + 0.08 * np.sin(31 * t))
    y = side * (0.5 + 0.3 * np.sin(17 * t) * np.cos(5 * t))
    pressure = 0.35 + 0.3 * np.sin(23 * t) + 0.3 * t
    return list(zip(x.tolist(), y.tolist(), pressure.tolist(), strict=True))


def _strokes(view: CanvasView) -> _Ms:
    """Milliseconds from each event of the pen to the paint; they come as a tablet sends them."""
    side, to = view.studio.state.width, view.camera().transform(view.size())
    points = [(to.map(QPointF(x, y)), pressure) for x, y, pressure in recorded(side)]
    times: _Ms = []
    for kind, (at, pressure) in [
        (QEvent.Type.TabletPress, points[0]),
        *[(QEvent.Type.TabletMove, point) for point in points[1:]],
        (QEvent.Type.TabletRelease, points[-1]),
    ]:
        event = _pen_event(view, kind, at, pressure)
        begun = time.perf_counter()
        QApplication.sendEvent(view, event)
        QApplication.processEvents()
        times.append((time.perf_counter() - begun) * 1000)
        _run_until(begun + _EVERY_S)
    active = view.studio.document.active
    assert active.pixels[..., 3].any(), "the stroke left nothing"
    return times


def _run_until(when: float) -> None:
    """Let the event loop run, which rests while there is nothing to do."""
    loop = QEventLoop()
    wait = when - time.perf_counter()
    if wait > 0:
        timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(loop.quit)
        timer.start(int(wait * 1000))
        loop.exec()
    while time.perf_counter() < when:
        pass


_PEN = QPointingDevice(
    "pen",
    1,
    QPointingDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
    1,
    3,
)


def _pen_event(view: CanvasView, kind: QEvent.Type, at: QPointF, pressure: float) -> QTabletEvent:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    return QTabletEvent(
        kind,
        _PEN,
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        none if kind == QEvent.Type.TabletMove else left,
        none if kind == QEvent.Type.TabletRelease else left,
    )


def _repaints(view: CanvasView) -> tuple[float, float]:
    """The middle of many repaints: of the rectangle that a dab dirties, and of the whole view."""
    area = view.rect()
    dab = area.adjusted(0, 0, 0, 0)
    dab.setSize(dab.size() / 12)
    dab.moveCenter(area.center())
    parts: _Ms = []
    wholes: _Ms = []
    for _ in range(60):
        parts.append(_ms(lambda: view.repaint(dab)))
        wholes.append(_ms(lambda: view.repaint()))
    return percentile(parts, 0.5), percentile(wholes, 0.5)


def _moves(view: CanvasView) -> tuple[_Ms, _Ms]:
    """Milliseconds of each painted frame while it is pulled about, and while it is zoomed."""
    middle = QPointF(view.rect().center())
    view.zoom_by(4, middle)
    pans = [_ms(lambda i=i: _shown(view, lambda: view.pan(_way(i)))) for i in range(120)]
    factors = [1.1] * 30 + [1 / 1.1] * 60 + [1.1] * 30
    zooms = [_ms(lambda f=f: _shown(view, lambda: view.zoom_by(f, middle))) for f in factors]
    return pans, zooms


def _drag(view: CanvasView) -> tuple[float, float, float]:
    """A handle pulled, then the outside: a move and its frame, p95; lifting; keeping when laid."""
    studio = view.studio
    studio.choose_layer(studio.state.layers[1].id)
    toolbox = view._toolbox
    lift = _ms(lambda: toolbox.choose("move"))
    side, to = studio.state.width, view.camera().transform(view.size())
    times: _Ms = []
    at = QPointF()
    for x, y in ((side, side), (side * 0.5, -side * 0.01)):
        _send(view, QEvent.Type.MouseButtonPress, to.map(QPointF(x, y)))
        for number in range(60):
            step = -side * 0.002 * number
            at = to.map(QPointF(x + step, y + step))
            times.append(_ms(lambda at=at: _moved(view, at)))
            _run_until(time.perf_counter() + _EVERY_S)
        _send(view, QEvent.Type.MouseButtonRelease, at)
    while studio.preview is None or toolbox.move_tool.hovers:
        _run_until(time.perf_counter() + 0.02)
    keep = _ms(toolbox.finish)
    assert studio.preview is None, "it was not kept"
    return percentile(times, 0.95), lift, keep


def _moved(view: CanvasView, at: QPointF) -> None:
    _send(view, QEvent.Type.MouseMove, at)
    QApplication.processEvents()


def _send(view: CanvasView, kind: QEvent.Type, at: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    where = QPointF(view.mapToGlobal(at.toPoint()))
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(kind, at, where, button, held, keys))


def _way(number: int) -> QPointF:
    return QPointF(9, 4) if number // 20 % 2 else QPointF(-9, -4)


def _shown(view: CanvasView, change: Callable[[], None]) -> None:
    change()
    view.repaint()


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _while_generating(paths: AppPaths) -> _Ms:
    """The same stroke in the real window, while the model in the box makes pictures."""
    shell = Shell()
    shell.restore_place("")
    shell.show()
    form = FormState(prompt="red apple", steps=200, count=9, width=128, height=128)
    desk = Desk(shell, paths, Settings(form=form), lambda: _service(paths))
    view = desk.workspace.init.view
    shell.resize(*_WINDOW)
    _run_until(time.perf_counter() + 1)
    desk.workspace.pictures.setSizes([_VIEW[0], _WINDOW[0] - _VIEW[0]])
    steps: list[StepDone] = []
    desk.session.jobs.happened.connect(
        lambda event, _: steps.append(event) if isinstance(event, StepDone) else None
    )
    desk.session.generate()
    end = time.perf_counter() + _LIMIT_S
    while len(steps) < 3 and time.perf_counter() < end:
        _run_until(time.perf_counter() + 0.05)
    view.studio.new(1024, 1024)
    view.studio.set_brush(Brush(size=24))
    _run_until(time.perf_counter() + 0.2)
    before = len(steps)
    times = _strokes(view)
    assert len(steps) > before > 2, "no picture was made meanwhile"
    desk.session.jobs.cancel_all()
    shell.close_unasked()
    return times


def _service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")
