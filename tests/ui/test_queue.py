"""The queue in the window: order, pause, for ever, stop, and what survives a restart."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.paths import AppPaths
from sddesk.core.settings import FormState
from sddesk.ui.desk import Desk
from sddesk.ui.queue_rows import JOB
from tests.fakes import FakeRunner

OpenDesk = Callable[..., Desk]


def ask(desk: Desk, *prompts: str, front: bool = False) -> None:
    for number, prompt in enumerate(prompts):
        desk.workspace.panel.set_state(FormState(prompt=prompt, seed=number, steps=4))
        desk.session.generate(front=front)


def press(qtbot: QtBot, desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QAbstractButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def rows(desk: Desk) -> list[str]:
    shown = desk.workspace.queue._list
    return [shown.item(row).text().splitlines()[0] for row in range(shown.count())]


def choose(desk: Desk, *chosen: int) -> None:
    shown = desk.workspace.queue._list
    shown.clearSelection()
    for row in chosen:
        shown.item(row).setSelected(True)


def prompts(runner: FakeRunner) -> list[str]:
    return [request.prompt for request in runner.requests]


def at_rest(desk: Desk) -> bool:
    return desk.session.jobs.is_idle() and not desk.session.jobs.queue.waiting


def test_rows_show_what_runs_and_what_waits(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=3)
    desk = open_desk(lambda: runner)
    ask(desk, "one", "two", "three")
    qtbot.waitUntil(lambda: "step 2 of 4" in desk.workspace.queue._list.item(0).text())
    assert rows(desk) == ["one", "two", "three"]
    assert not desk.workspace.queue._list.item(0).icon().isNull()
    assert "left for all" in desk.workspace.queue._left.text()
    runner.go_on.set()
    qtbot.waitUntil(lambda: at_rest(desk))
    assert rows(desk) == []
    assert not desk.workspace.queue._empty.isHidden()
    assert prompts(runner) == ["one", "two", "three"]


def test_front_of_the_queue_comes_next(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    ask(desk, "one", "two")
    edit = desk.workspace.panel.prompt.edit
    edit.setPlainText("urgent")
    edit.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    desk.shell.activateWindow()
    qtbot.keyClick(edit, Qt.Key.Key_Return, both)
    assert rows(desk) == ["one", "urgent", "two"]
    runner.go_on.set()
    qtbot.waitUntil(lambda: at_rest(desk))
    assert prompts(runner) == ["one", "urgent", "two"]


def test_waiting_pictures_are_reordered_and_cancelled(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    ask(desk, "one", "two", "three", "four")
    qtbot.waitUntil(lambda: prompts(runner) == ["one"])  # else it is cancelled before it begins
    choose(desk, 3)
    press(qtbot, desk, "queue_earlier")
    press(qtbot, desk, "queue_earlier")
    assert rows(desk) == ["one", "four", "two", "three"]
    press(qtbot, desk, "queue_later")
    assert rows(desk) == ["one", "two", "four", "three"]
    assert [item.data(JOB) for item in desk.workspace.queue._list.selectedItems()]
    choose(desk, 1)
    press(qtbot, desk, "queue_remove")
    assert rows(desk) == ["one", "four", "three"]
    choose(desk, 0)
    press(qtbot, desk, "queue_remove")
    qtbot.waitUntil(lambda: rows(desk) == ["four", "three"])
    press(qtbot, desk, "queue_clear")
    qtbot.waitUntil(lambda: at_rest(desk))
    assert prompts(runner) == ["one", "four"]


def test_pause_holds_the_next_and_lets_the_current_end(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    ask(desk, "one", "two")
    press(qtbot, desk, "queue_pause")
    runner.go_on.set()
    qtbot.waitUntil(desk.session.jobs.is_idle)
    qtbot.wait(50)
    assert prompts(runner) == ["one"]
    assert desk.workspace.queue._left.text() == "Paused"
    press(qtbot, desk, "queue_pause")
    qtbot.waitUntil(lambda: at_rest(desk))
    assert prompts(runner) == ["one", "two"]


def test_stop_after_this_picture_keeps_it(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    ask(desk, "one", "two")
    press(qtbot, desk, "queue_stop")
    runner.go_on.set()
    qtbot.waitUntil(lambda: at_rest(desk))
    assert prompts(runner) == ["one"]
    assert "Saved" in desk.workspace.panel.progress.text()


def test_forever_goes_on_with_new_seeds_until_told(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner()
    desk = open_desk(lambda: runner)
    press(qtbot, desk, "queue_forever")
    desk.workspace.panel.set_state(FormState(prompt="again", steps=2))
    desk.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) >= 4)
    press(qtbot, desk, "queue_forever")
    qtbot.waitUntil(lambda: at_rest(desk))
    assert len({request.seed for request in runner.requests}) == len(runner.requests)


def test_a_restart_asks_about_what_waited(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    first = open_desk(lambda: FakeRunner(pause_at=2))
    ask(first, "one", "two", "three")
    qtbot.waitUntil(lambda: first.session.jobs.current() is not None)
    qtbot.waitUntil(lambda: first._queue_file._loaded)
    first.shell.close()

    runner = FakeRunner()
    second = open_desk(lambda: runner)
    question = second.shell.findChild(QWidget, "queue_ask")
    assert question is not None
    qtbot.waitUntil(lambda: not question.isHidden())
    assert "3 pictures" in second.workspace.queue._question.text()
    assert runner.requests == []
    yes = question.findChildren(QPushButton)[0]
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(runner.requests) == 3 and at_rest(second))
    assert sorted(prompts(runner)) == ["one", "three", "two"]
    assert question.isHidden()
    second.shell.close()

    third = open_desk(lambda: FakeRunner())
    qtbot.waitUntil(lambda: third._queue_file._loaded)
    asked = third.shell.findChild(QWidget, "queue_ask")
    assert asked is not None
    assert asked.isHidden()


def test_forgetting_what_waited_is_final(qtbot: QtBot, open_desk: OpenDesk) -> None:
    first = open_desk(lambda: FakeRunner(pause_at=2))
    ask(first, "one", "two")
    qtbot.waitUntil(lambda: first._queue_file._loaded)
    first.shell.close()
    second = open_desk()
    question = second.shell.findChild(QWidget, "queue_ask")
    assert question is not None
    qtbot.waitUntil(lambda: not question.isHidden())
    qtbot.mouseClick(question.findChildren(QPushButton)[1], Qt.MouseButton.LeftButton)
    second.shell.close()
    third = open_desk()
    qtbot.waitUntil(lambda: third._queue_file._loaded)
    assert third._queue_file._left == ()
