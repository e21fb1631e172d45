"""What the colours of a map mean: little at the left, much at the right."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.theme import GAP, quiet_color
from sddesk.ui.words.heat import scale

_BAR = 8  # pixels high


class HeatLegend(QWidget):
    """The colours as a bar between two words.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._least, self._most = self.tr("Looked little"), self.tr("much")
        self.setAccessibleName(self.tr("Dark where it looked little, bright where it looked much"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics, whole = self.fontMetrics(), self.rect()
        left = metrics.horizontalAdvance(self._least) + GAP
        right = metrics.horizontalAdvance(self._most) + GAP
        painter = QPainter(self)
        painter.setPen(quiet_color())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(whole, middle | Qt.AlignmentFlag.AlignLeft, self._least)
        painter.drawText(whole, middle | Qt.AlignmentFlag.AlignRight, self._most)
        bar = QRect(left, (whole.height() - _BAR) // 2, whole.width() - left - right, _BAR)
        painter.drawImage(bar, scale())
        painter.end()
