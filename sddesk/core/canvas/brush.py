"""The brush: its settings and the mark that one touch of it leaves."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_BRUSH = 1000.0  # pixels across
_PHASES = 16  # places within a pixel at which a mark is drawn
_KEPT = 64.0  # pixels of radius; larger marks are made anew each time, to save memory
_SMALLEST = 0.12  # share of the size that the lightest pressure leaves


@dataclass(frozen=True, slots=True)
class Brush:
    """How it paints: `size` is in pixels across, `spacing` in sizes, everything else 0 to 1.

    `flow` is how much of the paint one touch leaves, `opacity` the most that a stroke leaves.
    `curve` is the exponent that pressure is raised to: above 1 it takes more force.
    """

    size: float = 12.0
    hardness: float = 0.8
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.08
    smoothing: float = 0.0
    curve: float = 1.0
    pressure_size: bool = True
    pressure_opacity: bool = False

    def radius(self, pressure: float) -> float:
        """In pixels, at that pressure (0 to 1)."""
        share = 1.0
        if self.pressure_size:
            share = _SMALLEST + (1 - _SMALLEST) * self._felt(pressure)
        return max(0.25, min(self.size, MAX_BRUSH) / 2 * share)

    def density(self, pressure: float) -> float:
        """The most that a touch of that pressure leaves, before `opacity`."""
        return self._felt(pressure) if self.pressure_opacity else 1.0

    def step(self, pressure: float) -> float:
        """Pixels from one touch to the next."""
        return max(0.5, 2 * self.radius(pressure) * max(0.01, self.spacing))

    def _felt(self, pressure: float) -> float:
        return float(max(0.0, min(1.0, pressure)) ** max(0.05, self.curve))


def mark(
    x: float, y: float, radius: float, hardness: float
) -> tuple[int, int, NDArray[np.float32]]:
    """One touch around (x, y): left, top and coverage 0 to 1, (side, side).

    Pixel centres lie at halves. The edge is one pixel wide where the brush is hard.
    """
    left, top = math.floor(x), math.floor(y)
    phase_x, phase_y = int((x - left) * _PHASES), int((y - top) * _PHASES)
    make = _kept_shape if radius <= _KEPT else _shape
    shape = make(round(radius * 16), round(hardness * 64), phase_x, phase_y)
    reach = len(shape) // 2
    return left - reach, top - reach, shape


def _shape(radius_16: int, hardness_64: int, phase_x: int, phase_y: int) -> NDArray[np.float32]:
    radius, hardness = radius_16 / 16, hardness_64 / 64
    reach = math.ceil(radius + 1)
    across = np.arange(-reach, reach + 1, dtype=np.float32) + 0.5
    dx = across - (phase_x + 0.5) / _PHASES
    dy = across - (phase_y + 0.5) / _PHASES
    distance = np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2)  # (side, side)
    edge = max(1.0, radius * (1 - hardness) * 2)
    share = np.clip((radius + edge / 2 - distance) / edge, 0, 1)
    if edge > 1:  # a soft brush ends at its size, without a visible rim
        share = np.clip((radius + 0.5 - distance) / (edge / 2 + 0.5), 0, 1)
        share = share * share * (3 - 2 * share)
    # Smaller than a pixel, it covers less of it.
    covered = min(1.0, math.pi * radius * radius) if radius < 0.6 else 1.0
    return (share * covered).astype(np.float32)


_kept_shape = lru_cache(maxsize=512)(_shape)
