"""The two things that colours in few places need of scipy, with types."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Neighbours:
    """Points, and which of them are nearest to others."""

    def __init__(self, points: NDArray[np.float64]) -> None:
        from scipy import spatial  # type: ignore[import-untyped]

        self._tree: Any = spatial.cKDTree(points)  # type: ignore[attr-defined]

    def of(self, others: NDArray[np.float64], count: int) -> NDArray[np.intp]:
        """The places of the `count` nearest points of each other one, (others, count)."""
        return self._tree.query(others, k=list(range(1, count + 1)))[1]


def blurred(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """An image (height, width, channels) under a Gaussian."""
    from scipy import ndimage  # type: ignore[import-untyped]

    found: Any = ndimage.gaussian_filter(image, (sigma, sigma, 0))  # type: ignore[attr-defined]
    return found
