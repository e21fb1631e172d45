"""Two numbers that tell what a step did: how much it changed, and how much detail there is."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sddesk.core.values import Picture

Reals = NDArray[np.float64]
_COARSE = 0.5  # of the highest frequency that the pixels can hold


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What is plotted of one step.

    `change` is the root mean square difference to the step before, as a share of the whole range;
    None for the first one. `detail` is the share of fine structure in all that is not one colour.
    """

    noise_level: float
    change: float | None
    detail: float


def step_facts(noise_level: float, predicted: Picture, before: Picture | None) -> StepFacts:
    """The facts of a step, from the predicted picture and that of the step before."""
    pixels = _pixels(predicted)
    change = None
    if before is not None and (before.width, before.height) == (predicted.width, predicted.height):
        change = float(np.sqrt(np.mean((pixels - _pixels(before)) ** 2))) / 255
    return StepFacts(noise_level, change, _detail(pixels))


def _detail(pixels: Reals) -> float:
    """The energy of high frequencies of the discrete cosine transform, which knows no edges."""
    height, width, _ = pixels.shape
    down, across = _cosines(height), _cosines(width)
    energy = ((down @ pixels.transpose(2, 0, 1) @ across.T) ** 2).sum(axis=0)
    energy[0, 0] = 0  # the mean colour
    rows: Reals = np.arange(height, dtype=np.float64)[:, None] / height
    columns: Reals = np.arange(width, dtype=np.float64)[None, :] / width
    fine = rows**2 + columns**2 > _COARSE**2
    return float(energy[fine].sum() / max(float(energy.sum()), 1e-9))


@cache
def _cosines(side: int) -> Reals:
    """The matrix of the orthonormal DCT-II, (side, side)."""
    frequency, place = np.arange(side)[:, None], np.arange(side)[None, :]
    matrix: Any = np.cos(np.pi * frequency * (2 * place + 1) / (2 * side)) * np.sqrt(2 / side)
    matrix[0] /= np.sqrt(2)
    return matrix


def _pixels(picture: Picture) -> Reals:
    flat = np.frombuffer(picture.pixels, np.uint8).astype(float)
    return flat.reshape(picture.height, picture.width, 3)
