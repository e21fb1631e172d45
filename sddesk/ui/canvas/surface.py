"""The composed drawing as images, at full size and halved again and again for looking from far."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sddesk.core.canvas.compositing import compose, on_white
from sddesk.core.canvas.layers import State
from sddesk.core.canvas.rasters import Raster, RasterCopy
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.values import Picture

_TILE = 256
_AT_ONCE = 512 * 512  # pixels that are composed without waiting
_SMALLEST = 256
_BGRA = [2, 1, 0, 3]  # the order of Qt's bytes on the machines of today; and back again


class Surface:
    """Follows the drawing: small changes at once, large ones tile by tile in `work`."""

    def __init__(self, state: State) -> None:
        self._sizes: list[tuple[int, int]] = []
        self._arrays: list[NDArray[np.uint8]] = []  # (even height, even width, 4)
        self._images: list[QImage] = []
        self._waiting: dict[Rect, None] = {}
        self.follow(state, state.bounds)

    @property
    def busy(self) -> bool:
        """Whether some of it is not composed yet."""
        return bool(self._waiting)

    @property
    def waiting(self) -> list[Rect]:
        """What is not composed yet."""
        return list(self._waiting)

    def follow(self, state: State, rect: Rect) -> Rect:
        """The drawing has changed in `rect`; what of it is up to date already."""
        if self._sizes[:1] != [(state.width, state.height)]:
            self._allocate(state.width, state.height)
            rect = state.bounds
        rect &= state.bounds
        if rect.width * rect.height <= _AT_ONCE:
            self._compose(state, rect)
            return rect
        for tile in rect.tiles(_TILE):
            self._waiting[tile & state.bounds] = None
        return NOTHING

    def work(self, state: State, seconds: float, first: Rect) -> Rect:
        """Compose what waits for about so long, what lies in `first` before the rest."""
        end, done = time.perf_counter() + seconds, NOTHING
        for tile in sorted(self._waiting, key=lambda tile: not (tile & first)):
            del self._waiting[tile]
            self._compose(state, tile)
            done |= tile
            if time.perf_counter() > end:
                break
        return done

    def picture(self) -> Callable[[], Picture] | None:
        """Makes the whole drawing as it is now, in any thread; None if some is not composed yet."""
        return None if self.busy else partial(_picture, self._raster.copy(), *self._sizes[0])

    def thumbnail(self) -> Picture:
        """The smallest of its sizes, of at most 256 pixels a side."""
        width, height = self._sizes[-1]
        pixels = self._arrays[-1][:height, :width, _BGRA]
        return Picture(width, height, on_white(pixels).tobytes())

    def paint(self, painter: QPainter, area: Rect, scale: float) -> None:
        """Draw what lies in `area`, in canvas coordinates, for a view of that scale."""
        level = 0
        while level + 1 < len(self._images) and scale <= 0.5 ** (level + 1):
            level += 1
        share = 0.5**level
        source = QRectF(
            area.left * share, area.top * share, area.width * share, area.height * share
        )
        target = QRectF(area.left, area.top, area.width, area.height)
        painter.drawImage(target, self._images[level], source)

    def _allocate(self, width: int, height: int) -> None:
        self._sizes, self._arrays, self._images = [], [], []
        self._waiting.clear()
        while True:
            array = np.zeros((height + height % 2, width + width % 2, 4), np.uint8)
            form = QImage.Format.Format_ARGB32_Premultiplied
            self._sizes.append((width, height))
            self._arrays.append(array)
            # Qt looks at the array's own memory, which lives as long as the list.
            self._images.append(QImage(array.data, width, height, array.strides[0], form))
            if max(width, height) <= _SMALLEST:
                break
            width, height = (width + 1) // 2, (height + 1) // 2
        self._raster = Raster(self._arrays[0])

    def _compose(self, state: State, rect: Rect) -> None:
        if not rect:
            return
        composed = compose(state, rect)
        self._raster.changing(rect)
        target = self._arrays[0][rect.rows, rect.columns]
        for channel, source in enumerate(_BGRA):  # one by one is seven times as fast as all at once
            target[..., channel] = composed[..., source]
        for level in range(1, len(self._arrays)):
            rect = self._halve(level, rect)

    def _halve(self, level: int, rect: Rect) -> Rect:
        """Bring a level up to date with the one above it; the rectangle there."""
        fine, (width, height) = self._arrays[level - 1], self._sizes[level - 1]
        if width % 2:
            fine[:, width] = fine[:, width - 1]
        if height % 2:
            fine[height] = fine[height - 1]
        half = Rect(rect.left // 2, rect.top // 2, (rect.right + 1) // 2, (rect.bottom + 1) // 2)
        block = fine[2 * half.top : 2 * half.bottom, 2 * half.left : 2 * half.right]
        block = block.astype(np.uint16)
        total = block[::2, ::2] + block[1::2, ::2] + block[::2, 1::2] + block[1::2, 1::2]
        self._arrays[level][half.rows, half.columns] = (total + 2) >> 2
        return half


def _picture(copy: RasterCopy, width: int, height: int) -> Picture:
    """What is seen, on white where nothing lies; in bands, so that other threads go on."""
    pixels = copy.raster().array[:height, :width]
    bands = (pixels[top : top + _TILE, :, _BGRA] for top in range(0, height, _TILE))
    return Picture(width, height, b"".join(on_white(band).tobytes() for band in bands))
