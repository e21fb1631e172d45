"""What is there can be seen, in the dark too."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.problems import Problem
from sddesk.ui.message_area import MessageArea
from sddesk.ui.theme import use_scheme, warning_color


@pytest.fixture
def dark(qapp: object) -> Iterator[None]:
    use_scheme(Qt.ColorScheme.Dark)
    yield
    use_scheme(Qt.ColorScheme.Light)


def unchecked_list() -> QListWidget:
    rows = QListWidget()
    item = QListWidgetItem("Layer")
    item.setCheckState(Qt.CheckState.Unchecked)
    rows.addItem(item)
    return rows


def light(color: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(image: QImage, middle: QPoint) -> float:
    """Between the palest of what lies left of a place, before its words begin, and the ground."""
    row = [light(image.pixelColor(x, middle.y())) for x in range(middle.x())]
    return (max(row) + 0.05) / (min(row) + 0.05)


@pytest.mark.usefixtures("dark")
@pytest.mark.parametrize("make", [QCheckBox, QRadioButton, unchecked_list])
def test_what_is_not_checked_has_an_outline_in_the_dark(qtbot: QtBot, make: type[QWidget]) -> None:
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(120, 40)
    widget.show()
    image, middle = widget.grab().toImage(), QPoint(9, 20)
    if isinstance(widget, QListWidget):
        widget.setFrameShape(QListWidget.Shape.NoFrame)
        image = widget.grab().toImage()
        middle = QPoint(9, widget.visualItemRect(widget.item(0)).center().y())
    assert contrast(image, middle) >= 2.8


def test_light_follows_dark_without_a_trace(qtbot: QtBot) -> None:
    box = QCheckBox("a")
    qtbot.addWidget(box)
    box.show()
    pictures: list[QImage] = []
    schemes = Qt.ColorScheme
    for scheme in (schemes.Dark, schemes.Light, schemes.Dark, schemes.Light):
        use_scheme(scheme)
        QApplication.processEvents()
        pictures.append(box.grab().toImage())
    assert pictures[0] == pictures[2] != pictures[1] == pictures[3]


def test_a_message_that_stays_follows_the_scheme(qtbot: QtBot) -> None:
    area = MessageArea()
    qtbot.addWidget(area)
    area.show_problem("a", Problem("Title", "detail"))
    use_scheme(Qt.ColorScheme.Dark)
    QApplication.processEvents()
    shown = area.findChild(QTextEdit, "message_text")
    assert isinstance(shown, QTextEdit)
    cursor = shown.textCursor()
    cursor.setPosition(1)
    color = cursor.charFormat().foreground().color()
    wanted = warning_color()
    use_scheme(Qt.ColorScheme.Light)
    assert color == wanted != warning_color()
