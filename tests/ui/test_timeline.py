"""The step timeline: filling live, following, scrubbing, and fast with many steps."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sddesk.core.messages import StepDone
from sddesk.ui.frames import BOTH, NOISY, PREDICTED, Shown
from sddesk.ui.step_panel import StepPanel
from sddesk.ui.strip import strip_for
from tests.fakes import plain_picture


def step(number: int, steps: int, side: int = 8) -> StepDone:
    noisy, predicted = plain_picture(side, side, number), plain_picture(side, side, number + 100)
    return StepDone(1, number, steps, 14.5 / number, noisy, predicted, None)


@pytest.fixture
def panel(qtbot: QtBot) -> StepPanel:
    panel = StepPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 180)
    panel.set_choice(BOTH)
    panel.show()
    return panel


@pytest.fixture
def shown(panel: StepPanel) -> list[Shown]:
    """All that was asked to be seen large, the newest last."""
    seen: list[Shown] = []
    panel.shown_changed.connect(seen.append)
    return seen


def fill(panel: StepPanel, steps: int, *, done: int | None = None, finish: bool = True) -> None:
    panel.begin(steps, 64, 64)
    for number in range(1, (done or steps) + 1):
        panel.add(step(number, steps))
    if finish and done is None:
        panel.finish(plain_picture(64, 64, 200))


def wheel(panel: StepPanel, delta: int) -> None:
    spot = QPointF(panel.timeline.rect().center())
    event = QWheelEvent(
        spot,
        panel.timeline.mapToGlobal(spot),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(panel.timeline, event)


def test_it_follows_the_newest_step_and_ends_at_the_finished_picture(
    panel: StepPanel, shown: list[Shown]
) -> None:
    panel.begin(4, 64, 64)
    for number in range(1, 5):
        panel.add(step(number, 4))
        assert panel.timeline.value() == number
        assert f"Step {number} of 4, noise level" in shown[-1].text
        assert len(shown[-1].views) == 2
    panel.finish(plain_picture(64, 64, 200))
    assert panel.timeline.value() == 5
    assert "Finished picture" in shown[-1].text
    assert [view.image.width() for view in shown[-1].views] == [64]


def test_it_stays_where_the_user_scrubbed_to(panel: StepPanel) -> None:
    fill(panel, 10, done=4)
    panel.timeline.setValue(2)
    panel.add(step(5, 10))
    assert panel.timeline.value() == 2
    panel.timeline.setValue(5)
    panel.add(step(6, 10))
    assert panel.timeline.value() == 6


def test_a_new_picture_empties_it(panel: StepPanel) -> None:
    fill(panel, 5)
    panel.begin(3, 64, 64)
    assert panel.timeline.maximum() == 0
    panel.add(step(1, 3))
    assert panel.timeline.value() == 1


def test_keys_scrub(panel: StepPanel, qtbot: QtBot) -> None:
    fill(panel, 30)
    line = panel.timeline
    for key, value in [
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Left, 2),
        (Qt.Key.Key_PageUp, 12),
        (Qt.Key.Key_PageDown, 2),
        (Qt.Key.Key_End, 31),
    ]:
        qtbot.keyClick(line, key)
        assert line.value() == value, key


def test_mouse_scrubs_from_the_first_step_to_the_picture(panel: StepPanel, qtbot: QtBot) -> None:
    fill(panel, 12)
    line = panel.timeline
    strip, middle = line._strip, line.height() // 2
    xs = [round(strip.center(position)) + 4 for position in range(1, 14)]
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=QPoint(xs[0], middle))
    assert line.value() == 1
    for position, x in enumerate(xs, start=1):
        qtbot.mouseMove(line, QPoint(x, middle))
        move = QPoint(x, middle)
        _drag(panel, move)
        assert line.value() == position
    _drag(panel, QPoint(-50, middle))
    assert line.value() == 1
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(xs[0], middle))


def _drag(panel: StepPanel, spot: QPoint) -> None:
    """`qtbot.mouseMove` moves without a button."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    button = Qt.MouseButton.LeftButton
    where = QPointF(spot)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        where,
        panel.timeline.mapToGlobal(where),
        button,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(panel.timeline, event)


def test_wheel_scrubs_one_step_a_click(panel: StepPanel) -> None:
    fill(panel, 10)
    wheel(panel, 120)
    assert panel.timeline.value() == 10
    wheel(panel, 60)
    assert panel.timeline.value() == 10
    wheel(panel, 60)
    assert panel.timeline.value() == 9
    wheel(panel, -120)
    assert panel.timeline.value() == 10


def test_noisy_predicted_or_both(panel: StepPanel, qtbot: QtBot, shown: list[Shown]) -> None:
    fill(panel, 4, done=3)
    for index, choice in enumerate((NOISY, PREDICTED)):
        button = panel._buttons.button(index)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        (view,) = shown[-1].views
        assert view.image.pixelColor(0, 0).red() == (3, 103)[index]
        assert panel.choice() == choice
    panel.set_choice("nonsense")
    assert panel.choice() == BOTH
    assert [view.image.pixelColor(0, 0).red() for view in shown[-1].views] == [3, 103]


def test_screen_readers_get_role_value_and_words(panel: StepPanel) -> None:
    fill(panel, 8, done=5)
    face = QAccessible.queryAccessibleInterface(panel.timeline)
    assert face.role() == QAccessible.Role.Slider
    assert face.text(QAccessible.Text.Name) == "Step timeline"
    assert "Step 5 of 8, noise level" in face.text(QAccessible.Text.Description)
    values = face.valueInterface()
    assert (values.currentValue(), values.maximumValue()) == (5, 5)


def test_scrubbing_200_steps_scales_each_frame_once(panel: StepPanel) -> None:
    panel.resize(1600, 180)
    panel.begin(200, 64, 64)
    for number in range(1, 201):
        panel.add(step(number, 200, side=64))
    QApplication.processEvents()
    thumbs = panel.timeline._thumbs
    for position in range(1, 201):
        before = len(thumbs)
        panel.timeline.setValue(position)
        panel.timeline.repaint()
        assert len(thumbs) <= before + 2  # what comes into sight: its noisy and predicted picture
    made = dict(thumbs)
    for position in range(200, 0, -1):
        panel.timeline.setValue(position)
        panel.timeline.repaint()
    assert {key: made[key] is pixmap for key, pixmap in thumbs.items()} == dict.fromkeys(made, True)


@pytest.mark.parametrize("steps", [1, 4, 20, 25, 48, 150, 999])
@pytest.mark.parametrize(("width", "aspect"), [(640, 1.0), (1600, 1.0), (640, 4.0), (640, 0.25)])
def test_every_step_has_its_place(steps: int, width: int, aspect: float) -> None:
    strip = strip_for(width, 112, 70, steps, 2, aspect)
    assert strip.columns * strip.group >= steps
    assert strip.finish().right() <= width + 1
    assert [strip.position_at(strip.center(n)) for n in range(1, steps + 2)] == list(
        range(1, steps + 2)
    )
    columns = [
        strip.column_of(n) for column in range(strip.columns) for n in strip.steps_in(column)
    ]
    assert columns == sorted(columns)
    assert len(columns) == steps
