"""Anything dropped on the window: pictures of ours and of other programs, models, nonsense."""

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.settings import FormState
from sddesk.core.values import ModelRef
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner
from tests.ui.drops import drop, drop_data

A1111 = (
    "a grasshopper, green\nNegative prompt: bunny\n"
    "Steps: 33, Sampler: Euler a, CFG scale: 4.5, Seed: 1234, Size: 96x160, Model: nowhere"
)


def a1111_picture(folder: Path, text: str = A1111) -> Path:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", text)
    path = folder / "00001-1234.png"
    Image.new("RGB", (96, 64), "green").save(path, pnginfo=info)
    return path


def asked(qtbot: QtBot, desk: Desk) -> QDialog:
    qtbot.waitUntil(lambda: desk.shell.findChild(QDialog, "restore") is not None)
    dialog = desk.shell.findChild(QDialog, "restore")
    assert isinstance(dialog, QDialog)
    return dialog


def press(qtbot: QtBot, dialog: QDialog, words: str) -> None:
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("place", ["window", "prompt"])
def test_settings_of_a1111_are_taken_over(
    qtbot: QtBot, desk: Desk, tmp_path: Path, place: str
) -> None:
    target = desk.shell if place == "window" else desk.workspace.panel.prompt.edit.viewport()
    assert drop(target, a1111_picture(tmp_path))
    press(qtbot, asked(qtbot, desk), "Take over")
    qtbot.waitUntil(lambda: desk.workspace.panel.state().seed == 1234)
    state = desk.workspace.panel.state()
    assert (state.prompt, state.negative_prompt) == ("a grasshopper, green", "bunny")
    assert (state.steps, state.sampler, state.guidance_scale) == (33, "Euler a", 4.5)
    assert (state.width, state.height) == (96, 160)
    assert "nowhere" in desk.workspace.messages.text()  # the model, which is not here
    assert state.model is not None
    assert desk.workspace.info.text() == A1111


def test_only_the_parts_asked_for(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    desk.workspace.panel.set_state(FormState(prompt="mine", seed=5, steps=9))
    drop(desk.shell, a1111_picture(tmp_path))
    dialog = asked(qtbot, desk)
    for box in dialog.findChildren(QCheckBox):
        box.setChecked(box.objectName() in ("restore_seed", "restore_negative"))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.workspace.panel.state().seed == 1234)
    state = desk.workspace.panel.state()
    assert (state.prompt, state.negative_prompt, state.steps) == ("mine", "bunny", 9)


def test_nothing_is_taken_when_it_is_cancelled(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    before = desk.workspace.panel.state()
    drop(desk.shell, a1111_picture(tmp_path))
    dialog = asked(qtbot, desk)
    cancel = dialog.findChild(QDialogButtonBox)
    assert cancel is not None
    qtbot.mouseClick(
        cancel.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton
    )
    assert desk.workspace.panel.state() == before
    assert desk.workspace.init.outline() is None


def test_it_can_be_started_from_instead(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    drop(desk.shell, a1111_picture(tmp_path))
    press(qtbot, asked(qtbot, desk), "Start from this picture")
    qtbot.waitUntil(lambda: desk.workspace.init.outline() is not None)


def test_a_picture_dropped_on_the_well_is_no_question(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    well = desk.shell.findChild(QWidget, "canvas")
    assert well is not None
    drop(well, a1111_picture(tmp_path))
    qtbot.waitUntil(lambda: desk.workspace.init.outline() is not None)
    assert desk.shell.findChild(QDialog, "restore") is None


def test_a_model_folder_is_offered_and_chosen(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, tiny_sd: ModelRef
) -> None:
    drop(desk.shell, tiny_sd.path)
    qtbot.waitUntil(lambda: desk.workspace.panel.form.model.ref() == tiny_sd)
    desk.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].model == tiny_sd


@pytest.mark.parametrize("kind", ["folder", "text", "gone"])
def test_nonsense_is_told_and_changes_nothing(
    qtbot: QtBot, desk: Desk, tmp_path: Path, kind: str
) -> None:
    thing = tmp_path / "thing"
    if kind == "folder":
        thing.mkdir()
    elif kind == "text":
        thing.write_text("only words")
    before = desk.workspace.panel.state()
    drop(desk.shell, thing)
    qtbot.waitUntil(lambda: "thing" in desk.workspace.messages.text())
    assert desk.workspace.panel.state() == before


def test_words_can_still_be_dropped_on_the_prompt(qtbot: QtBot, desk: Desk) -> None:
    data = QMimeData()
    data.setText("a red apple")
    edit = desk.workspace.panel.prompt.edit
    assert drop_data(edit.viewport(), data)
    assert "a red apple" in edit.toPlainText()


def test_messages_can_be_copied(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    from PySide6.QtGui import QGuiApplication

    drop(desk.shell, tmp_path / "gone.png")
    qtbot.waitUntil(lambda: "gone.png" in desk.workspace.messages.text())
    desk.workspace.messages.copy()
    assert QGuiApplication.clipboard().text() == desk.workspace.messages.text()
