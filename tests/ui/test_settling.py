"""What is done while a moved layer is still being laid down: nothing stops, nothing is lost."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from sddesk.core.canvas import filling, operations, shape_drawing, shapes, transforming
from sddesk.core.canvas.openraster_reading import load_drawing
from sddesk.core.settings import FormState
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner
from tests.ui.test_canvas import SIDE, alpha, canvas, drag, pen

OpenDesk = Callable[..., Desk]
_PATIENCE_S = 10
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Brake:
    """Holds whoever comes along until `event` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
        self.event, self.held = threading.Event(), threading.Event()
        self._work = getattr(place, name)
        monkeypatch.setattr(place, name, self._slowly)

    def _slowly(self, *args: Any, **named: Any) -> Any:
        self.held.set()
        assert self.event.wait(_PATIENCE_S), "nobody went on"
        return self._work(*args, **named)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A window with a small canvas and one dark stroke on its upper part."""
    desk = open_desk()
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, width=SIDE, height=SIDE))
    desk.workspace.init.studio.new(SIDE, SIDE)
    desk.shell.activateWindow()
    desk.workspace.init.view.setFocus()
    return desk


@pytest.fixture
def brake(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Brake]:
    """Lets layers be laid down only when its event is set."""
    brake = Brake(monkeypatch, transforming, "_turned")
    yield brake
    brake.event.set()


def move_down(qtbot: QtBot, view: CanvasView, brake: Brake) -> tuple[np.ndarray, np.ndarray]:
    """Draw on the upper part, and pull it down by 20; the alpha before and, one day, after."""
    drag(qtbot, view, (12, 16), (24, 16))
    before = view.studio.document.active.pixels[..., 3].copy()
    qtbot.keyClick(view, "V")
    drag(qtbot, view, (18, 16), (18, 20), (18, 36))
    qtbot.keyClick(view, "B")
    assert brake.held.wait(_PATIENCE_S)
    return before, np.roll(before, 20, axis=0)


def test_strokes_of_pen_and_mouse_follow_in_their_order(
    qtbot: QtBot, desk: Desk, brake: Brake
) -> None:
    view = canvas(desk)
    before, moved = move_down(qtbot, view, brake)
    assert view.cursor().shape() == Qt.CursorShape.BusyCursor
    pen(view, (4, 8, 1.0), (30, 8, 1.0), (60, 8, 1.0))
    qtbot.keyClick(view, "E")
    drag(qtbot, view, (50, 2), (50, 8), (50, 14))
    qtbot.keyClick(view, "B")
    drag(qtbot, view, (8, 56), (30, 56))
    assert np.array_equal(alpha(desk), before)
    brake.event.set()
    qtbot.waitUntil(lambda: len(view.studio.document.undo_stack.done) == 5)
    assert alpha(desk)[8, 20] == 255, "the pen's stroke is lost"
    assert alpha(desk)[8, 50] == 0, "the eraser came too early"
    assert alpha(desk)[56, 20] == 255, "the last stroke is lost"
    rows = slice(24, 48)
    assert np.array_equal(alpha(desk)[rows], moved[rows])
    qtbot.waitUntil(lambda: view.cursor().shape() == Qt.CursorShape.CrossCursor)


def test_a_stroke_goes_on_while_what_came_before_is_done(
    qtbot: QtBot, desk: Desk, brake: Brake
) -> None:
    view = canvas(desk)
    move_down(qtbot, view, brake)
    left, place = Qt.MouseButton.LeftButton, view.camera().transform(view.size())

    def at(x: float):

        return place.map(QPointF(x, 56)).toPoint()

    qtbot.mousePress(view, left, pos=at(8))
    qtbot.mouseMove(view, at(20))
    brake.event.set()
    qtbot.waitUntil(lambda: alpha(desk)[56, 10] > 0)
    qtbot.mouseMove(view, at(50))
    qtbot.mouseRelease(view, left, pos=at(50))
    assert alpha(desk)[56, 10:48].min() == 255


def test_undo_and_redo_wait_their_turn(qtbot: QtBot, desk: Desk, brake: Brake) -> None:
    view = canvas(desk)
    before, moved = move_down(qtbot, view, brake)
    undone = view.studio.document.undo_stack.undone
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Z, _CONTROL)
    assert np.array_equal(alpha(desk), before)
    brake.event.set()
    qtbot.waitUntil(lambda: len(undone) == 2)
    assert not alpha(desk).any()
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Z, _CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert np.array_equal(alpha(desk), moved)


def test_a_picture_of_it_waits_and_can_be_cancelled(
    qtbot: QtBot, desk: Desk, brake: Brake, runner: FakeRunner
) -> None:
    view = canvas(desk)
    move_down(qtbot, view, brake)
    desk.session.generate()
    assert "drawing" in desk.workspace.panel.progress.text()
    desk.session._cancel_all()
    assert not desk.session.sketching.waits
    desk.session.generate()
    drag(qtbot, view, (8, 56), (30, 56))  # not in the picture: it came later
    brake.event.set()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    init = runner.requests[0].init
    assert init is not None
    dark = np.frombuffer(init.pixels, np.uint8).reshape(SIDE, SIDE, 3)[..., 0] < 99
    assert dark[36, 18]
    assert not dark[16, 18]
    assert not dark[56].any()
    qtbot.waitUntil(lambda: bool(alpha(desk)[56, 20]))


def test_a_file_gets_it_laid_down(qtbot: QtBot, desk: Desk, brake: Brake, tmp_path: Path) -> None:
    view, path = canvas(desk), tmp_path / "drawing.ora"
    _, moved = move_down(qtbot, view, brake)
    desk.workspace.drawing_file.write(path)
    brake.event.set()
    qtbot.waitUntil(path.exists)
    saved = load_drawing(path)
    assert np.array_equal(saved.layers[-1].pixels[..., 3], moved)
    qtbot.waitUntil(lambda: not view.studio.unsaved)


def test_the_window_closes_when_it_is_laid_down(qtbot: QtBot, desk: Desk, brake: Brake) -> None:
    view = canvas(desk)
    _, moved = move_down(qtbot, view, brake)
    closing = QCloseEvent()
    QApplication.sendEvent(desk.shell, closing)
    assert not closing.isAccepted()
    assert desk.shell.isVisible()
    brake.event.set()
    question = "ask_to_save"
    qtbot.waitUntil(lambda: desk.shell.findChild(QObject, question) is not None)
    assert np.array_equal(alpha(desk), moved)


def test_what_is_done_while_a_fill_is_looked_for_comes_after_it(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, filling, "like_area")
    qtbot.keyClick(view, "G")
    drag(qtbot, view, (30, 30), (30, 30))
    view.studio.set_color((200, 10, 10))
    qtbot.keyClick(view, "B")
    drag(qtbot, view, (8, 16), (30, 16), (50, 16))
    assert not alpha(desk).any()
    brake.event.set()
    qtbot.waitUntil(lambda: len(view.studio.document.undo_stack.done) == 2)
    assert alpha(desk).min() == 255
    assert tuple(view.studio.document.active.pixels[16, 30, :3]) == (200, 10, 10)


def count(view: CanvasView) -> int:
    return len(view.studio.document.undo_stack.done)


def test_merging_is_done_beside_and_in_its_turn(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, operations, "merged")
    drag(qtbot, view, (8, 16), (30, 16), (50, 16))
    view.studio.do(operations.add_layer)
    drag(qtbot, view, (8, 40), (30, 40), (50, 40))
    qtbot.mouseClick(button(desk, "merge_layer"), Qt.MouseButton.LeftButton)
    assert brake.held.wait(_PATIENCE_S)
    drag(qtbot, view, (8, 56), (30, 56), (50, 56))
    assert len(view.studio.state.layers) == 2
    brake.event.set()
    qtbot.waitUntil(lambda: count(view) == 5)
    assert len(view.studio.state.layers) == 1
    assert alpha(desk)[[16, 40, 56], 30].tolist() == [255] * 3
    view.studio.undo()
    view.studio.undo()
    assert alpha(desk)[[16, 40, 56], 30].tolist() == [0, 255, 0]


def test_copying_a_layer_is_done_beside_and_in_its_turn(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, operations, "new_layer")
    drag(qtbot, view, (8, 16), (30, 16), (50, 16))
    qtbot.mouseClick(button(desk, "copy_layer"), Qt.MouseButton.LeftButton)
    assert brake.held.wait(_PATIENCE_S)
    drag(qtbot, view, (8, 40), (30, 40), (50, 40))
    assert len(view.studio.state.layers) == 1
    brake.event.set()
    qtbot.waitUntil(lambda: count(view) == 3)
    drawn = [layer.pixels[[16, 40], 30, 3].tolist() for layer in view.studio.state.layers]
    assert drawn == [[255, 0], [255, 255]]
    view.studio.undo()
    view.studio.undo()
    assert len(view.studio.state.layers) == 1


def test_what_cannot_be_merged_is_told_and_all_else_goes_on(qtbot: QtBot, desk: Desk) -> None:
    view = canvas(desk)
    qtbot.mouseClick(button(desk, "merge_layer"), Qt.MouseButton.LeftButton)
    drag(qtbot, view, (8, 16), (30, 16), (50, 16))
    qtbot.waitUntil(lambda: count(view) == 1)
    assert "no layer below" in desk.workspace.messages.text()


def test_selecting_and_clearing_are_done_beside_and_in_their_turn(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, shapes, "area")
    drag(qtbot, view, (8, 32), (30, 32), (56, 32))
    qtbot.keyClick(view, "M")
    drag(qtbot, view, (20, 20), (30, 30), (40, 44))
    assert brake.held.wait(_PATIENCE_S)
    clearing = Brake(monkeypatch, operations, "_clear_selected")
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.keyClick(view, "A", _CONTROL)
    qtbot.keyClick(view, "B")
    drag(qtbot, view, (8, 8), (30, 8), (56, 8))
    assert count(view) == 1
    brake.event.set()
    qtbot.waitUntil(clearing.held.is_set)
    assert alpha(desk)[32, 30] == 255
    clearing.event.set()
    qtbot.waitUntil(lambda: count(view) == 5)
    assert alpha(desk)[32, [15, 30, 50]].tolist() == [255, 0, 255]
    assert alpha(desk)[8, [15, 30, 50]].min() == 255


def test_a_shape_is_drawn_beside_and_in_its_turn(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, shape_drawing, "fill_mask")
    view.studio.options.filled = True
    qtbot.keyClick(view, "R")
    drag(qtbot, view, (10, 10), (30, 30), (50, 50))
    assert brake.held.wait(_PATIENCE_S)
    qtbot.keyClick(view, "E")
    drag(qtbot, view, (30, 2), (30, 30), (30, 62))
    assert not alpha(desk).any()
    brake.event.set()
    qtbot.waitUntil(lambda: count(view) == 2)
    assert alpha(desk)[30, [15, 30, 45]].tolist() == [255, 0, 255]


def test_the_end_does_not_lose_what_is_made_beside(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, brake = canvas(desk), Brake(monkeypatch, filling, "like_area")
    qtbot.keyClick(view, "G")
    drag(qtbot, view, (30, 30), (30, 30))
    assert brake.held.wait(_PATIENCE_S)
    threading.Timer(0.2, brake.event.set).start()
    view.studio.settling.settle()
    assert alpha(desk).min() == 255
    qtbot.wait(50)  # the answer from the background comes as well
    assert count(view) == 1


def button(desk: Desk, name: str) -> QToolButton:
    found = desk.shell.findChild(QToolButton, name)
    assert isinstance(found, QToolButton)
    return found
