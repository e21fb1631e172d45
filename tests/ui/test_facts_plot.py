"""The curves under the strip."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sddesk.core.messages import StepDone
from sddesk.ui.step_panel import StepPanel
from tests.fakes import plain_picture

STEPS = 10


def filled(qtbot: QtBot) -> StepPanel:
    panel = StepPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 240)
    panel.begin(STEPS, 64, 64)
    for step in range(1, STEPS + 1):
        small = plain_picture(8, 8, 20 * step)
        panel.add(StepDone(1, step, STEPS, float(STEPS - step), small, small, None))
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_facts_are_told_with_the_step(qtbot: QtBot) -> None:
    panel = filled(qtbot)
    panel.timeline.setValue(3)
    words = panel.timeline.accessibleDescription()
    assert words == "Step 3 of 10, noise level 7, change 7.8 %, detail 0 %"
    panel.timeline.setValue(1)
    assert panel.timeline.accessibleDescription() == "Step 1 of 10, noise level 9, detail 0 %"


def test_a_click_on_the_plot_selects_the_step_above_it(qtbot: QtBot) -> None:
    panel = filled(qtbot)
    for step in (2, 9):
        place = QPoint(round(panel.timeline.center_of(step)), 20)
        QTest.mouseClick(panel.facts, Qt.MouseButton.LeftButton, pos=place)
        assert panel.timeline.value() == step


def test_curves_are_painted_and_go_with_the_strip(qtbot: QtBot) -> None:
    panel = filled(qtbot)
    image = panel.facts.grab().toImage()
    x = round(panel.timeline.center_of(5))
    column = {image.pixelColor(x, y).name() for y in range(image.height())}
    assert len(column) > 1
    panel.begin(4, 64, 64)
    image = panel.facts.grab().toImage()
    assert len({image.pixelColor(x, y).name() for y in range(image.height())}) == 1
    panel.set_open(is_open=False)
    assert panel.facts.isHidden()
