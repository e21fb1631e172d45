"""What a user does with learned concepts, and what is seen of them, for several tests."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from sddesk.core.concepts.notes import Kind
from sddesk.core.values import GenerationRequest
from sddesk.ui.concepts.collection import Entry
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner
from tests.ui.drops import drop


def entries(desk: Desk) -> dict[str, Entry]:
    return {entry.found.path.stem: entry for entry in desk.concepts.collection.entries}


def add(qtbot: QtBot, desk: Desk, *files: Path) -> None:
    before = len(desk.concepts.collection.entries)
    assert drop(desk.shell, *files)
    qtbot.waitUntil(lambda: len(desk.concepts.collection.entries) == before + len(files))


def generate(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> GenerationRequest:
    before = len(runner.requests)
    desk.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) > before)
    return runner.requests[-1]


def type_prompt(desk: Desk, text: str) -> None:
    edit = desk.workspace.panel.prompt.edit
    edit.setFocus()
    edit.clear()
    QTest.keyClicks(edit, text)


def child(desk: Desk, kind: type, name: str):
    found = desk.shell.findChild(kind, name)
    assert found is not None
    return found


def press(qtbot: QtBot, desk: Desk, name: str) -> None:
    qtbot.mouseClick(child(desk, QPushButton, name), Qt.MouseButton.LeftButton)


def trouble(desk: Desk) -> str:
    label = child(desk, QLabel, "prompt_trouble")
    return "" if label.isHidden() else label.text()


def kinds(desk: Desk) -> list[Kind]:
    return [note.kind for note in desk.workspace.panel.prompt.edit.notes]
