"""The history in the window: keys, search, favourites, delete and undo, what other programs do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.settings import FormState, Settings
from sddesk.ui.desk import Desk
from tests.core.helpers import a_request
from tests.fakes import FakeRunner, plain_picture

OpenDesk = Callable[..., Desk]


def make(folder: Path, number: int, **changes: object) -> Path:
    request = a_request(**({"prompt": f"moth {number}", "seed": number} | changes))
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, {})}
    path = folder / f"{number:03}.png"
    save_png(path, plain_picture(16, 16, number), texts)
    os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    return path


@pytest.fixture
def full(qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths) -> Desk:
    """A window on a folder with five pictures, of which the newest is 4."""
    for number in range(5):
        make(paths.pictures, number)
    desk = open_desk()
    qtbot.waitUntil(lambda: names(desk) == ["004", "003", "002", "001", "000"])
    desk.shell.activateWindow()
    return desk


def names(desk: Desk) -> list[str]:
    model = desk.workspace.history.view.model()
    found = [desk.workspace.history._model.entry(row) for row in range(model.rowCount())]
    return [entry.path.stem for entry in found if entry is not None]


def select(desk: Desk, *rows: int) -> None:
    view = desk.workspace.history.view
    view.setFocus()
    view.clearSelection()
    for row in rows:
        index = view.model().index(row, 0)
        flags = view.selectionModel().SelectionFlag
        view.selectionModel().select(index, flags.Select)
        view.selectionModel().setCurrentIndex(index, flags.NoUpdate)


def press(qtbot: QtBot, desk: Desk, key: Qt.Key) -> None:
    qtbot.keyClick(desk.workspace.history.view, key)


def test_a_new_picture_appears_on_top(qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths) -> None:
    def write(path: Path, picture: object, request: object) -> None:
        make(paths.pictures, 7)
        (paths.pictures / "007.png").rename(path)

    desk = open_desk(lambda: FakeRunner(write=write))
    empty = [label.text() for label in desk.workspace.history.findChildren(QLabel)]
    assert "Your pictures will be here" in empty
    desk.workspace.panel.set_state(FormState(prompt="moth", seed=31, steps=2))
    desk.session.generate()
    qtbot.waitUntil(lambda: names(desk) == ["31"])


@pytest.mark.parametrize(
    ("key", "prompt", "seed"),
    [(Qt.Key.Key_A, "moth 3", 3), (Qt.Key.Key_P, "moth 3", 99), (Qt.Key.Key_S, "mine", 3)],
)
def test_keys_take_settings_over(
    qtbot: QtBot, full: Desk, key: Qt.Key, prompt: str, seed: int
) -> None:
    full.workspace.panel.set_state(FormState(prompt="mine", seed=99))
    select(full, 1)
    press(qtbot, full, key)
    qtbot.waitUntil(lambda: full.workspace.panel.state().seed == seed)
    qtbot.waitUntil(lambda: full.workspace.panel.state().prompt == prompt)


def test_return_shows_the_picture_and_leaves_the_form(qtbot: QtBot, full: Desk) -> None:
    full.workspace.panel.set_state(FormState(prompt="mine"))
    select(full, 1)
    press(qtbot, full, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: full.workspace.view.file is not None)
    assert full.workspace.view.file is not None
    assert full.workspace.view.file.stem == "003"
    assert "moth 3" in full.workspace.info.text()
    assert full.workspace.panel.state().prompt == "mine"


def test_u_starts_from_the_picture(qtbot: QtBot, full: Desk) -> None:
    select(full, 2)
    press(qtbot, full, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: full.workspace.init.outline() is not None)


def test_letters_in_the_prompt_are_only_letters(qtbot: QtBot, full: Desk) -> None:
    select(full, 1)
    edit = full.workspace.panel.prompt.edit
    edit.setFocus()
    edit.clear()
    qtbot.keyClicks(edit, "aps fu?")
    assert edit.toPlainText() == "aps fu?"
    assert full.workspace.panel.state().seed is None


def test_favourites_are_kept_and_filter(
    qtbot: QtBot, full: Desk, open_desk: OpenDesk, paths: AppPaths
) -> None:
    select(full, 0, 3)
    press(qtbot, full, Qt.Key.Key_F)
    favourites = paths.pictures / ".favourites.txt"
    qtbot.waitUntil(lambda: favourites.exists() and "001" in favourites.read_text())
    star = full.shell.findChild(QAbstractButton, "history_favourites")
    assert star is not None
    qtbot.mouseClick(star, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(full) == ["004", "001"])
    full.shell.close()
    again = open_desk()
    qtbot.waitUntil(lambda: len(names(again)) == 5)
    first = again.workspace.history._model.entry(0)
    assert first is not None
    assert first.favourite


def test_search_finds_words_and_settings(qtbot: QtBot, full: Desk) -> None:
    search = full.shell.findChild(QLineEdit, "history_search")
    assert search is not None
    qtbot.keyClicks(search, "seed:2")
    qtbot.waitUntil(lambda: names(full) == ["002"])
    search.setText("no such moth")
    qtbot.waitUntil(lambda: names(full) == [])
    shown = [label.text() for label in full.workspace.history.findChildren(QLabel)]
    assert "Nothing fits" in shown
    search.clear()
    qtbot.waitUntil(lambda: len(names(full)) == 5)


def test_delete_and_undo(qtbot: QtBot, full: Desk, paths: AppPaths) -> None:
    before = (paths.pictures / "003.png").read_bytes()
    select(full, 1, 2)
    press(qtbot, full, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(full) == ["004", "001", "000"])
    assert not (paths.pictures / "003.png").exists()
    undo = full.shell.findChild(QAbstractButton, "history_undo")
    assert undo is not None
    qtbot.waitUntil(undo.isVisible)
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(full) == ["004", "003", "002", "001", "000"])
    assert (paths.pictures / "003.png").read_bytes() == before
    assert not undo.isVisible()


def test_the_selection_stays_when_pictures_come(qtbot: QtBot, full: Desk, paths: AppPaths) -> None:
    select(full, 1, 3)
    make(paths.pictures, 9)
    qtbot.waitUntil(lambda: names(full)[0] == "009")
    chosen = sorted(entry.path.stem for entry in full.workspace.history.view.entries())
    assert chosen == ["001", "003"]


def test_other_programs_may_remove_pictures(qtbot: QtBot, full: Desk, paths: AppPaths) -> None:
    (paths.pictures / "002.png").unlink()
    qtbot.waitUntil(lambda: names(full) == ["004", "003", "001", "000"])


def test_another_folder_has_another_history(qtbot: QtBot, full: Desk, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    make(other, 50)
    full.workspace.history.set_folder(other)
    qtbot.waitUntil(lambda: names(full) == ["050"])


def test_days_stand_above_their_pictures(qtbot: QtBot, full: Desk) -> None:
    first = full.workspace.history._model.entry(0)
    assert first is not None
    assert first.day.startswith("2023-11-1")


def test_the_folder_of_the_preferences_is_used(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    chosen = tmp_path / "mine"
    make(chosen, 1)
    desk = open_desk(settings=Settings(pictures_folder=str(chosen)))
    qtbot.waitUntil(lambda: names(desk) == ["001"])


def test_c_compares_the_selected_pictures(qtbot: QtBot, full: Desk) -> None:
    select(full, 1, 3)
    press(qtbot, full, Qt.Key.Key_C)
    sides = full.compare
    qtbot.waitUntil(lambda: len(sides.sides) == 2)
    shown = [side.path.stem for side in sides.sides if side.path is not None]
    assert sorted(shown) == ["001", "003"]
    assert not full.workspace.compare_page.isHidden()
