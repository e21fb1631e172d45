"""How pictures that are compared are painted: one layer, its name, a divider."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from sddesk.ui.images import fitted
from sddesk.ui.theme import GAP, quiet_color

_SHARP_FROM = 4.0  # screen pixels for one of the picture, from where on they are squares


@dataclass(slots=True, eq=False)
class Layer:
    """An image and what it is called; words in its place where there is none."""

    label: str
    image: QImage | None
    words: str = ""
    _made: tuple[QSize, QPixmap] | None = None

    def at(self, size: QSize) -> QPixmap | None:
        """The image at that size, made once."""
        if self.image is None:
            return None
        if self._made is None or self._made[0] != size:
            self._made = (size, QPixmap.fromImage(fitted(self.image, size)))
        return self._made[1]


def paint_layer(
    painter: QPainter, layer: Layer, whole: QRectF, clip: QRectF, natural: QSize
) -> None:
    """The layer in the middle of `whole`, in its own shape; only what lies in `clip`."""
    painter.save()
    painter.setClipRect(clip)
    if layer.image is None or layer.words:
        painter.setPen(quiet_color())
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(clip.adjusted(GAP, GAP, -GAP, -GAP), flags, layer.words)
    else:
        spot = _spot(layer.image, whole)
        ratio = painter.device().devicePixelRatioF()
        if _fits(spot, clip, whole):
            pixmap = layer.at((spot.size() * ratio).toSize())
            assert pixmap is not None
            painter.drawPixmap(spot, pixmap, QRectF(pixmap.rect()))
        else:
            scale = spot.width() / natural.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < _SHARP_FROM)
            painter.drawImage(spot, layer.image)
    painter.restore()


def paint_tag(painter: QPainter, text: str, seen: QRectF, *, at_right: bool) -> None:
    """The name of a picture in a corner of what is seen of it; long sentences take two lines."""
    metrics = painter.fontMetrics()
    room = int(seen.width()) - 3 * GAP
    if not text or room < 2 * GAP:
        return
    words, wrap = text, int(Qt.TextFlag.TextWordWrap)
    bounds = metrics.boundingRect(QRect(0, 0, room, 0), wrap, words)
    if bounds.width() > room or bounds.height() > 2 * metrics.lineSpacing():
        words = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        bounds = metrics.boundingRect(words)
    size = QSizeF(bounds.width() + GAP, bounds.height() + 4)
    left = seen.right() - size.width() - GAP / 2 if at_right else seen.left() + GAP / 2
    box = QRectF(QPointF(left, seen.top() + GAP / 2), size)
    painter.fillRect(box, QColor(0, 0, 0, 165))
    painter.setPen(QColor("white"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter) | wrap, words)


def paint_line(painter: QPainter, x: float, seen: QRectF) -> None:
    """A divider with its handle, to be seen on any picture."""
    top, bottom = QPointF(x, seen.top()), QPointF(x, seen.bottom())
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
    painter.drawLine(top, bottom)
    painter.setPen(QPen(QColor("white"), 1))
    painter.drawLine(top, bottom)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
    painter.setBrush(QColor("white"))
    painter.drawEllipse(QPointF(x, seen.center().y()), 5, 5)
    painter.restore()


def _spot(image: QImage, whole: QRectF) -> QRectF:
    """In the middle of `whole`, as large as it fits without another shape."""
    size = QSizeF(image.size()).scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
    if abs(size.width() - whole.width()) < 2 and abs(size.height() - whole.height()) < 2:
        return whole  # a preview is a few pixels rounder than its picture
    spot = QRectF(QPointF(), size)
    spot.moveCenter(whole.center())
    return spot


def _fits(spot: QRectF, clip: QRectF, whole: QRectF) -> bool:
    """Whether so much of it is seen that it is worth scaling as a whole, once."""
    return spot.width() * spot.height() <= 4_000_000 and whole.height() <= clip.height() + 1
