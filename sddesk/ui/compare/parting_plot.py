"""How far pictures are apart at each step, and where they part."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.theme import quiet_color, tint, warning_color

_HEIGHT = 34


class PartingPlot(QWidget):
    """One bar a step, as high as the pictures are apart; the step where they part is marked.

    Signals:
        step_chosen(int): that step was clicked.
    """

    step_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("parting")
        self.setAccessibleName(self.tr("Distance of the pictures at each step"))
        said = self.tr(
            "How far apart the pictures are at each step. They part (dashed) where they first are"
            " half as far apart as they ever come. Click to see a step"
        )
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._distances: tuple[float, ...] = ()
        self._parting: int | None = None
        self._step = 0

    def show_distances(self, distances: Sequence[float], parting: int | None) -> None:
        """Show these, one for each step."""
        self._distances, self._parting = tuple(distances), parting
        self.update()

    def show_step(self, step: int) -> None:
        """That step is on show."""
        self._step = step
        self.update()

    def _bar(self, step: int, most: float) -> QRectF:
        wide = self.width() / len(self._distances)
        room = self.height() - 3
        high = max(1.0, room * self._distances[step - 1] / most)
        return QRectF((step - 1) * wide, room - high, max(1.0, wide - 1), high)

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        most = max(self._distances, default=0) or 1
        for step in range(1, len(self._distances) + 1):
            bar = self._bar(step, most)
            apart = self._parting is not None and step >= self._parting
            color = self.palette().highlight().color() if apart else quiet_color()
            color.setAlphaF(1.0 if step == self._step else 0.55)
            painter.fillRect(bar, color)
        if self._parting is not None:
            x = self._bar(self._parting, most).left() - 0.5
            painter.setPen(QPen(warning_color(), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(tint(self.palette(), 0.3))
        painter.drawLine(0, self.height() - 2, self.width(), self.height() - 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._distances:
            step = int(event.position().x() * len(self._distances) / max(1, self.width())) + 1
            self.step_chosen.emit(max(1, min(step, len(self._distances))))
