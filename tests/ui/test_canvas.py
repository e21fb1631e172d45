"""The canvas in the real window: mouse, pen and keys, from the stroke to the picture."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPointingDevice, QRegion, QTabletEvent
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas import transforming
from sddesk.core.canvas.compositing import color_at, flatten
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.settings import FormState
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.size_dialog import SizeDialog
from sddesk.ui.desk import Desk
from sddesk.ui.number_fields import SideBox
from tests.fakes import FakeRunner, plain_picture
from tests.ui.drops import drop

OpenDesk = Callable[..., Desk]
SIDE = 64


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A window with a small canvas, whose drawing needs no saving at the end."""
    desk = open_desk()
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, width=SIDE, height=SIDE))
    desk.workspace.init.studio.new(SIDE, SIDE)
    desk.shell.activateWindow()
    desk.workspace.init.view.setFocus()
    return desk


def canvas(desk: Desk) -> CanvasView:
    view = desk.workspace.init.view
    assert view.studio.state.width == SIDE
    return view


def spot(view: CanvasView, x: float, y: float) -> QPointF:
    return view.camera().transform(view.size()).map(QPointF(x, y))


def drag(qtbot: QtBot, view: CanvasView, *points: tuple[float, float], keys=None) -> None:
    """With the left mouse button, as Qt delivers it."""
    keys = keys or Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    places = [spot(view, x, y).toPoint() for x, y in points]
    qtbot.mousePress(view, left, keys, places[0])
    for place in places[1:]:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, left, keys, places[-1])


def settle(qtbot: QtBot, view: CanvasView) -> None:
    """Until all that was asked for is in the drawing."""
    qtbot.waitUntil(lambda: not view.studio.settling.busy)


def pen(view: CanvasView, *points: tuple[float, float, float], eraser: bool = False) -> None:
    """With a tablet's pen: x, y and pressure."""
    kinds = QPointingDevice.PointerType
    device = QPointingDevice(
        "pen",
        1,
        QPointingDevice.DeviceType.Stylus,
        kinds.Eraser if eraser else kinds.Pen,
        QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
        1,
        3,
    )
    types = QEvent.Type
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    rows = [(types.TabletPress, points[0])]
    rows += [(types.TabletMove, point) for point in points]
    rows.append((types.TabletRelease, points[-1]))
    for kind, (x, y, pressure) in rows:
        at = spot(view, x, y)
        event = QTabletEvent(
            kind,
            device,
            at,
            QPointF(view.mapToGlobal(at.toPoint())),
            pressure,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            Qt.KeyboardModifier.NoModifier,
            none if kind == types.TabletMove else left,
            none if kind == types.TabletRelease else left,
        )
        QApplication.sendEvent(view, event)
        assert event.isAccepted()


def alpha(desk: Desk) -> np.ndarray:
    return desk.workspace.init.studio.document.active.pixels[..., 3]


def test_a_stroke_is_the_init_image_and_undo_makes_it_text_again(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    view = canvas(desk)
    assert desk.workspace.init.outline() is None
    drag(qtbot, view, (10, 32), (20, 32), (50, 32))
    assert alpha(desk)[32, 12:48].min() == 255
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].init == flatten(view.studio.state)
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not alpha(desk).any()
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(runner.requests) == 2)
    assert runner.requests[1].init is None
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view, Qt.Key.Key_Z, both)
    assert alpha(desk).any()


def test_the_pen_presses_and_its_other_end_erases(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    pen(view, (8, 20, 0.1), (20, 20, 0.1), (40, 20, 1.0), (56, 20, 1.0))
    thin, thick = (alpha(desk)[:, x] > 128 for x in (12, 50))
    assert 0 < thin.sum() < thick.sum()
    pen(view, (50, 8, 1.0), (50, 20, 1.0), (50, 40, 1.0), eraser=True)
    assert alpha(desk)[20, 50] == 0
    assert desk.workspace.init.toolbox.name == "brush"


def test_sketch_picture_sketch_picture(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    view = canvas(desk)
    pen(view, (10, 10, 0.5), (30, 40, 0.7), (50, 12, 1.0))
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view, Qt.Key.Key_Return, control)
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    qtbot.keyClick(view, Qt.Key.Key_U, control | shift)
    assert len(view.studio.state.layers) == 2
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, control)
    qtbot.waitUntil(lambda: len(runner.requests) == 2)
    first, second = runner.requests
    assert first.init is not None
    assert second.init is not None
    made = plain_picture(first.width, first.height, first.seed)
    assert second.init.pixel_hash() == made.pixel_hash()  # the parent, by its pixels
    assert view.studio.state.parents == (made.pixel_hash(),)


def test_shift_click_draws_a_straight_line(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    drag(qtbot, view, (8, 8))
    drag(qtbot, view, (56, 56), keys=Qt.KeyboardModifier.ShiftModifier)
    assert np.diagonal(alpha(desk))[10:54].min() == 255


def test_keys_choose_tools_sizes_and_colours(qtbot: QtBot, desk: Desk) -> None:
    view, box = canvas(desk), desk.workspace.init.toolbox
    keys = {"E": "eraser", "G": "fill", "L": "line", "R": "rectangle", "O": "ellipse"}
    keys |= {"I": "pick", "V": "move", "M": "select", "B": "brush"}
    for key, tool in keys.items():
        qtbot.keyClick(view, key)
        assert box.name == tool
    studio, size = view.studio, view.studio.brush.size
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    assert studio.brush.size > size
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    assert studio.brush.size == pytest.approx(size, abs=0.5)
    shift = Qt.KeyboardModifier.ShiftModifier
    hardness = studio.brush.hardness
    qtbot.keyClick(view, Qt.Key.Key_BraceLeft, shift)
    assert studio.brush.hardness == pytest.approx(hardness - 0.1)
    qtbot.keyClick(view, Qt.Key.Key_Less, shift)
    assert studio.brush.opacity == pytest.approx(0.9)
    studio.set_color((1, 2, 3))
    qtbot.keyClick(view, "X")
    assert studio.colors.front == (255, 255, 255)
    qtbot.keyClick(view, "D")
    assert (studio.colors.front, studio.colors.back) == ((0, 0, 0), (255, 255, 255))


def test_letters_in_the_prompt_choose_no_tools(qtbot: QtBot, desk: Desk) -> None:
    edit = desk.workspace.panel.prompt.edit
    edit.setFocus()
    edit.clear()
    qtbot.keyClicks(edit, "beglroivm[]{}<>xd")
    assert edit.toPlainText() == "beglroivm[]{}<>xd"
    assert desk.workspace.init.toolbox.name == "brush"


def test_fill_runs_beside_and_is_undone(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    view.studio.set_color((9, 8, 7))
    qtbot.keyClick(view, "G")
    drag(qtbot, view, (32, 32))
    qtbot.waitUntil(lambda: bool(alpha(desk).all()))
    assert color_at(view.studio.state, 0, 0) == (9, 8, 7)
    qtbot.keyClick(view, "I")
    view.studio.default_colors()
    drag(qtbot, view, (5, 5))
    assert view.studio.colors.front == (9, 8, 7)


@pytest.mark.parametrize("key", ["R", "O", "L"])
def test_shapes_follow_the_mouse_and_esc_gives_up(qtbot: QtBot, desk: Desk, key: str) -> None:
    view = canvas(desk)
    qtbot.keyClick(view, key)
    drag(qtbot, view, (10, 10), (60, 20), (50, 50))
    settle(qtbot, view)
    assert alpha(desk)[10:20, 56:].max() == 0  # nothing is left of the way there
    assert alpha(desk).any()
    done, before = len(view.studio.document.undo_stack.done), alpha(desk).copy()
    qtbot.waitUntil(lambda: view.picture() is not None)
    shown = view.grab().toImage()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=spot(view, 5, 60).toPoint())
    qtbot.mouseMove(view, spot(view, 60, 60).toPoint())
    assert view.grab().toImage() != shown
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view, left, pos=spot(view, 60, 60).toPoint())
    settle(qtbot, view)
    assert len(view.studio.document.undo_stack.done) == done
    assert np.array_equal(alpha(desk), before)


@pytest.mark.parametrize("filled", [True, False])
def test_a_shape_is_shown_while_it_is_pulled_as_it_is_drawn_then(
    qtbot: QtBot, desk: Desk, filled: bool
) -> None:
    view = canvas(desk)
    view.studio.set_color((200, 10, 10))
    view.studio.options.filled = filled
    qtbot.keyClick(view, "R")
    left, dark = Qt.MouseButton.LeftButton, QColor(200, 10, 10)
    qtbot.mousePress(view, left, pos=spot(view, 12, 12).toPoint())
    end = spot(view, 50, 44).toPoint()
    qtbot.mouseMove(view, end)

    def colored() -> list[bool]:
        image = view.grab().toImage()
        places = [spot(view, x, y).toPoint() for x, y in ((14, 28), (30, 14), (30, 28), (3, 28))]
        return [image.pixelColor(place) == dark for place in places]

    assert colored() == [True, True, filled, False]
    assert not alpha(desk).any()
    qtbot.mouseRelease(view, left, pos=end)
    settle(qtbot, view)
    qtbot.waitUntil(lambda: view.picture() is not None)
    assert alpha(desk)[28, 14] == 255
    assert colored() == [True, True, filled, False]


def test_a_large_shape_stays_in_sight_until_it_is_composed(qtbot: QtBot, desk: Desk) -> None:
    view = desk.workspace.init.view
    view.studio.new(1024, 1024)
    qtbot.waitUntil(lambda: view.picture() is not None)
    view.studio.set_color((200, 10, 10))
    view.studio.options.filled = True
    seen: list[tuple[bool, bool]] = []

    def look() -> None:
        color = view.grab().toImage().pixelColor(spot(view, 512, 512).toPoint())
        seen.append((view.picture() is not None, color == QColor(200, 10, 10)))

    view.studio.painted.connect(look)
    qtbot.keyClick(view, "O")
    drag(qtbot, view, (100, 100), (500, 500), (900, 900))
    qtbot.waitUntil(lambda: view.picture() is not None and bool(seen))
    look()
    assert seen == [(False, True), (True, True)]
    view.studio.undo()
    assert seen[2] == (False, True), "what was composed is another already"
    qtbot.waitUntil(lambda: view.picture() is not None)
    look()
    assert seen[3] == (True, False)


def test_move_lifts_drags_and_lays_down(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    drag(qtbot, view, (16, 16), (20, 16), (24, 16))
    before = alpha(desk).copy()
    qtbot.keyClick(view, "V")
    drag(qtbot, view, (20, 16), (22, 20), (30, 36))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not np.array_equal(alpha(desk), before))
    moved = alpha(desk)
    ys, xs = np.nonzero(before > 128)
    now_ys, now_xs = np.nonzero(moved > 128)
    assert (now_ys.mean() - ys.mean(), now_xs.mean() - xs.mean()) == pytest.approx((20, 10), abs=1)
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(alpha(desk), before)


def test_the_handles_are_there_as_soon_as_the_tool_is_chosen(qtbot: QtBot, desk: Desk) -> None:
    view, control = canvas(desk), Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, "V")  # there is nothing to move, and nobody asked to
    assert not desk.workspace.messages.text()
    qtbot.keyClick(view, "B")
    drag(qtbot, view, (16, 16), (20, 16), (24, 40))
    bare, done = view.grab().toImage(), len(view.studio.document.undo_stack.done)
    qtbot.keyClick(view, "V")
    ys, xs = np.nonzero(alpha(desk))
    corner = spot(view, xs.max() + 1, ys.max() + 1).toPoint()
    around = QRect(corner - QPoint(5, 5), corner + QPoint(5, 5))
    assert view.grab().toImage().copy(around) != bare.copy(around)
    qtbot.keyClick(view, "E")
    assert len(view.studio.document.undo_stack.done) == done
    qtbot.keyClick(view, "V")
    qtbot.keyClick(view, Qt.Key.Key_Z, control)  # takes the stroke back, not only the handles
    assert not alpha(desk).any()


def test_the_corner_opposite_to_the_handle_stays(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    qtbot.keyClick(view, "R")
    drag(qtbot, view, (20, 24), (30, 30), (40, 36))
    qtbot.keyClick(view, "V")
    settle(qtbot, view)
    ys, xs = np.nonzero(alpha(desk))
    top, left, bottom, right = ys.min(), xs.min(), ys.max() + 1, xs.max() + 1
    drag(qtbot, view, (right, bottom), (right + 4, bottom + 4), (right + 10, bottom + 10))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: np.nonzero(alpha(desk))[0].max() > bottom + 4)
    ys, xs = np.nonzero(alpha(desk) > 9)
    assert (ys.min(), xs.min()) == pytest.approx((top, left), abs=1)


def test_what_is_moved_is_seen_without_veil_and_leaves_no_handles(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    drag(qtbot, view, (10, 20), (30, 20))
    qtbot.keyClick(view, "M")
    drag(qtbot, view, (4, 10), (40, 30))
    qtbot.keyClick(view, "V")
    drag(qtbot, view, (20, 20), (20, 40), (20, 60))
    there = spot(view, 20, 60).toPoint()
    qtbot.waitUntil(lambda: view.grab().toImage().pixelColor(there) == QColor("black"))
    QApplication.processEvents()
    painted: list[QRegion] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.region())
            return False

    watch = Watch()
    view.installEventFilter(watch)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(painted))
    below = spot(view, 20, SIDE).toPoint() + QPoint(0, 4)  # half a handle was outside
    assert any(region.contains(below) for region in painted)
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def test_dragging_resamples_nothing_in_the_window_and_is_seen(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, left = canvas(desk), Qt.MouseButton.LeftButton
    drag(qtbot, view, (12, 16), (24, 24))
    view.studio.do(ops.set_layer, view.studio.state.active, opacity=0.5)
    before, threads = alpha(desk).copy(), list[threading.Thread]()
    turned = transforming._turned

    def counted(*args: Any, **named: Any) -> Any:
        threads.append(threading.current_thread())
        return turned(*args, **named)

    monkeypatch.setattr(transforming, "_turned", counted)
    qtbot.keyClick(view, "V")
    ys, xs = np.nonzero(before)
    qtbot.mousePress(view, left, pos=spot(view, xs.max() + 1, ys.max() + 1).toPoint())
    for to in (40, 50, 60):
        qtbot.mouseMove(view, spot(view, to, to).toPoint())
    assert not threads
    assert np.array_equal(alpha(desk), before)
    there = spot(view, 40, 44).toPoint()  # where there is something only when it is larger
    qtbot.waitUntil(lambda: 90 < _lightness(view, there) < 170)
    qtbot.mouseRelease(view, left, pos=spot(view, 60, 60).toPoint())
    qtbot.waitUntil(lambda: bool(threads))
    assert np.array_equal(alpha(desk), before)  # until it is kept
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not np.array_equal(alpha(desk), before))
    assert threading.main_thread() not in threads
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(alpha(desk), before)


@pytest.mark.parametrize("leave", ["tool", "sketch", "undo", "esc"])
def test_what_hovers_is_in_the_drawing_when_something_else_is_done(
    qtbot: QtBot, desk: Desk, tmp_path: Path, leave: str
) -> None:
    view = canvas(desk)
    drag(qtbot, view, (12, 16), (24, 16))
    before, document = alpha(desk).copy(), view.studio.document
    done = len(document.undo_stack.done)
    qtbot.keyClick(view, "V")
    drag(qtbot, view, (18, 16), (18, 20), (18, 36))
    moved = np.roll(before, 20, axis=0)
    match leave:
        case "tool":
            qtbot.keyClick(view, "B")
        case "sketch":
            desk.session.generate()
        case "undo":
            qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        case _:
            qtbot.keyClick(view, Qt.Key.Key_Escape)
    kept = leave in ("tool", "sketch")
    qtbot.waitUntil(lambda: np.array_equal(alpha(desk), moved if kept else before))
    assert len(document.undo_stack.done) == done + kept
    assert view.studio.preview is None


def _lightness(view: CanvasView, at: QPoint) -> int:
    return view.grab().toImage().pixelColor(at).lightness()


def test_a_selection_limits_the_brush(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    qtbot.keyClick(view, "M")
    drag(qtbot, view, (16, 16), (48, 48))
    qtbot.keyClick(view, "B")
    drag(qtbot, view, (2, 32), (30, 32), (62, 32))
    settle(qtbot, view)
    assert alpha(desk)[32, 20:44].min() == 255
    assert alpha(desk)[:, :14].max() == 0
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.studio.state.selection is None


def test_zoom_stays_under_the_cursor_and_space_pans(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    control = Qt.KeyboardModifier.ControlModifier
    at = QPointF(view.width() * 0.7, view.height() * 0.4)
    before = view.camera().to_canvas(at, view.size())
    view.zoom_by(3, at)
    after = view.camera().to_canvas(at, view.size())
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    qtbot.keyPress(view, Qt.Key.Key_Space)
    drag(qtbot, view, (30, 30), (34, 33))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert not alpha(desk).any()
    panned = view.camera().to_canvas(at, view.size())
    assert panned.x() == pytest.approx(after.x() - 4, abs=0.5)
    qtbot.keyClick(view, Qt.Key.Key_1, control)
    assert view.camera().scale == 1 / view.devicePixelRatioF()
    qtbot.keyClick(view, Qt.Key.Key_0, control)
    assert view.camera().scale != 1


def test_mirrored_it_is_drawn_where_the_cursor_is(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    qtbot.keyClick(view, "H")
    left = spot(view, 60, 32)
    assert left.x() < view.width() / 2
    drag(qtbot, view, (56, 32), (60, 32))
    assert alpha(desk)[32, 56] == 255
    shot = view.grab().toImage()
    assert shot.pixelColor(left.toPoint() * view.devicePixelRatio()).lightness() < 60
    away = QPoint(view.width() - left.toPoint().x(), left.toPoint().y())
    assert shot.pixelColor(away * view.devicePixelRatio()).lightness() > 200


def test_the_layer_list_acts(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    rows = desk.shell.findChild(QListWidget, "layers")
    assert isinstance(rows, QListWidget)
    drag(qtbot, view, (10, 10), (50, 50))
    view.studio.do(ops.add_layer)
    assert rows.count() == 2
    rows.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert view.studio.blank
    assert desk.workspace.init.outline() is None
    rows.item(1).setCheckState(Qt.CheckState.Checked)
    rows.item(1).setText("trees")
    rows.setCurrentRow(1)
    assert view.studio.document.active.name == "trees"


def test_a_locked_layer_says_so(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    view.studio.do(ops.set_layer, view.studio.state.active, locked=True)
    drag(qtbot, view, (10, 10), (50, 50))
    assert "locked" in desk.workspace.messages.text()
    assert not alpha(desk).any()


def test_a_drawing_is_dropped_and_opened(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    view = canvas(desk)
    drag(qtbot, view, (10, 10), (50, 50))
    path = tmp_path / "drawing.ora"
    OraWriter().save(path, view.studio.state)
    drawn = flatten(view.studio.state)
    desk.workspace.init.clear()
    assert view.studio.blank
    drop(view, path)
    qtbot.waitUntil(lambda: not view.studio.blank)
    assert flatten(view.studio.state) == drawn
    path.write_bytes(b"PK nonsense")
    drop(view, path)
    qtbot.waitUntil(lambda: "drawing.ora" in desk.workspace.messages.text())
    assert flatten(view.studio.state) == drawn


def test_the_canvas_takes_another_size(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    drag(qtbot, view, (10, 10), (50, 50))
    before, middle = flatten(view.studio.state), color_at(view.studio.state, 32, 32)
    assert middle != (255, 255, 255)
    qtbot.keyClick(view, "C", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    dialog = desk.shell.findChild(SizeDialog)
    assert isinstance(dialog, SizeDialog)
    sides = dialog.findChildren(SideBox)
    assert [box.value() for box in sides] == [SIDE, SIDE]
    sides[0].setValue(100)
    sides[1].setValue(40)
    qtbot.keyClick(sides[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.studio.state.width == 100)
    after = flatten(view.studio.state)
    assert (after.width, after.height) == (100, 40)
    assert color_at(view.studio.state, 50, 20) == middle, "the drawing is not in the middle"
    view.studio.undo()
    assert flatten(view.studio.state) == before


def test_what_is_seen_is_what_is_composed_at_every_zoom(qtbot: QtBot, desk: Desk) -> None:
    studio = desk.workspace.init.studio
    view = desk.workspace.init.view
    # Odd, and too large to be composed at once.
    studio.make(lambda state: ops.resized(state, 1201, 901))
    studio.do(ops.set_background, (10, 200, 30))
    qtbot.waitUntil(lambda: not studio.settling.busy)
    view.fit()
    qtbot.waitUntil(lambda: not view._surface.busy)
    picture = view.picture()
    assert picture is not None
    assert picture() == flatten(studio.state)
    for scale in (1.0, 0.4, 0.2):
        view.zoom_by(scale / (view.camera().scale or 1), QPointF(view.rect().center()))
        color = view.grab().toImage().pixelColor(view.rect().center() * view.devicePixelRatio())
        assert (color.red(), color.green(), color.blue()) == (10, 200, 30)
