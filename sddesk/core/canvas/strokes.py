"""A stroke of the brush: touches gather in a mask, and the mask colours the layer once."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.brush import Brush, mark
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.layers import Color, Mask, Pixels
from sddesk.core.canvas.paths import Path, Point
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.values import MAX_SIDE

_FARTHEST = 2.0 * MAX_SIDE  # pixels from the canvas, beyond which nobody's pen is
_BAND = 128  # rows filled at once


class Stroke:
    """Paints on an edit as points arrive; `color` None erases.

    Because opacity is applied to the gathered mask, a stroke does not darken where it crosses
    itself.
    """

    def __init__(self, edit: PixelEdit, brush: Brush, color: Color | None) -> None:
        self._edit, self._brush, self._color = edit, brush, color
        height, width = edit.pixels.shape[:2]
        self._mask = np.zeros((height, width), np.float32)  # 0 to 1, before opacity
        self._path = Path(brush.step, brush.smoothing)

    def add(self, point: Point) -> Rect:
        """The pen is there now; what of the canvas changed."""
        if not (math.isfinite(point.x) and math.isfinite(point.y)):
            return NOTHING
        x, y = (max(-_FARTHEST, min(_FARTHEST, value)) for value in (point.x, point.y))
        return self._touch(self._path.add(Point(x, y, point.pressure)))

    def end(self) -> Rect:
        """The pen was lifted; what of the canvas changed."""
        return self._touch(self._path.end())

    def _touch(self, points: Iterable[Point]) -> Rect:
        dirty = NOTHING
        for point in points:
            dirty |= self._leave_mark(point)
        if dirty:
            self._edit.touch(dirty)
            _lay_mask(self._edit, dirty, self._mask, self._brush.opacity, self._color)
        return dirty

    def _leave_mark(self, point: Point) -> Rect:
        """Raise the mask towards the mark, by `flow` at a time."""
        brush, bounds = self._brush, self._edit.bounds
        radius = brush.radius(point.pressure)
        left, top, shape = mark(point.x, point.y, radius, brush.hardness)
        side = len(shape)
        rect = Rect(left, top, left + side, top + side) & bounds
        if not rect:
            return NOTHING
        rows = slice(rect.top - top, rect.bottom - top)
        columns = slice(rect.left - left, rect.right - left)
        wanted = shape[rows, columns] * np.float32(brush.density(point.pressure))
        there = self._mask[rect.rows, rect.columns]
        there += np.maximum(wanted - there, 0) * np.float32(max(0.01, brush.flow))
        return rect


def lay_paint(
    edit: PixelEdit, rect: Rect, strength: NDArray[np.float32], color: Color | None
) -> None:
    """Colour what was in `rect` before the edit by `strength` (height, width), 0 to 1.

    `rect` must have been touched. The selection limits it; alpha lock keeps the alpha.
    """
    part = rect.rows, rect.columns
    if edit.selection is not None:
        strength = strength * (edit.selection[part] / np.float32(255)).astype(np.float32)
    before = edit.before[part]
    locked = edit.layer.alpha_locked
    if color is None:
        if not locked:
            _erase(edit.pixels[part], before, strength)
    elif locked:
        _tint(edit.pixels[part], before, strength, color)
    else:
        _paint(edit.pixels[part], before, strength, color)


def _erase(to: Pixels, before: Pixels, strength: NDArray[np.float32]) -> None:
    to[..., 3] = (before[..., 3] * (1 - strength) + 0.5).astype(np.uint8)


def _tint(to: Pixels, before: Pixels, strength: NDArray[np.float32], color: Color) -> None:
    share = strength[..., None]
    paint = np.array(color, np.float32)
    to[..., :3] = (before[..., :3] * (1 - share) + paint * share + 0.5).astype(np.uint8)


def _paint(to: Pixels, before: Pixels, strength: NDArray[np.float32], color: Color) -> None:
    """Porter and Duff's "over", on pixels that are not premultiplied."""
    share = strength[..., None]
    under = before[..., 3:] * ((1 - share) * np.float32(1 / 255))
    alpha = share + under
    paint = np.array(color, np.float32)
    mixed = (before[..., :3] * under + paint * share) / np.maximum(alpha, 1e-6)
    to[..., :3] = np.where(share > 0, np.minimum(mixed + 0.5, 255), before[..., :3])
    to[..., 3:] = np.minimum(alpha * 255 + 0.5, 255).astype(np.uint8)


def fill_mask(edit: PixelEdit, mask: Mask, color: Color | None, opacity: float = 1.0) -> Rect:
    """Colour the edit's layer where `mask` (height, width) says so; what changed."""
    from sddesk.core.canvas.layers import alpha_bounds

    rect = edit.touch(alpha_bounds(mask))
    _lay_mask(edit, rect, mask, opacity / 255, color)
    return rect


def fill_behind(edit: PixelEdit, mask: Mask, color: Color, opacity: float = 1.0) -> Rect:
    """As `fill_mask`, under what there was: pixels with something on them are filled up."""
    from sddesk.core.canvas.layers import alpha_bounds

    rect = edit.touch(alpha_bounds(mask))
    if edit.layer.alpha_locked:
        return rect
    for top in range(rect.top, rect.bottom, _BAND):
        band = rect & Rect(rect.left, top, rect.right, top + _BAND)
        part = band.rows, band.columns
        before = edit.before[part]
        share = mask[part] * np.float32(1 / 255)
        share[(mask[part] > 0) & (before[..., 3] > 0)] = 1
        share *= np.float32(opacity)
        if edit.selection is not None:
            share *= edit.selection[part] / np.float32(255)
        _paint_under(edit.pixels[part], before, share, color)
    return rect


def _paint_under(to: Pixels, before: Pixels, strength: NDArray[np.float32], color: Color) -> None:
    over = before[..., 3:] * np.float32(1 / 255)
    share = (1 - over) * strength[..., None]
    alpha = over + share
    mixed = (before[..., :3] * over + np.array(color, np.float32) * share) / np.maximum(alpha, 1e-6)
    changed = share > 0
    to[..., :3] = np.where(changed, np.minimum(mixed + 0.5, 255), to[..., :3])
    to[..., 3:] = np.where(changed, np.minimum(alpha * 255 + 0.5, 255), to[..., 3:])


def _lay_mask(
    edit: PixelEdit,
    rect: Rect,
    mask: Mask | NDArray[np.float32],
    share: float,
    color: Color | None,
) -> None:
    """Paint `share` of the mask; in bands, which bound the memory."""
    for top in range(rect.top, rect.bottom, _BAND):
        band = rect & Rect(rect.left, top, rect.right, top + _BAND)
        strength = mask[band.rows, band.columns] * np.float32(share)
        lay_paint(edit, band, strength, color)
