"""The loss of all steps, faint, and without its noise, strong."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.core.training.schedules import smoothed
from sddesk.ui.theme import quiet_color, tint

_HEIGHT = 80
_LOW, _HIGH = 0.02, 0.98  # what lies outside of these shares does not decide the scale


class LossPlot(QWidget):
    """Steps from left to right, loss upwards; the selected step is a line.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("loss_plot")
        self.setAccessibleName(self.tr("Loss"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.losses: list[float] = []
        self._steps, self._marked = 1, 0
        self._smooth: list[float] = []

    def begin(self, losses: tuple[float, ...], steps: int) -> None:
        """A training of so many steps, of which these are done."""
        self.losses, self._steps, self._smooth = list(losses), max(1, steps), []
        self.update()

    def add(self, loss: float) -> None:
        """One more step."""
        self.losses.append(loss)
        self.update()

    def mark(self, step: int) -> None:
        """Show where that step is."""
        self._marked = step
        self.update()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tint(self.palette(), 0.04))
        if self.losses:
            self._paint_lines(painter)
        else:
            painter.setPen(quiet_color())
            words = self.tr("The loss: how far the model is from your pictures, step by step")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def _paint_lines(self, painter: QPainter) -> None:
        if len(self._smooth) != len(self.losses):
            self._smooth = smoothed(tuple(self.losses))
        low, high = _scale(self.losses)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.palette().highlight().color()
        x = area.left() + area.width() * self._marked / self._steps
        painter.setPen(QPen(accent, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        lines = ((self.losses, tint(self.palette(), 0.25), 1), (self._smooth, accent, 2))
        painter.save()
        painter.setClipRect(self.rect())
        for values, color, width in lines:
            painter.setPen(QPen(color, width))
            painter.drawPolyline(_line(values, self._steps, area, (low, high)))
        painter.restore()
        painter.setPen(quiet_color())
        for flag, value in (
            (Qt.AlignmentFlag.AlignTop, high),
            (Qt.AlignmentFlag.AlignBottom, low),
        ):
            painter.drawText(area, flag | Qt.AlignmentFlag.AlignRight, f"{value:.3g}")
        words = self.tr("Loss {loss:.4f}").format(loss=self._smooth[-1])
        painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, words)


def _scale(values: list[float]) -> tuple[float, float]:
    """From where to where nearly all values lie."""
    order = sorted(values)
    low, high = order[int(_LOW * (len(order) - 1))], order[round(_HIGH * (len(order) - 1))]
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _line(values: list[float], steps: int, area: QRectF, scale: tuple[float, float]) -> QPolygonF:
    """At most two points for a pixel: more cannot be seen."""
    low, high = scale
    every = max(1, int(len(values) / max(1.0, 2 * area.width())))
    return QPolygonF(
        [
            QPointF(
                area.left() + area.width() * (i + 1) / steps,
                area.bottom() - area.height() * (values[i] - low) / (high - low),
            )
            for i in range(0, len(values), every)
        ]
    )
