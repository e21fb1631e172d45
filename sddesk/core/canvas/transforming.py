"""Moving, scaling, turning and flipping a layer, or what of it is selected."""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sddesk.core.canvas.document import Document
from sddesk.core.canvas.editing import back_from
from sddesk.core.canvas.layers import Layer, Mask, Pixels, Raster, alpha_bounds
from sddesk.core.canvas.made import Made
from sddesk.core.canvas.rects import Rect
from sddesk.core.problems import ProblemError
from sddesk.core.values import MAX_SIDE

_FILTERS = Image.Resampling
_BAND = 128  # rows


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to the lifted pixels, around their middle: scale, then turn, then move.

    A negative scale flips; `angle` is in degrees, clockwise; `dx` and `dy` are in pixels.
    """

    dx: float = 0.0
    dy: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    angle: float = 0.0


class Lift:
    """Pixels lifted from the active layer; the drawing stays as it is until one `Made` is kept.

    `piece`, `rest` and `laid` read the layer and may be called in any thread, as long as the layer
    is not changed. Raises `ProblemError` where there is nothing to lift.
    """

    def __init__(self, document: Document) -> None:
        document.check_drawable()
        self.layer, self._state = document.active, document.state
        if self.layer.alpha_locked:
            raise ProblemError(
                "The layer's transparency is locked", self.layer.name, "unlock it first"
            )
        self.box = _lifted_bounds(self.layer.pixels, self._state.selection)
        if not self.box:
            raise ProblemError(
                "There is nothing to move", self.layer.name, "draw or select something"
            )
        self._rest: Layer | None = None
        self._making = threading.Lock()

    def piece(self) -> Pixels:
        """What is lifted, as large as `box`: (height, width, 4)."""
        piece, selection = self._there(self.layer.pixels), self._state.selection
        if selection is not None:
            piece = piece.copy()
            piece[..., 3] = _times(piece[..., 3], self._there(selection))
        return piece

    def rest(self) -> Layer:
        """The layer without what is lifted; made when it is asked for first."""
        with self._making:
            if self._rest is None:
                pixels = self.layer.pixels.copy()
                there, selection = self._there(pixels), self._state.selection
                if selection is None:
                    there[...] = 0
                else:
                    there[..., 3] = _times(there[..., 3], 255 - self._there(selection))
                self._rest = replace(self.layer, raster=Raster(pixels))
            return self._rest

    def laid(self, turn: Turn) -> Made:
        """The layer with the pixels laid down as `turn` says."""
        pixels = self.rest().pixels.copy()
        piece, left, top = _turned(self.piece(), self.box, turn)
        rect = _placed(piece, left, top) & self._state.bounds
        if rect:
            _lay(pixels[rect.rows, rect.columns], _cut(piece, rect, left, top))
        dirty = self.box | rect
        back = back_from(pixels, self.layer, dirty)
        state = self._state
        after = None
        if state.selection is not None and turn != Turn():
            moved = self._moved_selection(state.selection, turn)
            after = replace(state, selection=moved if moved.any() else None)
        return Made(replace(self.layer, raster=Raster(pixels)), dirty, back, after)

    def _there(self, array: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return array[self.box.rows, self.box.columns]

    def _moved_selection(self, selection: Mask, turn: Turn) -> Mask:
        part = self._there(selection)
        piece = np.zeros((*part.shape, 4), np.uint8)
        piece[..., 3] = part
        turned, left, top = _turned(piece, self.box, turn)
        result = np.zeros_like(selection)
        rect = _placed(turned, left, top) & self._state.bounds
        result[rect.rows, rect.columns] = _cut(turned, rect, left, top)[..., 3]
        return result


def _lifted_bounds(pixels: Pixels, selection: Mask | None) -> Rect:
    """Where there is something, within the selection; the alpha is the highest of four bytes."""
    if selection is None:
        return alpha_bounds(np.ascontiguousarray(pixels).view("<u4")[..., 0] > 0xFFFFFF)
    chosen = alpha_bounds(selection)
    part = chosen.rows, chosen.columns
    inside = alpha_bounds(_times(pixels[part][..., 3], selection[part]))
    return inside.moved(chosen.left, chosen.top)


def _placed(piece: Pixels, left: int, top: int) -> Rect:
    return Rect(left, top, left + piece.shape[1], top + piece.shape[0])


def _cut(piece: Pixels, rect: Rect, left: int, top: int) -> Pixels:
    """The part of a piece, whose corner is at `left` and `top`, that comes to lie in `rect`."""
    return piece[rect.top - top : rect.bottom - top, rect.left - left : rect.right - left]


def _times(one: Mask, other: Mask) -> Mask:
    product = one.astype(np.uint16) * other + 127
    return (product // 255).astype(np.uint8)


def _turned(piece: Pixels, box: Rect, turn: Turn) -> tuple[Pixels, int, int]:
    """The pixels as they come to lie, with their left and top."""
    width, height = box.width, box.height
    new_width = max(1, min(2 * MAX_SIDE, round(width * abs(turn.scale_x))))
    new_height = max(1, min(2 * MAX_SIDE, round(height * abs(turn.scale_y))))
    flipped = piece[:: -1 if turn.scale_y < 0 else 1, :: -1 if turn.scale_x < 0 else 1]
    x = (box.left + box.right) / 2 + turn.dx
    y = (box.top + box.bottom) / 2 + turn.dy
    if (new_width, new_height) == (width, height) and turn.angle % 360 == 0:
        return flipped, round(x - width / 2), round(y - height / 2)
    image = _premultiplied(flipped)
    if (new_width, new_height) != (width, height):
        image = image.resize((new_width, new_height), _FILTERS.LANCZOS)
    if turn.angle % 360:
        turned_left = -turn.angle  # as Pillow counts
        image = image.rotate(turned_left, _FILTERS.BICUBIC, expand=True)
    made = _straight(image)
    return made, math.floor(x - made.shape[1] / 2 + 0.5), math.floor(y - made.shape[0] / 2 + 0.5)


def _lay(below: Pixels, above: Pixels) -> None:
    """ "Over" in place, neither premultiplied; untouched where nothing comes to lie."""
    for band in _bands(len(below)):
        images = [Image.fromarray(np.ascontiguousarray(pixels[band])) for pixels in (below, above)]
        below[band] = np.asarray(Image.alpha_composite(*images))


# Pillow keeps the other threads waiting while it converts: hence its neutral mode, and bands.


def _bands(rows: int) -> Iterator[slice]:
    return (slice(top, min(top + _BAND, rows)) for top in range(0, rows, _BAND))


def _premultiplied(pixels: Pixels) -> Image.Image:
    """For filters that know no alpha: colours weigh as much as they cover."""
    made = np.empty_like(pixels, order="C")  # (height, width, 4)
    for band in _bands(len(pixels)):
        part = pixels[band]
        for channel in range(3):
            made[band, :, channel] = _times(part[..., channel], part[..., 3])
        made[band, :, 3] = part[..., 3]
    return Image.frombuffer("CMYK", (made.shape[1], made.shape[0]), made, "raw", "CMYK", 0, 1)


def _straight(image: Image.Image) -> Pixels:
    """Pixels as they lie in layers again: (height, width, 4)."""
    made = np.empty((image.height, image.width, 4), np.uint8)
    for band in _bands(image.height):
        part = np.asarray(image.crop((0, band.start, image.width, band.stop)))
        alpha = part[..., 3].astype(np.float32)
        share = 255 / np.maximum(alpha, 1)
        for channel in range(3):
            made[band, :, channel] = np.minimum(part[..., channel] * share + 0.5, 255)
        made[band, :, 3] = part[..., 3]
    return made
