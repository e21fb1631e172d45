"""A picture with the square of it that is learned from, to be moved and sized by hand."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from sddesk.core.training.values import Crop
from sddesk.ui.theme import tint

_SHADE = QColor(0, 0, 0, 150)
_GRIP = 12  # pixels around a corner that take hold of it
_SMALLEST = 16
_PART = 20  # a key or a click of the wheel changes a side by one of so many parts
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropView(QWidget):
    """Drag the square to move it, a corner or the wheel to size it; arrows, + and - do the same.

    Signals:
        cropped(object): the `Crop` that the user has made.
    """

    cropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("teach_crop")
        self.setAccessibleName(self.tr("What is learned from: arrows move it, + and - size it"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._image = QImage()
        self._crop = Crop(0, 0, 1)
        self._held: QPointF | None = None  # from the square's corner to the mouse, in the picture
        self._anchor: QPointF | None = None  # the corner that stays while another is dragged

    @property
    def crop(self) -> Crop:
        """The square, in pixels of the picture."""
        return self._crop

    def show_picture(self, image: QImage, crop: Crop) -> None:
        """Show the whole picture and the square."""
        self._image, self._crop = image, crop
        self._held = self._anchor = None
        self.update()

    # Geometry: the picture lies at `_place`, `_scale` times as large

    def _place(self) -> QRectF:
        size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRectF(QPointF(), size.toSizeF())
        spot.moveCenter(QRectF(self.rect()).center())
        return spot

    def _scale(self) -> float:
        return self._place().width() / max(1, self._image.width())

    def _square(self) -> QRectF:
        scale, corner = self._scale(), self._place().topLeft()
        crop = self._crop
        return QRectF(
            corner.x() + crop.left * scale,
            corner.y() + crop.top * scale,
            crop.side * scale,
            crop.side * scale,
        )

    def _in_picture(self, point: QPointF) -> QPointF:
        return (point - self._place().topLeft()) / max(1e-9, self._scale())

    def _put(self, left: float, top: float, side: float) -> None:
        """The square, kept inside of the picture."""
        width, height = self._image.width(), self._image.height()
        whole = round(max(min(_SMALLEST, width, height), min(side, width, height)))
        x = round(max(0, min(left, width - whole)))
        y = round(max(0, min(top, height - whole)))
        new = Crop(x, y, whole)
        if new != self._crop:
            self._crop = new
            self.update()

    def _resize_by(self, parts: int) -> None:
        crop = self._crop
        change = parts * max(1, crop.side // _PART)
        self._put(crop.left - change / 2, crop.top - change / 2, crop.side + change)
        self.cropped.emit(self._crop)

    def _stretch(self, point: QPointF) -> None:
        """The dragged corner follows the mouse, the opposite one stays."""
        assert self._anchor is not None
        across, down = point.x() - self._anchor.x(), point.y() - self._anchor.y()
        width, height = self._image.width(), self._image.height()
        room_x = width - self._anchor.x() if across > 0 else self._anchor.x()
        room_y = height - self._anchor.y() if down > 0 else self._anchor.y()
        side = max(_SMALLEST, min(max(abs(across), abs(down)), room_x, room_y))
        left = self._anchor.x() - (side if across < 0 else 0)
        top = self._anchor.y() - (side if down < 0 else 0)
        self._put(left, top, side)

    def _drag_to(self, point: QPointF) -> None:
        if self._anchor is not None:
            self._stretch(point)
        elif self._held is not None:
            corner = point - self._held
            self._put(corner.x(), corner.y(), self._crop.side)

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(320, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image.isNull():
            painter.fillRect(self.rect(), tint(self.palette(), 0.04))
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place, square = self._place(), self._square()
        painter.drawImage(place, self._image)
        painter.save()
        painter.setClipRect(place)
        for shade in _around(place, square):
            painter.fillRect(shade, _SHADE)
        painter.restore()
        accent = self.palette().highlight().color()
        painter.setPen(QPen(accent, 3 if self.hasFocus() else 1))
        painter.drawRect(square.adjusted(1, 1, -1, -1))
        for corner in _corners(square):
            painter.fillRect(_around_point(corner, 8).intersected(place), accent)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._image.isNull():
            return
        corners = _corners(self._square())
        for number, corner in enumerate(corners):
            if _around_point(corner, 2 * _GRIP).contains(event.position()):
                self._anchor = self._in_picture(corners[3 - number])
                return
        point = self._in_picture(event.position())
        if not self._square().contains(event.position()):
            half = self._crop.side / 2
            self._put(point.x() - half, point.y() - half, self._crop.side)
        self._held = point - QPointF(self._crop.left, self._crop.top)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag_to(self._in_picture(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None or self._anchor is not None:
            self._drag_to(self._in_picture(event.position()))
            self._held = self._anchor = None
            self.cropped.emit(self._crop)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._image.isNull():
            self._resize_by(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._image.isNull():
            super().keyPressEvent(event)
        elif key in _KEYS:
            step = max(1, self._crop.side // _PART)
            across, down = _KEYS[key]
            crop = self._crop
            self._put(crop.left + across * step, crop.top + down * step, crop.side)
            self.cropped.emit(self._crop)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._resize_by(1 if key == Qt.Key.Key_Plus else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _corners(square: QRectF) -> tuple[QPointF, QPointF, QPointF, QPointF]:
    """In such an order that number 3 - n is opposite of number n."""
    return (square.topLeft(), square.topRight(), square.bottomLeft(), square.bottomRight())


def _around_point(point: QPointF, side: int) -> QRectF:
    return QRectF(point.x() - side / 2, point.y() - side / 2, side, side)


def _around(place: QRectF, square: QRectF) -> tuple[QRect, ...]:
    """All of `place` that lies outside of `square`."""
    whole, inner = place.toAlignedRect(), square.toRect()
    return (
        QRect(whole.left(), whole.top(), whole.width(), inner.top() - whole.top()),
        QRect(whole.left(), inner.bottom() + 1, whole.width(), whole.bottom() - inner.bottom()),
        QRect(whole.left(), inner.top(), inner.left() - whole.left(), inner.height()),
        QRect(inner.right() + 1, inner.top(), whole.right() - inner.right(), inner.height()),
    )
