"""Drawings under names of their own: saved, begun anew, and asked about before they are left."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.openraster_reading import load_drawing
from sddesk.ui.desk import Desk
from tests.ui.drops import drop

OpenDesk = Callable[..., Desk]
_Button = QMessageBox.StandardButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    desk = open_desk()
    desk.workspace.init.studio.new(64, 64)
    desk.shell.activateWindow()
    desk.workspace.init.view.setFocus()
    return desk


def scribble(qtbot: QtBot, desk: Desk, y: float = 20) -> None:
    view = desk.workspace.init.view
    to = view.camera().transform(view.size())
    places = [to.map(QPointF(x, y)).toPoint() for x in (10, 30, 50)]
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(view, places[1])
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=places[2])


def question(desk: Desk) -> QMessageBox | None:
    return desk.shell.findChild(QMessageBox, "ask_to_save")


def answer(qtbot: QtBot, desk: Desk, button: _Button) -> None:
    box = question(desk)
    assert box is not None
    qtbot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: question(desk) is None)


def test_ctrl_s_asks_for_a_name_once(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    studio, path = desk.workspace.init.studio, tmp_path / "park.ora"
    scribble(qtbot, desk)
    qtbot.keyClick(desk.workspace.init.view, Qt.Key.Key_S, CONTROL)
    dialog = desk.shell.findChild(QFileDialog, "save_drawing")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    desk.shell.activateWindow()
    desk.workspace.init.view.setFocus()
    qtbot.waitUntil(lambda: not studio.unsaved)
    assert desk.workspace.drawing_file.title() == "park.ora"
    scribble(qtbot, desk, 40)
    assert desk.workspace.drawing_file.title() == "park.ora*"
    qtbot.keyClick(desk.workspace.init.view, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: not studio.unsaved)
    assert flatten(load_drawing(path)) == flatten(studio.state)


def test_a_picture_has_no_layers_and_keeps_a_clear_ground(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    studio, path = desk.workspace.init.studio, tmp_path / "park.png"
    studio.do(ops.set_background, None)
    scribble(qtbot, desk)
    studio.do(ops.add_layer)
    desk.workspace.drawing_file.write(path)
    qtbot.waitUntil(path.exists)
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image)[..., 3], studio.state.layers[0].pixels[..., 3])
    assert studio.unsaved
    studio.make(ops.merged_down)
    desk.workspace.drawing_file.write(path)
    qtbot.waitUntil(lambda: not studio.unsaved)
    assert desk.workspace.drawing_file.path is None


@pytest.mark.parametrize("name", ["park.bmp", "none/of/this\0.ora"])
def test_what_cannot_be_written_is_told(
    qtbot: QtBot, desk: Desk, tmp_path: Path, name: str
) -> None:
    scribble(qtbot, desk)
    desk.workspace.drawing_file.write(tmp_path / name)
    qtbot.waitUntil(lambda: bool(desk.workspace.messages.text()))
    assert desk.workspace.init.studio.unsaved


def test_closing_asks_once_and_keeps_the_drawing(
    qtbot: QtBot, open_desk: OpenDesk, desk: Desk
) -> None:
    qtbot.waitUntil(lambda: desk._draft._loaded)
    scribble(qtbot, desk)
    drawn = flatten(desk.workspace.init.studio.state)
    desk.shell.close()
    assert desk.ended_cleanly is None
    desk.shell.close()
    answer(qtbot, desk, _Button.Cancel)
    assert desk.shell.isVisible()
    desk.shell.close()
    answer(qtbot, desk, _Button.Discard)
    assert desk.ended_cleanly
    again = open_desk()
    studio = again.workspace.init.studio
    qtbot.waitUntil(lambda: not studio.blank)
    assert flatten(studio.state) == drawn
    again.shell.close()  # nothing is new: no question
    assert again.ended_cleanly


def test_closing_saves_first_if_that_is_wanted(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    studio, path = desk.workspace.init.studio, tmp_path / "park.ora"
    scribble(qtbot, desk)
    desk.workspace.drawing_file.write(path)
    qtbot.waitUntil(lambda: not studio.unsaved)
    scribble(qtbot, desk, 40)
    drawn = flatten(studio.state)
    desk.shell.close()
    answer(qtbot, desk, _Button.Save)
    qtbot.waitUntil(lambda: bool(desk.ended_cleanly))
    assert flatten(load_drawing(path)) == drawn


def test_a_new_drawing_and_an_opened_one_ask_about_the_old(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    studio, file = desk.workspace.init.studio, desk.workspace.drawing_file
    scribble(qtbot, desk)
    file.write(tmp_path / "park.ora")
    qtbot.waitUntil(lambda: not studio.unsaved)
    qtbot.keyClick(desk.workspace.init.view, Qt.Key.Key_N, CONTROL)
    assert studio.blank
    assert file.path is None
    scribble(qtbot, desk, 50)
    qtbot.keyClick(desk.workspace.init.view, Qt.Key.Key_N, CONTROL)
    answer(qtbot, desk, _Button.Cancel)
    assert not studio.blank
    drop(desk.workspace.init.view, tmp_path / "park.ora")
    qtbot.waitUntil(lambda: question(desk) is not None)
    answer(qtbot, desk, _Button.Discard)
    assert file.title() == "park.ora"
    assert not studio.unsaved
    studio.undo()
    assert not studio.blank
    assert file.title() == "park.ora*"


def test_an_empty_clipboard_says_so(qtbot: QtBot, desk: Desk) -> None:
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(desk.workspace.init.view, Qt.Key.Key_V, CONTROL)
    assert "no picture to paste" in desk.workspace.messages.text()
