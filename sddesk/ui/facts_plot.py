"""The small plot under the strip: noise goes, changes calm down, detail comes last."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sddesk.core.messages import StepDone
from sddesk.core.step_facts import StepFacts, step_facts
from sddesk.core.values import Picture
from sddesk.ui.theme import is_dark, tint
from sddesk.ui.timeline import StepTimeline

_HEIGHT = 44
_MARGIN = 4
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_LIGHT, _DARK = ("#5c5c68", "#b4530a", "#2f5fd0"), ("#a9a9b6", "#ffb07a", "#7aa2ff")


class FactsPlot(QWidget):
    """Three curves, each as high as its own highest value, over the columns of the timeline.

    Signals: none.
    """

    def __init__(self, timeline: StepTimeline) -> None:
        super().__init__()
        self.setObjectName("step_facts")
        self.setAccessibleName(self.tr("Noise level, change and detail of all steps"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timeline = timeline
        self._facts: dict[int, StepFacts] = {}
        self._last: tuple[int, Picture] | None = None
        timeline.valueChanged.connect(self.update)

    def begin(self) -> None:
        """Forget the steps of the picture before."""
        self._facts, self._last = {}, None
        self.update()

    def add(self, event: StepDone) -> None:
        """One more step is done."""
        before = self._last[1] if self._last and self._last[0] == event.step - 1 else None
        self._facts[event.step] = step_facts(event.noise_level, event.predicted, before)
        self._last = (event.step, event.predicted)
        self.update()

    def words(self, step: int) -> str:
        """The facts of a step in words; nothing if it is not known."""
        facts = self._facts.get(step)
        if facts is None:
            return ""
        detail = self.tr("detail {share:.0f} %").format(share=100 * facts.detail)
        if facts.change is None:
            return detail
        change = self.tr("change {share:.1f} %").format(share=100 * facts.change)
        return f"{change}, {detail}"

    def _curves(self) -> tuple[tuple[str, Callable[[StepFacts], float | None]], ...]:
        return (
            (self.tr("Noise"), lambda facts: facts.noise_level),
            (self.tr("Change"), lambda facts: facts.change),
            (self.tr("Detail"), lambda facts: facts.detail),
        )

    def _points(self, value: Callable[[StepFacts], float | None]) -> list[QPointF]:
        values = {step: value(facts) for step, facts in sorted(self._facts.items())}
        known = {step: found for step, found in values.items() if found is not None}
        highest = max(known.values(), default=0.0) or 1.0
        room = _HEIGHT - 2 * _MARGIN
        return [
            QPointF(self._timeline.center_of(step), _MARGIN + room * (1 - found / highest))
            for step, found in known.items()
        ]

    def _paint_curve(self, painter: QPainter, index: int, color: QColor) -> None:
        title, value = self._curves()[index]
        pen = QPen(color, 1.6, _DASHES[index])
        painter.setPen(pen)
        points = self._points(value)
        painter.drawPolyline(QPolygonF(points))
        line = (_HEIGHT - 2) / 3
        spot = QRectF(_MARGIN + 16, 1 + index * line, 90, line)
        painter.drawLine(QPointF(_MARGIN, spot.center().y()), QPointF(16, spot.center().y()))
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, title)

    def _paint_selected(self, painter: QPainter) -> None:
        step = self._timeline.value()
        if step in self._facts:
            x = self._timeline.center_of(step)
            color = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(color, 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, _HEIGHT))

    def _step_at(self, x: float) -> int:
        return min(self._facts, key=lambda step: abs(self._timeline.center_of(step) - x))

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(640, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tint(self.palette(), 0.03))
        if self._facts:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = painter.font()
            font.setPixelSize(11)
            painter.setFont(font)
            self._paint_selected(painter)
            for index, name in enumerate(_DARK if is_dark() else _LIGHT):
                self._paint_curve(painter, index, QColor(name))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._facts and event.button() == Qt.MouseButton.LeftButton:
            self._timeline.setValue(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._facts and event.buttons() & Qt.MouseButton.LeftButton:
            self._timeline.setValue(self._step_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            step = self._step_at(event.pos().x()) if self._facts else 0
            facts = self._facts.get(step)
            words = self.tr("Step {step}: noise level {level}, {facts}")
            text = words.format(
                step=step, level=f"{facts.noise_level:.3g}" if facts else "", facts=self.words(step)
            )
            QToolTip.showText(event.globalPos(), text if facts else "", self)
            return True
        return super().event(event)
