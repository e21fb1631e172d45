"""End to end: a dropped file, a word that is typed, and what the real pipeline makes of it."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from sddesk.core.concepts.notes import Kind
from sddesk.core.paths import AppPaths
from sddesk.core.settings import FormState, Settings
from sddesk.core.values import ModelRef
from sddesk.ui.concepts.concept_view import ConceptView
from sddesk.ui.desk import Desk
from tests.ui.conftest import OpenDesk
from tests.ui.drops import drop

LONG = 60_000


@pytest.fixture
def real_desk(open_desk: OpenDesk, paths: AppPaths, tiny_sd: ModelRef) -> Desk:
    """A window with the tiny real pipeline."""
    from shutil import copytree

    from sddesk.service import Service

    copytree(tiny_sd.path, paths.models / "tiny")
    form = FormState(model="tiny", steps=3, seed=1)
    return open_desk(lambda: Service(paths, "cpu"), Settings(form=form, decode_frames=False))


@pytest.fixture
def doodle(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    path = tmp_path / "files" / "doodle.bin"
    torch.save({"Mr Doodle": torch.randn(2, 32, generator=torch.Generator().manual_seed(1))}, path)
    return path


def press(qtbot: QtBot, desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def generated(qtbot: QtBot, desk: Desk, paths: AppPaths) -> Path:
    known = set(paths.pictures.glob("[!.]*.png"))
    press(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: set(paths.pictures.glob("[!.]*.png")) > known, timeout=LONG)
    qtbot.waitUntil(desk.session.jobs.is_idle, timeout=LONG)
    (path,) = set(paths.pictures.glob("[!.]*.png")) - known
    return path


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.tobytes()


def card_of(desk: Desk) -> ConceptView:
    view = desk.shell.findChild(ConceptView, "concepts")
    assert view is not None
    return view


def switch(qtbot: QtBot, desk: Desk) -> None:
    view = card_of(desk)
    view.setFocus()
    before = view.currentIndex().data(Qt.ItemDataRole.CheckStateRole)
    QTest.keyClick(view, Qt.Key.Key_Space)
    role = Qt.ItemDataRole.CheckStateRole
    qtbot.waitUntil(lambda: view.currentIndex().data(role) != before)


def said(desk: Desk) -> list[tuple[str, Kind]]:
    edit = desk.workspace.panel.prompt.edit
    return [(edit.toPlainText()[note.start : note.end], note.kind) for note in edit.notes]


def test_a_dropped_word_changes_the_picture_and_is_gone_without_a_trace(
    qtbot: QtBot, real_desk: Desk, paths: AppPaths, doodle: Path
) -> None:
    desk = real_desk
    edit = desk.workspace.panel.prompt.edit
    edit.setPlainText("a cat by Mr Doodle")
    bare = pixels(generated(qtbot, desk, paths))

    assert drop(desk.shell, doodle)  # a card appears, and is chosen and on
    qtbot.waitUntil(lambda: card_of(desk).model().rowCount() == 1)
    assert card_of(desk).isVisible()
    qtbot.waitUntil(lambda: desk.concepts.words() == ["Mr Doodle"])

    edit.setFocus()
    edit.clear()
    QTest.keyClicks(edit, "a cat by mr")  # the word completes, and is coloured
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "a cat by Mr Doodle"
    qtbot.waitUntil(lambda: said(desk) == [("Mr Doodle", Kind.KNOWN)])

    learned = generated(qtbot, desk, paths)
    assert pixels(learned) != bare
    switch(qtbot, desk)
    assert pixels(generated(qtbot, desk, paths)) == bare
    switch(qtbot, desk)
    assert pixels(generated(qtbot, desk, paths)) == pixels(learned)


def test_a_picture_says_which_word_it_lacks_and_comes_again_with_it(
    qtbot: QtBot, real_desk: Desk, paths: AppPaths, doodle: Path
) -> None:
    desk = real_desk
    assert drop(desk.shell, doodle)
    qtbot.waitUntil(lambda: desk.concepts.words() == ["Mr Doodle"])
    edit = desk.workspace.panel.prompt.edit
    edit.setPlainText("a cat by Mr Doodle")
    made = generated(qtbot, desk, paths)
    press(qtbot, desk, "concept_remove")
    qtbot.waitUntil(lambda: not desk.concepts.collection.entries)
    edit.setPlainText("something else")
    desk.pictures.recall(made, "all")
    qtbot.waitUntil(lambda: "Mr Doodle (" in desk.workspace.messages.text())
    assert "not here" in desk.workspace.messages.text()
    qtbot.waitUntil(lambda: said(desk) == [("Mr Doodle", Kind.TROUBLE)])
    press(qtbot, desk, "concept_undo")
    qtbot.waitUntil(lambda: said(desk) == [("Mr Doodle", Kind.KNOWN)])
    assert pixels(generated(qtbot, desk, paths)) == pixels(made)


def test_a_renamed_word_is_the_same_to_the_bit(
    qtbot: QtBot, real_desk: Desk, paths: AppPaths, doodle: Path
) -> None:
    desk = real_desk
    assert drop(desk.shell, doodle)
    qtbot.waitUntil(lambda: desk.concepts.words() == ["Mr Doodle"])
    edit = desk.workspace.panel.prompt.edit
    edit.setPlainText("a cat by Mr Doodle")
    first = pixels(generated(qtbot, desk, paths))
    field = desk.shell.findChild(QLineEdit, "concept_word")
    assert field is not None
    field.setFocus()
    field.setText("scribble")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.concepts.words() == ["scribble"])
    edit.setPlainText("a cat by scribble")
    assert pixels(generated(qtbot, desk, paths)) == first
