"""The whole window: keyboard, names for screen readers, token count, closing at any time."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import FormState
from sddesk.ui.desk import Desk
from sddesk.ui.picture_view import PictureView
from sddesk.ui.shell import Shell
from sddesk.ui.theme import use_scheme
from sddesk.ui.workspace import Workspace
from tests.fakes import FakeRunner

OpenDesk = Callable[..., Desk]
NAMES = [
    "prompt",
    "negative_prompt",
    "model",
    "sampler",
    "steps",
    "guidance_scale",
    "width",
    "height",
    "seed",
    "last_seed",
    "next_seed",
    "random_seed",
    "variation",
    "variation_seed",
    "count",
    "guidance_rescale",
    "generate",
    "cancel",
    "timeline",
    "picture_view",
    "messages",
]
CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTextEdit,
    PictureView,
)


def focus_name() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.objectName()


def test_every_control_has_an_accessible_name(desk: Desk) -> None:
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in desk.shell.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and not widget.accessibleName()
        and not widget.objectName().startswith("qt_")  # Qt's own inside of a control
    ]
    assert not nameless


def test_object_names_are_stable(desk: Desk) -> None:
    for name in NAMES:
        assert len(desk.shell.findChildren(QWidget, name)) == 1, name


def test_tab_walks_through_everything_in_reading_order(qtbot: QtBot, desk: Desk) -> None:
    desk.shell.activateWindow()
    assert desk.shell.focusWidget().objectName() == "prompt"
    desk.workspace.messages.show_problem("test", Problem("Something", "to read"))
    offered = [b for b in desk.workspace.view.start.findChildren(QPushButton) if b.isVisible()]
    walked = ["prompt"]
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        walked.append(focus_name())
        if walked[-1] == "prompt":
            break
    assert (
        [name for name in walked if name and name[0].islower()]
        == [  # not Qt's own
            *NAMES[: NAMES.index("cancel")],  # which is disabled now
            "fold_steps",
            "play_steps",
            "loop_steps",
            "play_speed",
            "branch_here",
            "show_both",
            "timeline",
            "history_search",
            "history_model",
            "history_favourites",
            "message_text",
            "copy_messages",
            "dismiss",
            "open_init",
            "paste_init",
            "brush_size",
            "brush_opacity",
            "more_brush",
            "canvas",
            *(button.objectName() for button in offered),
            "prompt",
        ]
    )


def test_arrow_keys_choose_the_frames(qtbot: QtBot, desk: Desk) -> None:
    desk.shell.activateWindow()
    desk.workspace.steps._buttons.button(2).setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert desk.workspace.steps.choice() == "predicted"
    assert focus_name() == "show_predicted"


def test_a_picture_by_keyboard_alone(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.shell.activateWindow()
    qtbot.keyClicks(QApplication.focusWidget(), "red apple")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(runner.requests) == 2 and desk.session.jobs.is_idle())
    assert "Saved as" in desk.workspace.panel.progress.text()
    assert [request.prompt for request in runner.requests] == ["red apple"] * 2
    desk.workspace.steps.timeline.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home)
    assert "Step 1 of" in desk.workspace.view.accessibleDescription()


def test_tokens_are_counted_and_a_second_part_is_marked(qtbot: QtBot, desk: Desk) -> None:
    field = desk.workspace.panel.prompt
    field.edit.setPlainText("red apple")
    qtbot.waitUntil(lambda: field._count.text().startswith("2 / "))
    assert not field.edit.extraSelections()
    window = int(field._count.text().split("/")[1])
    field.edit.setPlainText("apple " * window + "zebra")
    qtbot.waitUntil(lambda: field._count.text().endswith(f" / {2 * window}"))
    assert "2 parts" in field._count.toolTip()
    marks = field.edit.extraSelections()
    marked = marks[0].cursor  # pyright: ignore[reportAttributeAccessIssue]
    assert marked.selectedText().strip() == "zebra"


def test_closing_in_mid_job_ends_at_once(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    desk.workspace.panel.set_state(FormState(count=5))
    desk.session.generate()
    qtbot.waitUntil(lambda: desk.workspace.steps.timeline.maximum() == 1)
    desk.shell.close()
    assert desk.ended_cleanly
    assert not desk.worker.isRunning()
    assert not desk.shell.isVisible()
    assert len(runner.requests) == 1


def test_the_window_does_not_grow_while_it_is_filled(paths: AppPaths) -> None:
    shell = Shell()
    shell.resize(1280, 720)
    shell.show()
    Workspace(shell, [], paths.cache, paths.pictures).history.close_index()
    assert (shell.width(), shell.height()) == (1280, 720)
    shell.close()


def test_everything_fits_1280_by_720(desk: Desk) -> None:
    hint = desk.shell.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 680  # the rest is the title bar and a panel of the desktop


def test_a_picture_and_its_steps_leave_the_window_as_small(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    desk.shell.resize(1280, 720)
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    desk.workspace.steps.timeline.setValue(2)
    for name in ("queue", "info", "grid", "drawing", "history"):
        desk.workspace.docks.show(name)
        QApplication.processEvents()
        assert desk.shell.minimumSizeHint().width() <= 1280, name
        assert (desk.shell.width(), desk.shell.height()) == (1280, 720), name


def test_light_and_dark_can_be_switched_while_it_runs(desk: Desk) -> None:
    before = QGuiApplication.palette()
    try:
        use_scheme(Qt.ColorScheme.Dark)
        QApplication.processEvents()
        assert desk.shell.palette().window().color().lightness() < 64
        use_scheme(Qt.ColorScheme.Light)
        QApplication.processEvents()
        assert desk.shell.palette().window().color().lightness() > 192
    finally:
        QApplication.setPalette(before)


def test_a_dialog_goes_with_the_window(qtbot: QtBot, desk: Desk) -> None:
    desk.dialogs.show_about()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is not desk.shell)
    desk.shell.close()
    assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()]
