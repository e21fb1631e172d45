"""Frames in few colours that look like the frames, and stand still where these do.

Direct binary search (Analoui & Allebach, "Model-based halftoning using direct binary search",
1992), for palettes: each pixel takes the near colour that makes the picture, as seen through a
little blur, err least. What is left is blue noise. A pixel that is as it was in the frame before
keeps its colour, so that nothing flickers.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from sddesk.core.animation.nearest import Neighbours, blurred
from sddesk.core.animation.palette import Bytes

Reals = NDArray[np.float32]
Places = NDArray[np.intp]

_NEAR = 12  # colours that a pixel chooses from
_APART = 3  # pixels that change together hardly see each other
_SMALL = 256 * 256  # pixels of a frame; in larger ones a second round is not seen
_SIGMA = 2**0.5  # a blur of one pixel, twice: the error's weight on the error


class Ditherer:
    """Frame after frame of one film, in the colours of one palette."""

    def __init__(self, palette: Bytes) -> None:
        self._colors = palette.astype(np.float32)
        self._neighbours = Neighbours(palette.astype(float))
        self._near = min(_NEAR, len(palette))
        self._before: tuple[Bytes, Places] | None = None
        self._own_weight = _own_weight()

    def dithered(self, frame: Bytes) -> Bytes:
        """The frame (height, width, 3) as places in the palette (height, width)."""
        choices = self._choices(frame)  # (height, width, near)
        places = choices[..., 0].copy()
        free = np.ones(places.shape, bool)
        if self._before is not None:
            free = (frame != self._before[0]).any(axis=-1)
            places = np.where(free, places, self._before[1])
        if free.any():
            for _ in range(2 if free.size <= _SMALL else 1):
                self._improve(frame, choices, places, free)
        self._before = (frame, places)
        return places.astype(np.uint8)

    def _choices(self, frame: Bytes) -> Places:
        height, width, _ = frame.shape
        red, green, blue = (frame[..., channel].astype(np.int32) for channel in range(3))
        known, where = np.unique(red << 16 | green << 8 | blue, return_inverse=True)
        colors = np.stack([known >> 16, known >> 8 & 255, known & 255], axis=1).astype(float)
        nearest = self._neighbours.of(colors, self._near)
        return nearest[where.ravel()].reshape(height, width, self._near)

    def _improve(self, frame: Bytes, choices: Places, places: Places, free: Places) -> None:
        """Every free pixel chooses once more, those far from each other together."""
        error = self._colors[places] - frame
        for corner in product(range(_APART), repeat=2):
            some = tuple(slice(start, None, _APART) for start in corner)
            if not places[some].size:
                continue
            seen = _blurred(error)[some]
            change = self._colors[choices[some]] - self._colors[places[some]][:, :, None]
            cost = 2 * (change * seen[:, :, None]).sum(-1) + self._own_weight * (change**2).sum(-1)
            best = cost.argmin(-1)[..., None]
            better = free[some] & (np.take_along_axis(cost, best, -1)[..., 0] < 0)
            chosen = np.take_along_axis(choices[some], best, -1)[..., 0]
            places[some] = np.where(better, chosen, places[some])
            error[some] = self._colors[places[some]] - frame[some]


def _blurred(error: Reals) -> Reals:
    return blurred(error, _SIGMA)


def _own_weight() -> float:
    """What a pixel's own error weighs for itself."""
    one = np.zeros((15, 15, 1), np.float32)
    one[7, 7] = 1
    return float(_blurred(one)[7, 7, 0])
