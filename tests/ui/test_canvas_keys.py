"""Keys of the canvas hold while the mouse is at its controls; Ctrl+Enter holds everywhere."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QLineEdit,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.canvas.brush import Brush
from sddesk.core.settings import FormState
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner, plain_picture

LEFT = Qt.MouseButton.LeftButton


def named(desk: Desk, name: str) -> QWidget:
    found = desk.shell.findChild(QWidget, name)
    assert found is not None
    return found


def focused(desk: Desk) -> QWidget:
    """Who has the keys, after what comes before them has been done."""
    QApplication.processEvents()
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def sketched(desk: Desk) -> Desk:
    """A window with a drawing, of another shape than the picture, and the keys in the prompt."""
    desk.workspace.init.set_picture(plain_picture(16, 8, 1))
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, steps=4, width=64, height=64))
    desk.workspace.docks.show("drawing")
    desk.shell.activateWindow()
    desk.workspace.panel.prompt.edit.setFocus()
    return desk


@pytest.mark.parametrize("name", ["strength", "brush_size", "brush_opacity", "layer_opacity"])
def test_keys_hold_after_a_slider_was_dragged(qtbot: QtBot, sketched: Desk, name: str) -> None:
    slider, box = named(sketched, name), sketched.workspace.init.toolbox
    assert isinstance(slider, QAbstractSlider)
    before, middle = slider.value(), slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    qtbot.mouseMove(slider, middle + QPoint(9, 0))
    qtbot.mouseRelease(slider, LEFT, pos=middle + QPoint(9, 0))
    assert slider.value() != before
    qtbot.keyClick(focused(sketched), "E")
    assert box.name == "eraser"
    size = sketched.workspace.init.studio.eraser.size
    qtbot.keyClick(focused(sketched), Qt.Key.Key_BracketRight)
    assert sketched.workspace.init.studio.eraser.size > size
    assert sketched.workspace.panel.prompt.edit.toPlainText() == "a"


def test_keys_hold_after_all_other_controls(qtbot: QtBot, sketched: Desk) -> None:
    canvas, prompt = sketched.workspace.init.view, sketched.workspace.panel.prompt.edit
    layers = named(sketched, "layers")
    assert isinstance(layers, QListWidget)
    row = layers.visualItemRect(layers.item(0)).center()
    buttons = [f"{what}_layer" for what in ("add", "copy", "merge")]
    names = ("tool_brush", "color_wheel", *buttons)
    places = [(named(sketched, name), None) for name in names]
    places += [(layers.viewport(), row), (canvas, QPoint(3, 3))]
    for widget, at in places:
        prompt.setFocus()
        qtbot.mouseClick(widget, LEFT, pos=at or widget.rect().center())
        assert focused(sketched) is canvas, widget.objectName()


def test_words_are_typed_and_then_the_canvas_has_the_keys(qtbot: QtBot, sketched: Desk) -> None:
    canvas, number = sketched.workspace.init.view, named(sketched, "color_number")
    qtbot.mouseClick(number, LEFT)
    assert focused(sketched) is number
    number.setText("#010203") if isinstance(number, QLineEdit) else None
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert canvas.studio.colors.front == (1, 2, 3)
    assert focused(sketched) is canvas
    layers = named(sketched, "layers")
    assert isinstance(layers, QListWidget)
    layers.editItem(layers.item(0))
    field = focused(sketched)
    assert isinstance(field, QLineEdit)
    field.clear()
    qtbot.keyClicks(field, "beg")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: canvas.studio.document.active.name == "beg")
    assert focused(sketched) is canvas


def test_the_tab_key_still_goes_to_every_control(sketched: Desk) -> None:
    for name in ("strength", "brush_size", "layer_opacity", "init_fit", "open_init", "color_wheel"):
        control = named(sketched, name)
        control.setFocus(Qt.FocusReason.TabFocusReason)
        assert focused(sketched) is control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_ctrl_enter_generates_wherever_the_keys_are(
    qtbot: QtBot, sketched: Desk, runner: FakeRunner
) -> None:
    widgets = [
        widget
        for widget in sketched.shell.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy().value & 1
    ]
    assert len(widgets) > 30
    for widget in widgets:
        widget.setFocus()
        before = len(sketched.session.jobs.queue.waiting) + len(runner.requests)
        qtbot.keyClick(focused(sketched), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda before=before: len(runner.requests) > before)


@pytest.mark.parametrize("tool", ["brush", "rectangle", "move"])
def test_what_is_in_the_making_waits_for_the_hand(qtbot: QtBot, sketched: Desk, tool: str) -> None:
    init, settle = sketched.workspace.init, sketched.grid_desk.grids._settle
    init.studio.set_brush(Brush(size=8))
    init.toolbox.choose(tool)
    done = len(init.studio.document.undo_stack.done)
    middle = init.view.rect().center()
    qtbot.mousePress(init.view, LEFT, pos=middle)
    sketched.workspace.panel.changed.emit()  # as after the stroke before, or by the program
    with qtbot.waitSignal(settle.timeout):
        qtbot.mouseMove(init.view, middle + QPoint(5, 0))
    assert init.toolbox.is_making()
    assert len(init.studio.document.undo_stack.done) == done
    qtbot.mouseMove(init.view, middle + QPoint(40, 30))
    qtbot.mouseRelease(init.view, LEFT, pos=middle + QPoint(40, 30))
    init.toolbox.finish()
    qtbot.waitUntil(lambda: len(init.studio.document.undo_stack.done) == done + 1)
