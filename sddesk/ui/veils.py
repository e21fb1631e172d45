"""What lies over pictures and over the steps of the strip: translucent maps, scaled once."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPixmap

from sddesk.ui.images import fitted

VeilOf = Callable[[int], QImage | None]


class Veil:
    """One map for pictures of any size."""

    def __init__(self, image: QImage) -> None:
        self.image = image
        self._made: tuple[QSize, float, QPixmap] | None = None

    def at(self, size: QSize, ratio: float) -> QPixmap:
        """The map at that size in device pixels."""
        if self._made is None or self._made[:2] != (size, ratio):
            soft = fitted(self.image, size).scaled(size)
            soft.setDevicePixelRatio(ratio)
            self._made = (size, ratio, QPixmap.fromImage(soft))
        return self._made[2]


class StepVeils:
    """The maps of single steps, asked for when they are painted for the first time."""

    def __init__(self, veil_of: VeilOf) -> None:
        self._veil_of = veil_of
        self._known: dict[int, QImage | None] = {}

    def paint(self, painter: QPainter, cell: QRectF, step: int) -> None:
        """Lay the map of a step over its thumbnail."""
        if step not in self._known:
            self._known[step] = self._veil_of(step)
        veil = self._known[step]
        if veil is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(cell, veil)
