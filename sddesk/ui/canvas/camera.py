"""Which part of the canvas is seen, how large, and whether mirrored: geometry as a value."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QTransform

from sddesk.core.canvas.rects import Rect

_LEAST, _MOST = 1 / 64, 64.0
_ROOM = 8  # view pixels around a canvas that fits


@dataclass(frozen=True, slots=True)
class Camera:
    """`scale` is view pixels for one of the canvas, None to fit; (`x`, `y`) is in the middle."""

    scale: float | None = None
    x: float = 0.0
    y: float = 0.0
    mirrored: bool = False

    def settled(self, view: QSize, width: int, height: int) -> "Camera":
        """With a scale: to fit a canvas of that size if there is none yet."""
        if self.scale is not None:
            return self
        room_x, room_y = max(1, view.width() - 2 * _ROOM), max(1, view.height() - 2 * _ROOM)
        scale = max(_LEAST, min(room_x / width, room_y / height))
        return replace(self, scale=scale, x=width / 2, y=height / 2)

    def transform(self, view: QSize) -> QTransform:
        """From canvas pixels to view pixels; the camera must be settled."""
        assert self.scale is not None
        to = QTransform.fromTranslate(view.width() / 2, view.height() / 2)
        to.scale(-self.scale if self.mirrored else self.scale, self.scale)
        return to.translate(-self.x, -self.y)

    def to_canvas(self, at: QPointF, view: QSize) -> QPointF:
        """The place on the canvas that is seen there."""
        back, _ = self.transform(view).inverted()
        return back.map(at)

    def zoomed(self, factor: float, at: QPointF, view: QSize) -> "Camera":
        """Larger by `factor`, with what is seen at `at` staying there."""
        assert self.scale is not None
        held = self.to_canvas(at, view)
        grown = replace(self, scale=max(_LEAST, min(_MOST, self.scale * factor)))
        now = grown.to_canvas(at, view)
        return replace(grown, x=self.x + held.x() - now.x(), y=self.y + held.y() - now.y())

    def moved(self, way: QPointF) -> "Camera":
        """With the canvas pulled along by view pixels."""
        assert self.scale is not None
        right = -way.x() if self.mirrored else way.x()
        return replace(self, x=self.x - right / self.scale, y=self.y - way.y() / self.scale)

    def seen(self, rect: Rect, view: QSize) -> QRectF:
        """Where a rectangle of the canvas lies in the view."""
        area = QRectF(rect.left, rect.top, rect.width, rect.height)
        return self.transform(view).mapRect(area)

    def visible(self, view: QSize, width: int, height: int) -> Rect:
        """What of a canvas of that size is in the view."""
        back, _ = self.transform(view).inverted()
        area = back.mapRect(QRectF(0, 0, view.width(), view.height())).toAlignedRect()
        seen = Rect(area.left(), area.top(), area.right() + 1, area.bottom() + 1)
        return seen & Rect(0, 0, width, height)
