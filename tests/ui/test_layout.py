"""Docks, commands, preferences, styles and experiments in the real window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.settings import FormState, Settings, load_settings
from sddesk.core.styles import Style
from sddesk.ui.desk import Desk
from sddesk.ui.shortcut_list import ShortcutList
from sddesk.ui.theme import use_scheme
from tests.fakes import FakeRunner

OpenDesk = Callable[..., Desk]
# Every experiment of the essay that SD Desk grew from.
ESSAY = {
    "text_to_picture",
    "evolution",
    "misspelt",
    "failing",
    "guidance_grid",
    "negative_prompt",
    "image_to_image",
    "chain",
    "learned_word",
    "dreambooth",
}
NOT_YET = {
    "dreambooth",
}


def dock(desk: Desk, name: str) -> QDockWidget:
    found = desk.shell.findChild(QDockWidget, f"dock_{name}")
    assert isinstance(found, QDockWidget)
    return found


def part(kind: type[QWidget], name: str) -> QWidget:
    """A widget of an open dialog."""
    found = [w for w in QApplication.allWidgets() if isinstance(w, kind) and w.objectName() == name]
    assert len(found) == 1, name
    return found[0]


def test_docks_are_remembered_and_reset(open_desk: OpenDesk, paths: object) -> None:
    first = open_desk()
    dock(first, "steps").hide()
    first.shell.close()
    settings, problem = load_settings(first._paths.settings)
    assert problem is None
    second = open_desk(settings=settings)
    assert dock(second, "steps").isHidden()
    second.commands.actions()["reset_layout"].trigger()
    assert not dock(second, "steps").isHidden()


def test_docks_are_as_large_as_they_were(qtbot: QtBot, open_desk: OpenDesk) -> None:
    first = open_desk()
    first.workspace.docks.show("lineage")
    qtbot.waitUntil(lambda: not dock(first, "lineage").visibleRegion().isEmpty())
    height = dock(first, "steps").height()
    second = open_desk(settings=Settings(layout=first.workspace.docks.state_text()))
    qtbot.waitUntil(lambda: dock(second, "steps").height() == height)


def test_a_damaged_arrangement_changes_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk(settings=Settings(layout="nonsense ☂"))
    assert not dock(desk, "prompt").isHidden()


def test_pictures_alone_and_back(qtbot: QtBot, desk: Desk) -> None:
    dock(desk, "steps").hide()
    desk.commands.actions()["pictures_alone"].trigger()
    assert dock(desk, "prompt").isHidden()
    alone = desk.workspace.docks.state_text()
    desk.commands.actions()["pictures_alone"].trigger()
    assert not dock(desk, "prompt").isHidden()
    assert dock(desk, "steps").isHidden()
    desk.workspace.docks.reset()
    desk.workspace.docks.restore(alone)  # what was saved meanwhile is the full window
    assert not dock(desk, "prompt").isHidden()
    assert dock(desk, "steps").isHidden()


def test_the_canvas_alone_and_back(qtbot: QtBot, desk: Desk) -> None:
    space, toggle = desk.workspace, desk.commands.actions()["canvas_alone"].trigger
    narrow = space.init.view.width()
    toggle()
    assert dock(desk, "prompt").isHidden()
    assert space.view.isHidden()
    assert not dock(desk, "drawing").isHidden()
    assert space.init.view.hasFocus() or not space.shell.isActiveWindow()
    qtbot.waitUntil(lambda: space.init.view.width() > 2 * narrow)
    toggle()
    assert not dock(desk, "prompt").isHidden()
    assert not space.view.isHidden()
    for leave in ("pictures_alone", "reset_layout", "generate"):
        toggle()
        desk.commands.actions()[leave].trigger()
        assert not dock(desk, "prompt").isHidden()
        assert not space.view.isHidden()


def test_the_canvas_alone_covers_a_grid_for_a_while(desk: Desk) -> None:
    space, toggle = desk.workspace, desk.commands.actions()["canvas_alone"].trigger
    space.pictures.hide()
    space.grid_page.show()
    toggle()
    assert space.grid_page.isHidden()
    assert space.init.view.isVisible()
    toggle()
    assert not space.grid_page.isHidden()
    assert space.pictures.isHidden()


def test_prompts_come_back_and_what_was_typed_is_not_lost(qtbot: QtBot, desk: Desk) -> None:
    desk.shell.activateWindow()
    edit = desk.workspace.panel.prompt.edit
    for prompt in ("one", "two"):
        desk.workspace.panel.prompt.set_text(prompt)
        desk.workspace.panel.generate_requested.emit()
    seen = []
    edit.setPlainText("three, half")
    edit.setFocus()
    for key in (Qt.Key.Key_Up,) * 3 + (Qt.Key.Key_Down,) * 3:
        qtbot.keyClick(edit, key, Qt.KeyboardModifier.AltModifier)
        seen.append(edit.toPlainText())
    assert seen == ["two", "one", "one", "two", "three, half", "three, half"]


def test_swap_can_be_undone(desk: Desk) -> None:
    panel = desk.workspace.panel
    panel.prompt.set_text("a moth")
    panel.negative.set_text("a lamp")
    desk.commands.actions()["swap_prompts"].trigger()
    assert (panel.prompt.text(), panel.negative.text()) == ("a lamp", "a moth")
    panel.prompt.edit.undo()
    assert panel.prompt.text() == "a moth"


def test_the_cut_is_marked_in_the_text(qtbot: QtBot, desk: Desk) -> None:
    field = desk.workspace.panel.prompt
    field.set_text("🍎 " * 60 + "zebra")
    qtbot.waitUntil(lambda: bool(field.edit.extraSelections()))
    selections = field.edit.extraSelections()
    marked = selections[0].cursor.selectedText()  # type: ignore[attr-defined]
    assert marked.endswith("zebra")
    assert field.text().endswith(marked.strip())
    field.set_text("short")
    qtbot.waitUntil(lambda: not field.edit.extraSelections())


def test_a_style_is_made_used_and_remembered(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(settings=Settings(styles=[]))
    panel = desk.workspace.panel
    panel.prompt.set_text("a moth")
    desk.dialogs.edit_styles()
    part(QWidget, "add_style").click()  # type: ignore[attr-defined]
    name, prompt = part(QLineEdit, "style_name"), part(QPlainTextEdit, "style_prompt")
    assert isinstance(name, QLineEdit)
    assert isinstance(prompt, QPlainTextEdit)
    name.clear()
    qtbot.keyClicks(name, "Ink")
    prompt.setPlainText("ink drawing of {prompt}")
    next(a for a in panel.styles.menu().actions() if a.text() == "Ink").trigger()
    assert panel.prompt.text() == "ink drawing of a moth"
    desk.shell.close()
    settings, _ = load_settings(desk._paths.settings)
    assert settings.styles == [Style("Ink", "ink drawing of {prompt}")]


def test_a_style_is_deleted(desk: Desk) -> None:
    desk.dialogs.edit_styles()
    rows = part(QListWidget, "style_list")
    assert isinstance(rows, QListWidget)
    names = [rows.item(row).text() for row in range(rows.count())]
    rows.setCurrentRow(1)
    part(QWidget, "delete_style").click()  # type: ignore[attr-defined]
    left = [style.name for style in desk.workspace.panel.styles.styles]
    assert left == [names[0], *names[2:]]


def test_keys_are_found_changed_taken_and_remembered(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.shell.activateWindow()
    qtbot.keyClick(desk.shell, Qt.Key.Key_F1)
    (dialog,) = desk.shell.findChildren(ShortcutList)
    rows = dialog.findChild(QTreeWidget)
    search = part(QLineEdit, "shortcut_search")
    assert isinstance(rows, QTreeWidget)
    qtbot.keyClicks(search, "generate ctrl+return")
    shown = [i for i in dialog._items() if not i.isHidden()]
    assert [item.text(0) for item in shown] == ["Generate"]
    rows.setCurrentItem(shown[0])
    dialog._keys.setKeySequence(QKeySequence("Ctrl+O"))
    dialog._keys.editingFinished.emit()
    assert "Open picture" in dialog._note.text()
    actions = desk.commands.actions()
    assert actions["generate"].shortcut() == QKeySequence("Ctrl+O")
    assert actions["open"].shortcut().isEmpty()
    desk.shell.close()
    settings, _ = load_settings(desk._paths.settings)
    again = open_desk(settings=settings)
    assert again.commands.actions()["generate"].shortcut() == QKeySequence("Ctrl+O")
    again.commands.reset()
    assert again.commands.actions()["open"].shortcut() == QKeySequence("Ctrl+O")
    assert not again.commands.bindings()


def test_a_question_mark_in_the_prompt_is_a_question_mark(qtbot: QtBot, desk: Desk) -> None:
    desk.shell.activateWindow()
    edit = desk.workspace.panel.prompt.edit
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert edit.toPlainText() == "?"
    assert not desk.shell.findChildren(ShortcutList)


def test_the_look_is_changed_at_once(desk: Desk) -> None:
    before = QGuiApplication.palette()
    try:
        desk.dialogs.show_preferences()
        box = part(QComboBox, "theme")
        assert isinstance(box, QComboBox)
        box.setCurrentIndex(box.findData("dark"))
        assert QGuiApplication.palette().window().color().lightness() < 64
        box.setCurrentIndex(box.findData("light"))
        assert QGuiApplication.palette().window().color().lightness() > 192
    finally:
        QApplication.setPalette(before)


def test_the_folder_of_the_pictures_is_changed_at_once(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, tmp_path: Path
) -> None:
    desk.dialogs.show_preferences()
    edit = part(QLineEdit, "pictures_folder")
    assert isinstance(edit, QLineEdit)
    edit.setText(str(tmp_path / "elsewhere"))
    edit.editingFinished.emit()
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    assert desk.session.result is not None
    assert desk.session.result.path is not None
    assert desk.session.result.path.parent == tmp_path / "elsewhere"


def test_every_experiment_of_the_essay_is_in_the_menu_or_waited_for() -> None:
    names = {experiment.name for experiment in EXPERIMENTS}
    assert names | NOT_YET == ESSAY
    assert not names & NOT_YET


@pytest.mark.parametrize(
    "experiment", [e for e in EXPERIMENTS if not e.wants_word], ids=lambda e: e.name
)
def test_an_experiment_is_one_click(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, experiment: object
) -> None:
    desk.workspace.panel.set_state(FormState(prompt="my own words"))
    desk.menus.experiment_chosen.emit(experiment)
    qtbot.waitUntil(lambda: len(runner.requests) >= 1)
    assert runner.requests[0].prompt == experiment.form.prompt  # type: ignore[attr-defined]
    messages = desk.workspace.messages
    assert messages.text().startswith(experiment.title)  # type: ignore[attr-defined]
    desk.workspace.panel.history.back()
    assert desk.workspace.panel.prompt.text() == "my own words"
    desk.workspace.panel.generate_requested.emit()
    assert experiment.title not in messages.text()  # type: ignore[attr-defined]


@pytest.mark.parametrize("experiment", ["guidance_grid", "failing", "negative_prompt"])
def test_no_experiment_makes_the_window_larger(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, experiment: str
) -> None:
    desk.shell.resize(1216, 690)
    desk.shell.show()
    qtbot.waitExposed(desk.shell)
    size = desk.shell.size()
    desk.menus.experiment_chosen.emit(next(e for e in EXPERIMENTS if e.name == experiment))
    qtbot.waitUntil(lambda: bool(desk.workspace.messages.text()))
    qtbot.waitUntil(lambda: len(runner.requests) >= 2 or experiment == "failing", timeout=30_000)
    qtbot.waitUntil(lambda: desk.workspace.steps.timeline.result() is not None)
    assert desk.shell.size() == size


def test_buttons_of_a_choice_follow_light_and_dark(qtbot: QtBot, desk: Desk) -> None:
    desk.workspace.docks.show("words")
    desk.workspace.compare_page.show()
    groups = (desk.workspace.compare_page._modes, desk.workspace.words._which)
    resting = [b for group in groups for b in group.buttons() if not b.isChecked()]
    assert resting

    def follow() -> bool:
        plain = QGuiApplication.palette().button().color()
        return all(button.palette().button().color() == plain for button in resting)

    try:
        for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
            use_scheme(scheme)
            qtbot.waitUntil(follow)
    finally:
        use_scheme(Qt.ColorScheme.Light)
