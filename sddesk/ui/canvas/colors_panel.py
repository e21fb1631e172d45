"""The colours: wheel, the two at hand, their number, and those used last."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from sddesk.core.canvas.layers import Color
from sddesk.ui.canvas.color_wheel import ColorWheel
from sddesk.ui.canvas.studio import RECENT, Studio
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, tint


class ColorsPanel(QWidget):
    """Follows the studio's colours, and changes them.

    Signals:
        typed(): Enter was pressed in the number.
    """

    typed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._wheel = ColorWheel()
        self._wheel.picked.connect(studio.set_color)
        self._front = Swatch(self.tr("Colour of the brush"))
        self._back = Swatch(self.tr("Second colour"))
        for swatch in (self._front, self._back):
            swatch.setMinimumSize(24, 24)
        self._number = QLineEdit()
        self._number.setObjectName("color_number")
        self._number.setAccessibleName(self.tr("Colour as a number"))
        self._number.setMaxLength(20)
        self._number.editingFinished.connect(self._take)
        self._number.returnPressed.connect(self.typed)
        self._recent = [Swatch(self.tr("Recent colour")) for _ in range(RECENT)]
        for swatch in self._recent:
            swatch.chosen.connect(studio.set_color)
        self._back.chosen.connect(lambda _: studio.swap_colors())
        self._lay_out()
        studio.colors_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        swap = QToolButton()
        swap.setIcon(icon("repeat"))
        swap.setAutoRaise(True)
        swap.setToolTip(self.tr("Swap the colours (X)"))
        swap.setAccessibleName(self.tr("Swap the colours"))
        swap.clicked.connect(self._studio.swap_colors)
        row, recent = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (self._front, self._back, swap, self._number):
            row.addWidget(widget)
        recent.setSpacing(2)
        for swatch in self._recent:
            recent.addWidget(swatch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._wheel, 1)
        layout.addLayout(row)
        layout.addLayout(recent)

    def _show(self) -> None:
        colors = self._studio.colors
        self._wheel.show_color(colors.front)
        self._front.show_color(colors.front)
        self._back.show_color(colors.back)
        self._number.setText(QColor(*colors.front).name())
        for place, swatch in enumerate(self._recent):
            swatch.show_color(colors.recent[place] if place < len(colors.recent) else None)

    def _take(self) -> None:
        color = QColor.fromString(self._number.text().strip())
        if color.isValid():
            self._studio.set_color((color.red(), color.green(), color.blue()))
        self._show()


class Swatch(QWidget):
    """A patch of one colour.

    Signals:
        chosen(object): it was clicked; its colour.
    """

    chosen = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self._color: Color | None = None
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.setMinimumSize(14, 18)
        self.setMaximumHeight(24)

    def show_color(self, color: Color | None) -> None:
        """Show that colour, or none."""
        self._color = color
        self.setAccessibleDescription("" if color is None else QColor(*color).name())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        inner: QRect = self.rect().adjusted(0, 0, -1, -1)
        if self._color is not None:
            painter.fillRect(inner, QColor(*self._color))
        painter.setPen(tint(self.palette(), 0.3))
        painter.drawRect(inner)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._color is not None:
            self.chosen.emit(self._color)
