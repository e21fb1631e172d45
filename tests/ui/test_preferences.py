"""The preferences: every one of them has an effect at once, and is there after a restart."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.messages import Generate
from sddesk.core.paths import AppPaths
from sddesk.core.settings import FormState, Settings, load_settings
from sddesk.ui.desk import Desk
from sddesk.ui.preferences import Preferences
from tests.fakes import FakeRunner

OpenDesk = Callable[..., Desk]
_W = TypeVar("_W", bound=QWidget)


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.dialogs.show_preferences()
    return desk


def field(desk: Desk, kind: type[_W], name: str) -> _W:
    found = desk.shell.findChild(kind, name)
    assert found is not None, name
    return found


def kept(desk: Desk, paths: AppPaths) -> Settings:
    desk.shell.close()
    return load_settings(paths.settings)[0]


def test_another_folder_takes_the_next_picture(
    qtbot: QtBot, opened: Desk, runner: FakeRunner, paths: AppPaths, tmp_path: Path
) -> None:
    edit = field(opened, QLineEdit, "pictures_folder")
    edit.setText(str(tmp_path / "mine"))
    edit.editingFinished.emit()
    opened.workspace.panel.set_state(FormState(prompt="a", steps=2))
    opened.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    job = next(job for job in runner.jobs if isinstance(job, Generate))
    assert job.destination.folder == tmp_path / "mine"
    assert kept(opened, paths).pictures_folder == str(tmp_path / "mine")


def test_less_room_for_tapes(
    qtbot: QtBot, opened: Desk, runner: FakeRunner, paths: AppPaths
) -> None:
    field(opened, QDoubleSpinBox, "tape_quota").setValue(0.5)
    opened.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    job = next(job for job in runner.jobs if isinstance(job, Generate))
    assert job.destination.tape_quota == 500_000_000
    assert kept(opened, paths).tape_quota == 500_000_000


@pytest.mark.parametrize("wanted", [True, False])
def test_the_safety_checker(
    qtbot: QtBot, opened: Desk, runner: FakeRunner, paths: AppPaths, *, wanted: bool
) -> None:
    field(opened, QCheckBox, "safety_checker").setChecked(wanted)
    opened.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    job = next(job for job in runner.jobs if isinstance(job, Generate))
    assert job.check_safety is wanted
    assert kept(opened, paths).safety_checker is wanted


def test_reduced_motion_stops_what_moves_by_itself(opened: Desk, paths: AppPaths) -> None:
    assert opened.shell.isAnimated()
    field(opened, QCheckBox, "reduce_motion").setChecked(True)
    assert not opened.shell.isAnimated()
    opened.workspace.panel.progress.wait("a while")
    assert opened.workspace.panel.progress._bar.maximum() == 1
    assert kept(opened, paths).reduce_motion


def test_true_previews_can_be_switched_off(opened: Desk, paths: AppPaths) -> None:
    field(opened, QCheckBox, "decode_frames").setChecked(False)
    assert not opened.workspace.steps._decodes
    assert not kept(opened, paths).decode_frames


def test_light_and_dark(qtbot: QtBot, opened: Desk, paths: AppPaths) -> None:
    before = QApplication.palette()
    look = field(opened, QComboBox, "theme")
    try:
        look.setCurrentIndex(look.findData("dark"))
        qtbot.waitUntil(lambda: QApplication.palette().window().color().lightness() < 64)
        assert kept(opened, paths).theme == "dark"
    finally:
        look.setCurrentIndex(look.findData("system"))
        QApplication.setPalette(before)


def test_the_dialog_holds_up_nothing(qtbot: QtBot, opened: Desk, runner: FakeRunner) -> None:
    assert not opened.shell.findChildren(Preferences)[0].isModal()
    opened.workspace.panel.set_state(FormState(prompt="meanwhile", steps=2))
    edit = opened.workspace.panel.prompt.edit
    control = Qt.KeyboardModifier.ControlModifier
    opened.shell.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened.shell)
    qtbot.keyClick(edit, Qt.Key.Key_Return, control)
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
