"""Filling: the area of like colour around a pixel."""

from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.compositing import compose
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.layers import Color, Mask, State, alpha_bounds
from sddesk.core.canvas.made import Made, drawn
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.strokes import fill_behind, fill_mask

_Labels = NDArray[np.int32]
_Number = TypeVar("_Number", np.uint8, np.int16)

_BAND = 64  # rows at once
_RIM = 3  # pixels that the soft edge of a line is wide at most


def fill_source(state: State, *, all_layers: bool) -> NDArray[np.uint8]:
    """A copy of what filling looks at, premultiplied: (height, width, 4)."""
    if all_layers:
        bands = [
            compose(state, Rect(0, top, state.width, top + _BAND) & state.bounds)
            for top in range(0, state.height, _BAND)
        ]
        return np.concatenate(bands)
    pixels = state.layer(state.active).pixels.copy()
    alpha = pixels[..., 3:].astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * alpha + 127) // 255
    return pixels


def like_area(source: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """What is connected with (x, y) and differs by at most `tolerance` (0 to 255).

    Returns (height, width), 255 inside; all 0 if (x, y) is outside.
    """
    height, width = source.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return np.zeros((height, width), np.uint8)
    return _connected_area(_difference(source, x, y) <= tolerance, x, y)


def _connected_area(alike: NDArray[np.bool_], x: int, y: int) -> Mask:
    mask, tops = np.zeros(alike.shape, np.uint8), range(0, len(alike), _BAND)
    # In bands, because no other thread goes on while one is labelled.
    bands = [_labelled(alike[top : top + _BAND]) for top in tops]
    reached = _connected(bands, y // _BAND, int(bands[y // _BAND][y % _BAND, x]))
    for top, labels, numbers in zip(tops, bands, reached, strict=True):
        inside = np.zeros(int(labels.max()) + 1, np.uint8)
        inside[list(numbers)] = 255
        mask[top : top + _BAND] = inside[labels]
    return mask


def _difference(source: NDArray[np.uint8], x: int, y: int) -> Mask:
    """By how much each pixel differs from that one, in the channel that differs most."""
    result, here = np.zeros(source.shape[:2], np.uint8), source[y, x]
    for top in range(0, len(source), _BAND):
        band = source[top : top + _BAND]
        for channel, value in enumerate(here):
            there = band[..., channel]
            apart = np.maximum(there, value) - np.minimum(there, value)
            np.maximum(result[top : top + _BAND], apart, out=result[top : top + _BAND])
    return result


def _labelled(alike: NDArray[np.bool_]) -> _Labels:
    """Numbers for each area of the band that is alike, 0 for all else: (height, width)."""
    from scipy import ndimage  # pyright: ignore[reportMissingTypeStubs] # loads slowly

    labels, _ = ndimage.label(alike)  # pyright: ignore
    return labels  # pyright: ignore


def soft_edge(difference: Mask, area: Mask) -> Mask:
    """How much of each pixel at the rim of `area` still belongs to it: (height, width), 0 to 255.

    Where a line begins, pixels are a mixture of it and what lies beside it: the farther from the
    area, the more of the line. They are followed as long as that is so, which ends at the middle
    of the line, and never comes out at its other side.
    """
    reached = np.where(area > 0, difference, 0).astype(np.int16) - (area == 0)
    for _ in range(_RIM):
        before = _highest_around(reached)
        rises = (reached < 0) & (before >= 0) & (difference > before)
        reached[rises] = difference[rises]
    line = difference
    for _ in range(_RIM):
        line = _highest_around(line)
    rows, columns = np.nonzero((reached >= 0) & (area == 0))
    covered = difference[rows, columns] / line[rows, columns].astype(np.float32)
    edge = np.zeros_like(area)
    edge[rows, columns] = (1 - covered**3) * 255  # what is seen of the line stays the line
    return edge


def _highest_around(values: NDArray[_Number]) -> NDArray[_Number]:
    """The largest of each pixel and its eight neighbours."""
    rows = values.copy()
    np.maximum(rows[1:], values[:-1], out=rows[1:])
    np.maximum(rows[:-1], values[1:], out=rows[:-1])
    result = rows.copy()
    np.maximum(result[:, 1:], rows[:, :-1], out=result[:, 1:])
    np.maximum(result[:, :-1], rows[:, 1:], out=result[:, :-1])
    return result


def _connected(bands: list[_Labels], band: int, number: int) -> list[set[int]]:
    """For each band, the numbers of all areas that are connected with one of them."""
    reached: list[set[int]] = [set() for _ in bands]
    reached[band].add(number)
    waiting = [(band, number)]
    while waiting:
        band, number = waiting.pop()
        for other, edge, beyond in ((band - 1, 0, -1), (band + 1, -1, 0)):
            if 0 <= other < len(bands):
                there = bands[other][beyond][bands[band][edge] == number]
                new = set(np.unique(there).tolist()) - reached[other] - {0}
                reached[other] |= new
                waiting += [(other, one) for one in new]
    return reached


@dataclass(frozen=True, slots=True)
class Filling:
    """What is filled: all that is like the pixel at `x`, `y`, in the active layer."""

    x: int
    y: int
    color: Color
    opacity: float
    tolerance: int
    all_layers: bool

    def made(self, state: State) -> Made:
        """The layer filled; in any thread, while the drawing stays as it is."""
        return drawn(state, partial(self._fill, state))

    def _fill(self, state: State, edit: PixelEdit) -> Rect:
        source = fill_source(state, all_layers=self.all_layers)
        area = like_area(source, self.x, self.y, self.tolerance)
        inside = alpha_bounds(area)
        if not inside:
            return inside
        around = inside.grown(2 * _RIM) & edit.bounds
        part = around.rows, around.columns
        difference = _difference(source[part], self.x - around.left, self.y - around.top)
        edge = np.zeros_like(area)
        edge[part] = soft_edge(difference, area[part])
        if edit.pixels[self.y, self.x, 3] >= 128:
            return fill_mask(edit, np.maximum(area, edge), self.color, self.opacity)
        # Lines on this layer are mixed with nothing yet: the paint comes to lie under them.
        dirty = fill_mask(edit, area, self.color, self.opacity)
        return dirty | fill_behind(edit, edge, self.color, self.opacity)
