"""The picture view: zoom, moving, copying, carrying away; the player and decoded steps."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from sddesk.core.messages import DecodeFrame, Event, Generate, ImageSaved
from sddesk.core.settings import FormState
from sddesk.ui.desk import Desk
from sddesk.ui.frames import Shown, View
from sddesk.ui.picture_view import PictureView
from sddesk.ui.zoom import FIT, Zoom
from tests.fakes import Emit, FakeRunner

OpenDesk = Callable[..., Desk]
AREA, SIZE = QRect(0, 0, 400, 300), QSize(100, 100)


def checkered(side: int = 64) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB888)
    for y in range(side):
        for x in range(side):
            image.setPixel(x, y, 0xFF0000 if (x + y) % 2 else 0x0000FF)
    return image


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    made.show_pictures(Shown((View(checkered(), exact=True),), "a picture"))
    return made


def wheel(view: PictureView, at: QPointF, notches: int) -> None:
    plain, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase, turn = Qt.ScrollPhase.NoScrollPhase, QPoint(0, 120 * notches)
    where = QPointF(view.mapToGlobal(at.toPoint()))
    event = QWheelEvent(at, where, QPoint(), turn, plain, none, phase, False)
    QApplication.sendEvent(view, event)


def test_fitted_shows_all_of_it() -> None:
    place = FIT.place(AREA, SIZE)
    assert place.size().toSize() == QSize(300, 300)
    assert place.center() == QPointF(200, 150)


@pytest.mark.parametrize("offset", [QPointF(0, 0), QPointF(50, -20)])
def test_the_spot_under_the_cursor_stays(offset: QPointF) -> None:
    before = Zoom(4.0)
    after = before.by(2, offset, AREA.size(), SIZE)
    spot = QPointF(AREA.width() / 2, AREA.height() / 2) + offset

    def under(zoom: Zoom) -> QPointF:
        place = zoom.place(AREA, SIZE)
        scale = zoom.scale_in(AREA.size(), SIZE)
        return (spot - place.topLeft()) / scale

    assert (under(before) - under(after)).manhattanLength() < 0.02


def test_keys_of_the_window_zoom(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, steps=2))
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    view, control = desk.workspace.view, Qt.KeyboardModifier.ControlModifier
    desk.shell.activateWindow()
    qtbot.keyClick(desk.shell, Qt.Key.Key_1, control)
    assert view.zoom_percent() == 100
    assert "100 %" in view.accessibleDescription()
    qtbot.keyClick(desk.shell, Qt.Key.Key_Plus, control)
    assert view.zoom_percent() == 125
    qtbot.keyClick(desk.shell, Qt.Key.Key_0, control)
    assert "%" not in view.accessibleDescription()


def test_wheel_zooms_and_dragging_moves(qtbot: QtBot, view: PictureView) -> None:
    wheel(view, QPointF(200, 200), 8)
    assert view.zoom_percent() > 3000
    before = view.grab().toImage()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(170, 180))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(170, 180))
    assert view.grab().toImage() != before
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.zoom_percent() < 1000


def test_far_in_the_pixels_are_separated(view: PictureView) -> None:
    near = QImage(1, 1, QImage.Format.Format_RGB888)
    near.fill(0xFF0000)
    view.show_pictures(Shown((View(near.scaled(64, 64), exact=True),), ""))
    view.fit()
    assert colours(view) == 1
    wheel(view, QPointF(200, 200), 10)
    assert colours(view) > 1


def colours(view: PictureView) -> int:
    """How many colours there are in the middle of the view."""
    image = view.grab(QRect(150, 150, 100, 100)).toImage()
    return len({image.pixel(x, y) for x in range(100) for y in range(100)})


def test_copy_puts_the_picture_on_the_clipboard(view: PictureView) -> None:
    view.copy()
    taken = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB888)
    assert taken == checkered()


def test_an_empty_view_can_do_nothing_wrong(qtbot: QtBot) -> None:
    empty = PictureView()
    qtbot.addWidget(empty)
    empty.show()
    QGuiApplication.clipboard().clear()
    empty.copy()
    empty.zoom_in()
    wheel(empty, QPointF(20, 20), 1)
    assert QGuiApplication.clipboard().image().isNull()
    assert "Ctrl+Enter" in empty.accessibleDescription()


def made(qtbot: QtBot, desk: Desk, steps: int = 4) -> None:
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, steps=steps))
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())


def press(qtbot: QtBot, desk: Desk, name: str) -> QAbstractButton:
    button = desk.shell.findChild(QAbstractButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def test_play_runs_from_the_beginning_to_the_end(qtbot: QtBot, desk: Desk) -> None:
    made(qtbot, desk)
    seen: list[int] = []
    speed = desk.shell.findChild(QComboBox, "play_speed")
    assert speed is not None
    speed.setCurrentIndex(speed.count() - 1)
    desk.workspace.steps.timeline.valueChanged.connect(seen.append)
    button = press(qtbot, desk, "play_steps")
    assert button.accessibleName() == "Stop playing"
    qtbot.waitUntil(lambda: not desk.workspace.steps.player.is_playing())
    assert seen == [1, 2, 3, 4, 5]  # the last one is the finished picture
    assert button.accessibleName() == "Play the steps"


def test_play_can_go_round(qtbot: QtBot, desk: Desk) -> None:
    made(qtbot, desk)
    seen: list[int] = []
    speed = desk.shell.findChild(QComboBox, "play_speed")
    assert speed is not None
    speed.setCurrentIndex(speed.count() - 1)
    press(qtbot, desk, "loop_steps")
    desk.workspace.steps.timeline.valueChanged.connect(seen.append)
    press(qtbot, desk, "play_steps")
    qtbot.waitUntil(lambda: seen.count(1) >= 3)
    press(qtbot, desk, "play_steps")
    assert not desk.workspace.steps.player.is_playing()


def test_the_strip_folds_away(qtbot: QtBot, desk: Desk) -> None:
    made(qtbot, desk)
    press(qtbot, desk, "fold_steps")
    assert not desk.workspace.steps.timeline.isVisible()
    press(qtbot, desk, "fold_steps")
    assert desk.workspace.steps.timeline.isVisible()


def test_the_mouse_over_a_step_shows_it_larger(qtbot: QtBot, desk: Desk) -> None:
    made(qtbot, desk)
    timeline = desk.workspace.steps.timeline
    value = timeline.value()
    place, none = QPointF(timeline.width() / 2, 20), Qt.MouseButton.NoButton
    where = QPointF(timeline.mapToGlobal(place.toPoint()))  # the cursor itself is the system's
    kind, plain = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(timeline, QMouseEvent(kind, place, where, none, none, plain))
    label = desk.shell.findChild(QLabel, "hover_preview")
    assert label is not None
    assert label.isVisible()
    assert timeline.value() == value
    QApplication.sendEvent(timeline, QEvent(QEvent.Type.Leave))
    assert not label.isVisible()


@pytest.mark.parametrize("decodes", [True, False])
def test_a_step_looked_at_is_decoded_if_wanted(
    qtbot: QtBot, open_desk: OpenDesk, decodes: bool
) -> None:
    runner = TapedRunner()
    desk = open_desk(lambda: runner)
    desk.workspace.steps.set_decoding(decodes=decodes)
    made(qtbot, desk)
    desk.workspace.steps.set_choice("predicted")
    desk.workspace.steps.timeline.setValue(2)
    if decodes:
        qtbot.waitUntil(lambda: any(isinstance(job, DecodeFrame) for job in runner.jobs))
        qtbot.waitUntil(lambda: desk.workspace.view.shown.views[0].image.size() == QSize(64, 64))
    else:
        qtbot.wait(700)
        assert not any(isinstance(job, DecodeFrame) for job in runner.jobs)


class TapedRunner(FakeRunner):
    """Says that there is a tape, too."""

    def _finish(self, job: Generate, emit: Emit) -> Event:
        def with_tape(event: Event) -> None:
            if isinstance(event, ImageSaved):
                event = replace(event, tape=event.path.with_suffix(".tape.safetensors"))
            emit(event)

        return super()._finish(job, with_tape)
