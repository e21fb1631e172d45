"""Where a picture lies in a view that can be zoomed and moved: geometry as a value."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF

_LEAST, _MOST = 1 / 64, 64.0


@dataclass(frozen=True, slots=True)
class Zoom:
    """`scale` is view pixels for one picture pixel, None to fit; `center` the place in the middle
    of the view, as shares of the picture's width and height.
    """

    scale: float | None = None
    center: tuple[float, float] = (0.5, 0.5)

    @property
    def fits(self) -> bool:
        """Whether all of the picture is on show, as large as it fits."""
        return self.scale is None

    def scale_in(self, view: QSize, picture: QSize) -> float:
        """The scale in a view of that size."""
        if self.scale is not None:
            return self.scale
        return min(view.width() / picture.width(), view.height() / picture.height())

    def place(self, view: QRect, picture: QSize) -> QRectF:
        """Where the whole picture lies, most of it perhaps outside of the view."""
        scale = self.scale_in(view.size(), picture)
        size = QSizeF(picture) * scale
        middle = QRectF(view).center()
        left = middle.x() - self.center[0] * size.width()
        top = middle.y() - self.center[1] * size.height()
        return QRectF(QPointF(left, top), size)

    def by(self, factor: float, offset: QPointF, view: QSize, picture: QSize) -> "Zoom":
        """Larger by `factor`, with the point at `offset` from the view's middle staying there."""
        before = self.scale_in(view, picture)
        scale = max(_LEAST, min(_MOST, before * factor))
        held = 1 / before - 1 / scale  # how far the middle moves, in picture pixels a view pixel
        x = self.center[0] + offset.x() * held / picture.width()
        y = self.center[1] + offset.y() * held / picture.height()
        return Zoom(scale, (_share(x), _share(y)))

    def moved(self, way: QPointF, view: QSize, picture: QSize) -> "Zoom":
        """With the picture pulled `way` view pixels along."""
        scale = self.scale_in(view, picture)
        x = self.center[0] - way.x() / scale / picture.width()
        y = self.center[1] - way.y() / scale / picture.height()
        return replace(self, center=(_share(x), _share(y)))


FIT = Zoom()


def _share(value: float) -> float:
    return max(0.0, min(1.0, value))
