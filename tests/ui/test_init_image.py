"""The picture to start from: dropped, pasted, opened; fit, strength and its words."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.operations import clear_all
from sddesk.core.picture_files import save_png
from sddesk.core.settings import FormState
from sddesk.core.values import Picture
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner, plain_picture
from tests.ui.drops import drop

OpenDesk = Callable[..., Desk]


def well(desk: Desk) -> QWidget:
    found = desk.shell.findChild(QWidget, "canvas")
    assert found is not None
    return found


def picture_file(folder: Path, width: int = 32, height: int = 16, shade: int = 200) -> Path:
    path = folder / "sketch.png"
    save_png(path, plain_picture(width, height, shade), {})
    return path


def taken(desk: Desk) -> Picture:
    return flatten(desk.workspace.init.studio.state)


@pytest.mark.parametrize("place", ["well", "window"])
def test_a_picture_without_settings_is_started_from(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, tmp_path: Path, place: str
) -> None:
    drop(well(desk) if place == "well" else desk.shell, picture_file(tmp_path))
    qtbot.waitUntil(lambda: desk.workspace.init.outline() is not None)
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, steps=10, strength=0.5))
    desk.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    request = runner.requests[0]
    assert request.init is not None
    assert (request.init.width, request.init.height) == (request.width, request.height)
    assert request.strength == 0.5
    assert request.steps_run == 5


def test_paste_takes_a_picture_from_the_clipboard(qtbot: QtBot, desk: Desk) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB888)
    image.fill(0x00FF00)
    QGuiApplication.clipboard().setImage(image)
    button = desk.shell.findChild(QAbstractButton, "paste_init")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert taken(desk) == Picture(20, 10, b"\x00\xff\x00" * 200)
    clear = desk.shell.findChild(QAbstractButton, "clear_init")
    assert clear is not None
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert desk.workspace.init.outline() is None
    assert not clear.isEnabled()


def test_nothing_to_paste_changes_nothing(qtbot: QtBot, desk: Desk) -> None:
    QGuiApplication.clipboard().setText("only words")
    desk.workspace.init.paste()
    assert desk.workspace.init.outline() is None


def test_a_huge_picture_is_kept_small(qtbot: QtBot, desk: Desk) -> None:
    image = QImage(5000, 1000, QImage.Format.Format_RGB888)
    image.fill(0)
    QGuiApplication.clipboard().setImage(image)
    desk.workspace.init.paste()
    assert (taken(desk).width, taken(desk).height) == (2048, 409)


def test_a_broken_file_is_told_and_the_picture_stays(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.workspace.init.set_picture(plain_picture(8, 8, 1))
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    drop(well(desk), broken)
    qtbot.waitUntil(lambda: "broken.png" in desk.workspace.messages.text())
    assert taken(desk) == plain_picture(8, 8, 1)


@pytest.mark.parametrize(
    ("strength", "words"),
    [
        (10, "0.10, close to the sketch: 4 of 48 steps run"),
        (50, "0.50, follows the sketch: 24 of 48 steps run"),
        (60, "0.60, inspired by the sketch: 28 of 48 steps run"),
        (100, "1.00, free: 48 of 48 steps run"),
        (1, "0.01: no step is left to run, raise it"),
    ],
)
def test_strength_says_what_it_does(qtbot: QtBot, desk: Desk, strength: int, words: str) -> None:
    desk.workspace.panel.set_state(FormState(prompt="a", steps=48))
    desk.workspace.init.set_picture(plain_picture(8, 8, 1))
    slider = desk.shell.findChild(QSlider, "strength")
    label = desk.shell.findChild(QLabel, "strength_words")
    assert slider is not None
    assert label is not None
    slider.setValue(strength)
    assert label.text() == words
    assert slider.accessibleDescription() == words
    assert desk.workspace.panel.state().strength == strength / 100


@pytest.mark.parametrize("side", [64, 1500])  # composed at once, and a moment later
def test_the_preview_of_another_size_follows_the_drawing(
    qtbot: QtBot, desk: Desk, side: int
) -> None:
    init = desk.workspace.init
    desk.workspace.panel.set_state(FormState(prompt="a", width=64, height=128))
    init.studio.new(side, side)
    paint_over(desk, (200, 10, 10))
    init.studio.restructured.emit()
    preview = next(label for label in init.findChildren(QLabel) if not label.pixmap().isNull())

    def colour() -> str:
        return preview.pixmap().toImage().pixelColor(10, 20).name()

    qtbot.waitUntil(lambda: colour() == "#c80a0a")
    init.studio.do(clear_all, side, side)
    paint_over(desk, (10, 200, 10))
    init.studio.restructured.emit()
    qtbot.waitUntil(lambda: colour() == "#0ac80a")


def test_no_step_to_run_is_refused(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.workspace.init.set_picture(plain_picture(8, 8, 1))
    desk.workspace.panel.set_state(FormState(prompt="a", steps=10, strength=0.01))
    desk.session.generate()
    assert "strength" in desk.workspace.messages.text().lower()
    assert runner.requests == []


def hold(desk: Desk) -> threading.Event:
    """Keep drawings from being brought to size until the event is set."""
    event = threading.Event()
    desk.session.sketching._background.run(lambda: event.wait(10), print, print)
    return event


def paint_over(desk: Desk, color: tuple[int, int, int]) -> None:
    """With one fat dab."""
    studio = desk.workspace.init.studio
    edit = studio.document.begin()
    edit.touch(edit.bounds)
    edit.pixels[...] = (*color, 255)
    studio.document.commit(edit)
    studio.painted.emit(studio.state.bounds)


def press_generate(qtbot: QtBot, desk: Desk) -> None:
    button = desk.shell.findChild(QAbstractButton, "generate")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_picture_is_of_the_canvas_as_it_was_when_it_was_asked_for(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    desk.workspace.panel.set_state(FormState(prompt="a", seed=1, width=64, height=64))
    go_on = hold(desk)
    for red in (10, 20):
        paint_over(desk, (red, 0, 0))
        press_generate(qtbot, desk)
    paint_over(desk, (30, 0, 0))
    desk.workspace.init.clear()
    press_generate(qtbot, desk)  # from noise, and yet not before the others
    assert "drawing" in desk.workspace.panel.progress.text()
    assert runner.requests == []
    go_on.set()
    qtbot.waitUntil(lambda: len(runner.requests) == 3)
    inits = [request.init for request in runner.requests]
    assert inits == [Picture(64, 64, bytes([red, 0, 0]) * 64 * 64) for red in (10, 20)] + [None]


def test_a_drawing_that_is_still_read_can_be_cancelled(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    go_on = hold(desk)
    paint_over(desk, (10, 0, 0))
    press_generate(qtbot, desk)
    cancel = desk.shell.findChild(QAbstractButton, "cancel")
    assert cancel is not None
    assert cancel.isEnabled()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not cancel.isEnabled()
    desk.workspace.init.clear()
    go_on.set()
    press_generate(qtbot, desk)
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].init is None


def test_what_was_asked_for_is_remembered_when_the_window_closes(
    qtbot: QtBot, open_desk: OpenDesk, runner: FakeRunner
) -> None:
    first = open_desk(lambda: FakeRunner(pause_at=1))
    qtbot.waitUntil(lambda: first._queue_file._loaded)
    go_on = hold(first)
    paint_over(first, (10, 0, 0))
    press_generate(qtbot, first)
    go_on.set()
    first.shell.close_unasked()
    assert not first.session.sketching.waits
    second = open_desk()
    resume = second.workspace.queue.resume_requested
    qtbot.waitUntil(lambda: second._queue_file._left != ())
    resume.emit()
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].init is not None


def test_the_fit_is_asked_only_when_the_shape_differs(qtbot: QtBot, desk: Desk) -> None:
    fit = desk.shell.findChild(QComboBox, "init_fit")
    assert fit is not None
    desk.workspace.panel.set_state(FormState(width=64, height=64))
    desk.workspace.init.set_picture(plain_picture(8, 8, 1))
    assert fit.isHidden()
    desk.workspace.init.clear()
    desk.workspace.init.set_picture(plain_picture(16, 8, 1))
    assert not fit.isHidden()
    for fits in ("pad", "stretch", "crop"):
        fit.setCurrentIndex(fit.findData(fits))
        sketch = desk.workspace.init.sketch()
        assert sketch is not None
        assert sketch.fit == fits


def test_the_picture_on_show_becomes_the_start(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    desk.workspace.panel.set_state(FormState(prompt="a", seed=77, steps=2, width=64, height=64))
    desk.session.generate()
    qtbot.waitUntil(lambda: "Saved as" in desk.workspace.panel.progress.text())
    desk.shell.activateWindow()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(desk.shell, Qt.Key.Key_U, both)
    assert taken(desk) == plain_picture(512, 512, 77)  # large enough to draw on
