"""Back to a step in the real window, with the real engine: B, the dialog, the tree."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDoubleSpinBox,
    QLabel,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, read_settings
from sddesk.core.settings import FormState, Settings
from sddesk.core.tapes import tape_beside
from sddesk.ui.branch_dialog import BranchDialog
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner
from tests.ui.conftest import OpenDesk

FORM = FormState(prompt="red apple", steps=6, seed=7, width=64, height=64, sampler="Euler a")
LONG = 100_000  # ms: torch is imported and a model loaded


def real_service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def pictures(paths: AppPaths) -> list[Path]:
    return sorted(paths.pictures.glob("[!.]*.png"), key=lambda path: path.stat().st_mtime_ns)


def wait_saved(qtbot: QtBot, desk: Desk, path_of: AppPaths, count: int) -> Path:
    def saved() -> bool:
        found, result = pictures(path_of), desk.session.result
        return len(found) == count and result is not None and result.path == found[-1]

    qtbot.waitUntil(saved, timeout=LONG)
    return pictures(path_of)[-1]


def dialog_at(qtbot: QtBot, desk: Desk, step: int) -> BranchDialog:
    """Press B on the strip at that step."""
    desk.shell.activateWindow()
    timeline = desk.workspace.steps.timeline
    timeline.setValue(step)
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(desk.shell.findChildren(BranchDialog)) == 1)
    return desk.shell.findChildren(BranchDialog)[0]


def accept(qtbot: QtBot, dialog: BranchDialog) -> None:
    button = dialog.findChild(QAbstractButton, "branch_go_on")
    assert isinstance(button, QAbstractButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def rows(desk: Desk) -> list[str]:
    """The tree as one reads it."""
    tree = desk.branching.tree
    found: list[str] = []
    item = tree.topLevelItem(0)
    while item is not None:
        found.append(item.text(0))
        item = tree.itemBelow(item)
    return found


def test_branches_from_the_strip_stand_in_a_tree(
    open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths
) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    desk.session.generate()
    first = wait_saved(qtbot, desk, paths, 1)
    assert desk.branching.tree.isHidden()
    dialog = dialog_at(qtbot, desk, 4)
    kept, work = dialog.findChild(QSpinBox, "branch_kept"), dialog.findChild(QLabel, "branch_work")
    guidance = dialog.findChild(QDoubleSpinBox, "branch_guidance")
    assert isinstance(kept, QSpinBox)
    assert isinstance(work, QLabel)
    assert isinstance(guidance, QDoubleSpinBox)
    assert kept.value() == 4
    assert work.text().startswith("2 network evaluations, 4 saved")
    guidance.setValue(20)
    accept(qtbot, dialog)
    second = wait_saved(qtbot, desk, paths, 2)
    settings = read_settings(second)
    assert settings is not None
    assert settings["guidance_scale"] == 20
    assert settings["branch"] == {"tape": f"{first.stem}.tape.safetensors", "step": 4}
    qtbot.waitUntil(lambda: len(rows(desk)) == 2)
    assert rows(desk) == ["Original, 6 steps", "From step 4: guidance 20"]
    _switch_keeps_the_step(qtbot, desk, first)


def _switch_keeps_the_step(qtbot: QtBot, desk: Desk, to: Path) -> None:
    timeline, tree = desk.workspace.steps.timeline, desk.branching.tree
    timeline.setValue(3)
    first = tree.topLevelItem(0)
    assert first is not None
    tree.setCurrentItem(first)

    def there() -> bool:
        result = desk.session.result
        shown = result is not None and result.path == to
        return shown and timeline.maximum() == 7 and timeline.value() == 3

    qtbot.waitUntil(there, timeout=LONG)
    assert len(rows(desk)) == 2


def test_an_unchanged_branch_is_the_same_picture_after_a_restart(
    open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths
) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    desk.session.generate()
    first = wait_saved(qtbot, desk, paths, 1)
    desk.shell.close()
    again = open_desk(lambda: real_service(paths), Settings(form=FORM))
    again.pictures.show_only(first)
    timeline = again.workspace.steps.timeline
    qtbot.waitUntil(lambda: timeline.maximum() == 7, timeout=LONG)
    accept(qtbot, dialog_at(qtbot, again, 2))
    second = wait_saved(qtbot, again, paths, 2)
    assert second != first
    assert load_picture(second) == load_picture(first)


def test_the_last_step_and_the_finished_picture_leave_one_step_to_do(
    desk: Desk, qtbot: QtBot
) -> None:
    asked: list[int] = []
    desk.workspace.steps.branch_requested.connect(asked.append)
    desk.workspace.panel.set_state(FORM)
    desk.session.generate()
    timeline = desk.workspace.steps.timeline
    qtbot.waitUntil(lambda: timeline.maximum() == 7)
    for step in (1, 6, 7):
        timeline.setValue(step)
        desk.workspace.steps.branch_here()
    assert asked == [1, 5, 5]


def test_a_frame_is_pulled_out_of_the_strip(desk: Desk, qtbot: QtBot) -> None:
    asked: list[int] = []
    desk.workspace.steps.branch_requested.connect(asked.append)
    desk.workspace.panel.set_state(FORM)
    desk.session.generate()
    timeline = desk.workspace.steps.timeline
    qtbot.waitUntil(lambda: timeline.maximum() == 7)
    start = timeline._strip.cell(2, 0).center().toPoint() + QPoint(4, 4)
    for away, expected in ((QPoint(40, -60), [3]), (QPoint(40, 0), [3])):
        qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=start)
        assert timeline.value() == 3
        drag(timeline, start + away)
        drag(timeline, start + away + QPoint(1, 0))
        assert desk.workspace.steps._drag.is_out() == (away.y() != 0)
        qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=start + away)
        assert asked == expected
        assert not desk.workspace.steps._drag.is_out()


def drag(widget: QWidget, to: QPoint) -> None:
    kind, left = QEvent.Type.MouseMove, Qt.MouseButton.LeftButton
    place, none = QPointF(to), Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), left, left, none)
    QApplication.sendEvent(widget, event)


def test_without_a_picture_it_is_said_and_nothing_is_made(
    desk: Desk, qtbot: QtBot, runner: FakeRunner
) -> None:
    desk.workspace.steps.branch_here()
    assert "no picture on the disk" in desk.workspace.messages.text()
    desk.workspace.panel.set_state(FORM)
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    desk.workspace.steps.branch_here()  # the fake saves nothing
    qtbot.waitUntil(lambda: "No such file" in desk.workspace.messages.text())
    assert len(runner.requests) == 1


def test_a_dropped_tape_is_computed_again(
    open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths
) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    desk.session.generate()
    first = wait_saved(qtbot, desk, paths, 1)
    desk.shell.close()
    tape_beside(first).unlink()
    again = open_desk(lambda: real_service(paths), Settings(form=FORM))
    again.pictures.show_only(first)
    qtbot.waitUntil(lambda: again.session.result is not None)
    timeline = again.workspace.steps.timeline
    assert timeline.steps == 0
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: len(again.shell.findChildren(BranchDialog)) == 1)
    dialog = again.shell.findChildren(BranchDialog)[0]
    work = dialog.findChild(QLabel, "branch_work")
    assert isinstance(work, QLabel)
    assert "computed again first, 6 evaluations. 3 network evaluations, 3 saved" in work.text()
    accept(qtbot, dialog)
    second = wait_saved(qtbot, again, paths, 2)
    assert load_picture(second) == load_picture(first)
    assert tape_beside(first).is_file()
    assert "deleted to make room" in again.workspace.messages.text()


def test_the_steps_of_an_unfinished_picture_lead_nowhere(open_desk: OpenDesk, qtbot: QtBot) -> None:
    runner = FakeRunner(pause_at=4)
    desk = open_desk(lambda: runner, Settings(form=FORM))
    desk.session.generate()
    qtbot.waitUntil(lambda: desk.workspace.steps.timeline.maximum() == 3)
    desk.workspace.steps.branch_here()
    assert "not finished" in desk.workspace.messages.text()
    desk.session.jobs.cancel()
    qtbot.waitUntil(desk.session.jobs.is_idle)


def test_a_damaged_tape_is_told(open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    desk.session.generate()
    wait_saved(qtbot, desk, paths, 1)
    assert desk.session.result is not None
    tape = desk.session.result.tape
    assert tape is not None
    tape.write_bytes(tape.read_bytes()[:-40])
    desk.workspace.steps.timeline.setValue(2)
    desk.workspace.steps.branch_here()

    qtbot.waitUntil(lambda: tape.name in desk.workspace.messages.text())
    assert not desk.shell.findChildren(BranchDialog)
