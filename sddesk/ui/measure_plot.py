"""A small plot of what is measured along an axis of the grid."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.theme import GAP, quiet_color, tint

_HEIGHT = 15 * GAP
_LEFT = 44  # for the numbers
Line = Sequence[float | None]


class MeasurePlot(QWidget):
    """One thin line for each value of the other axis, and a thick one for their mean.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measure_plot")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = ""
        self._labels: Sequence[str] = ()
        self._lines: Sequence[Line] = ()
        self._mean: Line = ()

    def show_lines(
        self, title: str, labels: Sequence[str], lines: Sequence[Line], mean: Line
    ) -> None:
        """Plot these numbers over `labels`; None is what is not known yet."""
        self._title, self._labels = title, labels
        self._lines, self._mean = lines, mean
        self.setAccessibleName(title)
        self.setAccessibleDescription(self._words())
        self.setToolTip(self._words())
        self.update()

    def mean(self) -> Line:
        """The thick line."""
        return self._mean

    def _words(self) -> str:
        pairs = zip(self._labels, self._mean, strict=False)
        return "\n".join(f"{label}: {value:.3f}" for label, value in pairs if value is not None)

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(_LEFT, line + 6, -GAP, -line - 4)

    def _range(self) -> tuple[float, float]:
        known = [value for line in self._lines for value in line if value is not None]
        low, high = min(known, default=0.0), max(known, default=1.0)
        room = (high - low) * 0.08 or 0.05
        return max(0.0, low - room), high + room

    def _points(self, line: Line, area: QRectF, low: float, high: float) -> list[QPointF]:
        points: list[QPointF] = []
        for index, value in enumerate(line):
            if value is not None:
                y = area.bottom() - (value - low) / (high - low) * area.height()
                points.append(QPointF(self._x(index, area), y))
        return points

    def _x(self, index: int, area: QRectF) -> float:
        return area.left() + (index + 0.5) * area.width() / max(1, len(self._labels))

    def _paint_frame(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        flags = Qt.AlignmentFlag
        painter.setPen(quiet_color())
        top = QRectF(GAP, 0, self.width() - GAP, area.top() - 2)
        painter.drawText(top, flags.AlignLeft | flags.AlignVCenter, self._title)
        line = self.fontMetrics().height()
        for value, y in ((high, area.top()), (low, area.bottom())):
            spot = QRectF(0, y - line / 2, _LEFT - 6, line)
            painter.drawText(spot, flags.AlignRight | flags.AlignVCenter, f"{value:.2f}")
        wide = area.width() / max(1, len(self._labels))
        for index, label in enumerate(self._labels):
            text = self.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(wide) - 4)
            spot = QRectF(self._x(index, area) - wide / 2, area.bottom() + 3, wide, line)
            painter.drawText(spot, flags.AlignCenter, text)
        painter.setPen(QPen(tint(self.palette(), 0.2), 1))
        painter.drawLine(area.topLeft(), area.topRight())
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(280, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, (low, high) = self._area(), self._range()
        self._paint_frame(painter, area, low, high)
        accent = QColor(self.palette().highlight().color())
        for line in self._lines if len(self._lines) > 1 else ():
            painter.setPen(QPen(tint(self.palette(), 0.35), 1))
            painter.drawPolyline(QPolygonF(self._points(line, area, low, high)))
        points = self._points(self._mean, area, low, high)
        painter.setPen(QPen(accent, 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(accent)
        for point in points:
            painter.drawEllipse(point, 2.5, 2.5)
        painter.end()
