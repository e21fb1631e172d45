"""Filling: the area of like colour around a pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.compositing import compose
from sddesk.core.canvas.layers import Color, Mask, State
from sddesk.core.canvas.made import Made, drawn
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.strokes import fill_mask

_Labels = NDArray[np.int32]

_BAND = 64  # rows at once


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
    mask = np.zeros((height, width), np.uint8)
    if not (0 <= x < width and 0 <= y < height):
        return mask
    tops, here = range(0, height, _BAND), source[y, x].astype(np.int16)
    # In bands, because no other thread goes on while one is labelled.
    bands = [_labelled(source[top : top + _BAND], here, tolerance) for top in tops]
    reached = _connected(bands, y // _BAND, int(bands[y // _BAND][y % _BAND, x]))
    for top, labels, numbers in zip(tops, bands, reached, strict=True):
        inside = np.zeros(int(labels.max()) + 1, np.uint8)
        inside[list(numbers)] = 255
        mask[top : top + _BAND] = inside[labels]
    return mask


def _labelled(source: NDArray[np.uint8], here: NDArray[np.int16], tolerance: int) -> _Labels:
    """Numbers for each area of the band that is like `here`, 0 for all else: (height, width)."""
    from scipy import ndimage  # pyright: ignore[reportMissingTypeStubs] # loads slowly

    alike = np.ones(source.shape[:2], bool)
    for channel in range(source.shape[2]):
        difference = np.abs(source[..., channel].astype(np.int16) - here[channel])
        alike &= difference <= tolerance
    labels, _ = ndimage.label(alike)  # pyright: ignore
    return labels  # pyright: ignore


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
        source = fill_source(state, all_layers=self.all_layers)
        mask = like_area(source, self.x, self.y, self.tolerance)
        return drawn(state, lambda edit: fill_mask(edit, mask, self.color, self.opacity))
