"""The strip of all samples of a training, to be scrubbed: one sees the word being learned."""

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
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

from sddesk.ui.images import fitted
from sddesk.ui.teach.samples import Samples
from sddesk.ui.theme import quiet_color, tint

_HEIGHT = 148
_MARGIN, _GAP, _NOTCH = 4, 2, 120


class TrainingTimeline(QAbstractSlider):
    """A slider whose groove are the samples; value k is the k-th time that they were drawn.

    Signals: only those of `QAbstractSlider`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("training_timeline")
        self.setAccessibleName(self.tr("Samples, from the first step to the last"))
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.samples = Samples()
        self._thumbs: dict[tuple[int, int], QPixmap] = {}  # by step and number
        self._wheel = 0
        self.begin(self.samples)

    def begin(self, samples: Samples) -> None:
        """Show these, and those that are added to them."""
        self.samples = samples
        self._thumbs = {}
        last = max(0, len(samples.steps) - 1)
        self.setRange(0, last)
        self.setValue(last)
        self.update()

    def add(self, step: int, number: int, image: QImage) -> None:
        """One more sample; the selection follows if it was on the newest column."""
        follows = self.value() == self.maximum() and not self.isSliderDown()
        self.samples.add(step, number, image)
        self.setMaximum(max(0, len(self.samples.steps) - 1))
        if follows:
            self.setValue(self.maximum())
        self.update()

    def step(self) -> int | None:
        """The step after which the selected samples were drawn."""
        steps = self.samples.steps
        return steps[self.value()] if steps else None

    # Geometry

    def _label_height(self) -> int:
        return self.fontMetrics().height()

    def _row_height(self) -> float:
        rows = max(1, len(self.samples.prompts))
        room = self.height() - 2 * _MARGIN - self._label_height() - _GAP
        return room / rows - _GAP

    def _pitch(self) -> float:
        columns = max(1, self.samples.expected)
        room = self.width() - 2 * _MARGIN
        return min(room / columns, self._row_height() + _GAP)

    def _column(self, column: int) -> QRectF:
        left = _MARGIN + column * self._pitch()
        return QRectF(left, _MARGIN, self._pitch() - _GAP, self.height() - 2 * _MARGIN)

    def _cell(self, column: int, row: int) -> QRectF:
        place, height = self._column(column), self._row_height()
        return QRectF(place.left(), _MARGIN + row * (height + _GAP), place.width(), height)

    def _select_at(self, point: QPointF) -> None:
        self.setValue(int((point.x() - _MARGIN) / max(1e-9, self._pitch())))

    # Painting

    def _paint_cell(self, painter: QPainter, column: int, row: int) -> None:
        cell = self._cell(column, row)
        image = self.samples.image(column, row)
        if image is None:
            painter.fillRect(cell, tint(self.palette(), 0.07))
            return
        pixmap = self._thumb((self.samples.steps[column], row), image)
        size = pixmap.deviceIndependentSize()
        spot = QRectF(QPointF(), size)
        spot.moveCenter(cell.center())
        painter.save()
        painter.setClipRect(cell)
        painter.drawPixmap(spot.topLeft(), pixmap)
        painter.restore()

    def _thumb(self, key: tuple[int, int], image: QImage) -> QPixmap:
        if key not in self._thumbs:
            side = max(1, round(self._row_height() * self.devicePixelRatioF()))
            pixmap = QPixmap.fromImage(fitted(image, QSize(side, side)))
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self._thumbs[key] = pixmap
        return self._thumbs[key]

    def numbered(self) -> list[int]:
        """The columns whose steps are told: the selected one, others if there is room."""
        steps, own = self.samples.steps, self.value()
        if not steps:
            return []
        width = self.fontMetrics().horizontalAdvance(f"{steps[-1]}  ")
        every = max(1, ceil(width / max(1.0, self._pitch())))
        others = [c for c in range(0, len(steps), every) if abs(c - own) >= every]
        return sorted([own, *others])

    def _paint_labels(self, painter: QPainter) -> None:
        for column in self.numbered():
            chosen = column == self.value()
            painter.setPen(self.palette().windowText().color() if chosen else quiet_color())
            place = self._column(column)
            place.setTop(place.bottom() - self._label_height())
            place.setRight(self.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, str(self.samples.steps[column]))

    def _paint_selection(self, painter: QPainter) -> None:
        if not self.samples.steps:
            return
        place = self._column(self.value())
        place.setBottom(place.bottom() - self._label_height())
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawRect(place.adjusted(-1, -1, 1, 0))

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.samples.prompts:
            painter.fillRect(self.rect(), tint(self.palette(), 0.04))
            painter.setPen(quiet_color())
            words = self.tr("Samples line up here while the word is learned.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        for column in range(self.samples.expected):
            for row in range(len(self.samples.prompts)):
                self._paint_cell(painter, column, row)
        self._paint_labels(painter)
        self._paint_selection(painter)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._thumbs = {}

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        self.update()

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


class SampleView(QWidget):
    """The samples of one column, large, with their prompts below.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Samples of the selected step"))
        self._views: list[tuple[QImage, str]] = []
        self._invitation = self.tr("Here you see what the word comes to, as it is learned.")

    def show_views(self, views: list[tuple[QImage, str]]) -> None:
        """Show these pictures with their words."""
        self._views = views
        self.setAccessibleDescription("; ".join(words for _, words in views))
        self.update()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(quiet_color())
        if not self._views:
            painter.fillRect(self.rect(), tint(self.palette(), 0.04))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)
        for number, (image, words) in enumerate(self._views):
            self._paint_view(painter, number, image, words)
        painter.end()

    def _paint_view(self, painter: QPainter, number: int, image: QImage, words: str) -> None:
        gap, line = 8, self.fontMetrics().height() + 2
        count = len(self._views)
        width = (self.width() - gap * (count - 1)) / count
        side = max(8, min(int(width), self.height() - line))
        used = side * count + gap * (count - 1)
        left = (self.width() - used) / 2 + number * (side + gap)
        ratio = self.devicePixelRatioF()
        box = QSize(round(side * ratio), round(side * ratio))
        pixmap = QPixmap.fromImage(fitted(image, box))
        pixmap.setDevicePixelRatio(ratio)
        top = (self.height() - line - side) / 2
        painter.drawPixmap(QPointF(left, top), pixmap)
        place = QRectF(left, top + side, side, line)
        text = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, side)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
