"""The strip of all steps of one picture, to be scrubbed by mouse, wheel and keys."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from sddesk.ui.frames import BOTH, Frame, rows_of
from sddesk.ui.strip import GAP, TRACK, Strip, strip_for
from sddesk.ui.theme import quiet_color, tint
from sddesk.ui.veils import StepVeils, VeilOf

_HEIGHT = 120
_MARGIN = 4  # room for the focus ring
_NOTCH = 120  # Qt's units of one wheel click
_BAR = 4


class StepTimeline(QAbstractSlider):
    """A slider whose groove is the evolution itself: noisy above predicted, one column a step.

    Value k is step k; one more than the number of steps is the finished picture. As a slider it
    brings keys and the accessible value with it.

    Signals: only those of `QAbstractSlider`; `valueChanged(int)` when another step is selected.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPageStep(10)
        self._frames: dict[int, Frame] = {}
        self._finished: QImage | None = None
        self._steps = 0
        self._invitation = self.tr("The steps of your picture line up here, from noise to picture.")
        self._aspect = 1.0
        self._rows = rows_of(BOTH)
        self._thumbs: dict[tuple[int, str], QPixmap] = {}
        self._veils: StepVeils | None = None
        self._wheel = 0
        self._selected = 0
        self._strip = self._lay_out()
        self.setRange(0, 0)

    @property
    def steps(self) -> int:
        """The number of steps that the picture takes."""
        return self._steps

    def frame(self) -> Frame | None:
        """The selected step; None when nothing or the finished picture is selected."""
        return self._frames.get(self.value())

    def finished(self) -> QImage | None:
        """The finished picture, if it is selected."""
        return self._finished if self.value() > self._steps else None

    def result(self) -> QImage | None:
        """The finished picture, whatever is selected."""
        return self._finished

    def frame_at(self, x: float) -> Frame | None:
        """The step at that place, if it is recorded."""
        if not self._steps:
            return None
        return self._frames.get(self._strip.position_at(x - _MARGIN))

    def center_of(self, position: int) -> float:
        """The place of a step."""
        return self._strip.center(position) + _MARGIN

    def begin(self, steps: int, aspect: float) -> None:
        """Empty the strip for a picture of `steps` steps, 0 if they were not kept."""
        self._invitation = self.tr(
            "The steps of this picture are not here any more. A branch computes them again."
        )
        self._steps, self._aspect = steps, aspect
        self._frames, self._finished = {}, None
        self._relayout()
        self.setRange(0, 0)

    def add(self, frame: Frame) -> None:
        """Fill in one step; the selection follows if it was on the newest one."""
        self._frames[frame.step] = frame
        self._extend(frame.step)

    def finish(self, image: QImage) -> None:
        """Put the finished picture at the end."""
        self._finished = image
        self._thumbs.pop((self._steps + 1, ""), None)
        self._extend(self._steps + 1)

    def set_rows(self, rows: tuple[str, ...]) -> None:
        """Show noisy, predicted or both."""
        self._rows = rows
        self._relayout()

    def set_overlays(self, veil_of: VeilOf | None) -> None:
        """Lay what `veil_of` gives for a step over its thumbnails; None takes all of it away."""
        if veil_of is not None or self._veils is not None:
            self._veils = None if veil_of is None else StepVeils(veil_of)
            self.update()

    def _extend(self, last: int) -> None:
        follows = self.value() == self.maximum() and not self.isSliderDown()
        self.setRange(1, last)
        if follows:
            self.setValue(last)
        self._update_at(last)

    def _update_at(self, position: int) -> None:
        if position > 0 and self._steps:
            area = self._strip.extent(position).translated(_MARGIN, _MARGIN)
            self.update(area.toAlignedRect())

    def _lay_out(self) -> Strip:
        metrics = self.fontMetrics()
        gutter = max(metrics.horizontalAdvance(word) for word in self._row_names().values()) + 12
        inner = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        steps, rows = max(1, self._steps), len(self._rows)
        return strip_for(inner.width(), inner.height(), gutter, steps, rows, self._aspect)

    def _relayout(self) -> None:
        self._strip = self._lay_out()
        self._thumbs.clear()
        self.update()

    def _row_names(self) -> dict[str, str]:
        return {"noisy": self.tr("Noisy"), "predicted": self.tr("Predicted")}

    def _select_at(self, point: QPointF) -> None:
        if self.maximum() > 0:
            self.setValue(self._strip.position_at(point.x() - _MARGIN))

    # Painting

    def _paint_column(self, painter: QPainter, column: int) -> None:
        steps = self._strip.steps_in(column)
        here = self.value() if self.value() in steps else 0
        newest = next((step for step in reversed(steps) if step in self._frames), 0)
        for index, row in enumerate(self._rows):
            cell = self._strip.cell(column, index)
            frame = self._frames.get(here or newest)
            if frame is None:
                painter.fillRect(cell, tint(self.palette(), 0.07))
            else:
                painter.drawPixmap(cell.topLeft(), self._thumb(frame.step, row, frame.image(row)))
                if self._veils is not None:
                    self._veils.paint(painter, cell, frame.step)
            if here:
                self._mark(painter, cell)

    def _paint_finish(self, painter: QPainter) -> None:
        area = self._strip.finish()
        if self._finished is None:
            painter.fillRect(area, tint(self.palette(), 0.07))
            return
        pixmap = self._thumb(self._steps + 1, "", self._finished)
        size = pixmap.deviceIndependentSize()
        spot = QRectF(QPointF(), size)
        spot.moveCenter(area.center())
        painter.drawPixmap(spot.topLeft(), pixmap)
        if self.value() > self._steps:
            self._mark(painter, spot)

    def _thumb(self, position: int, row: str, image: QImage) -> QPixmap:
        """The image at the size of its place, made once."""
        key = (position, row)
        if key not in self._thumbs:
            place = self._strip.cell(0, 0) if row else self._strip.finish()
            ratio = self.devicePixelRatioF()
            scaled = image.scaled(
                (place.size() * ratio).toSize().expandedTo(QSize(1, 1)),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            scaled.setDevicePixelRatio(ratio)
            self._thumbs[key] = QPixmap.fromImage(scaled)
        return self._thumbs[key]

    def _mark(self, painter: QPainter, cell: QRectF) -> None:
        pen = QPen(self.palette().highlight().color(), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(cell)

    def _paint_bar(self, painter: QPainter) -> None:
        """The scrub bar: how far the work is, and the exact step even where columns share some."""
        y = self._strip.height - TRACK / 2 - _BAR / 2 + GAP
        left, right = self._strip.left, self._strip.finish().right()
        painter.fillRect(QRectF(left, y, right - left, _BAR), tint(self.palette(), 0.12))
        if self.maximum() == 0:
            return
        done = self._strip.center(self.maximum())
        if self.maximum() > self._steps:
            done = right
        painter.fillRect(QRectF(left, y, done - left, _BAR), tint(self.palette(), 0.35))
        knob = QRectF(0, 0, 6, _BAR + 6)
        knob.moveCenter(QPointF(self._strip.center(self.value()), y + _BAR / 2))
        painter.fillRect(knob, self.palette().highlight())

    def _paint_names(self, painter: QPainter) -> None:
        painter.setPen(quiet_color())
        names = self._row_names()
        for index, row in enumerate(self._rows):
            cell = self._strip.cell(0, index)
            spot = QRectF(0, cell.top(), self._strip.left - GAP * 4, cell.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, names[row])

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(quiet_color())
        painter.fillRect(self.rect(), tint(self.palette(), 0.04))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_strip(self, painter: QPainter, dirty: QRect) -> None:
        painter.translate(_MARGIN, _MARGIN)
        area = QRectF(dirty).translated(-_MARGIN, -_MARGIN)
        for column in range(self._strip.columns):
            if area.intersects(self._strip.extent(column * self._strip.group + 1)):
                self._paint_column(painter, column)
        if area.intersects(self._strip.extent(self._steps + 1)):
            self._paint_finish(painter)
        self._paint_bar(painter)
        self._paint_names(painter)
        painter.resetTransform()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(640, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._steps:
            self._paint_strip(painter, event.rect())
        else:
            self._paint_empty(painter)
        if self.hasFocus():
            self._paint_focus(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Repaint the old and the new place only, where Qt would repaint everything."""
        if change != QAbstractSlider.SliderChange.SliderValueChange:
            return
        for position in (self._selected, self.value()):
            self._update_at(position)
        self._selected = self.value()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._select_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._select_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One click, one step; down and right go on in time, as a page scrolls on."""
        delta = event.angleDelta()
        self._wheel -= delta.y() or delta.x()
        clicks = int(self._wheel / _NOTCH)
        self._wheel -= clicks * _NOTCH
        self.setValue(self.value() + clicks)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
