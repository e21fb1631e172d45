"""Filling: the area of like colour around a pixel."""

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.compositing import compose
from sddesk.core.canvas.layers import Mask, State


def fill_source(state: State, *, all_layers: bool) -> NDArray[np.uint8]:
    """A copy of what filling looks at, premultiplied: (height, width, 4)."""
    if all_layers:
        return compose(state, state.bounds)
    pixels = state.layer(state.active).pixels.copy()
    alpha = pixels[..., 3:].astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * alpha + 127) // 255
    return pixels


def like_area(source: NDArray[np.uint8], x: int, y: int, tolerance: int) -> Mask:
    """What is connected with (x, y) and differs by at most `tolerance` (0 to 255).

    Returns (height, width), 255 inside; all 0 if (x, y) is outside.
    """
    from scipy import ndimage  # pyright: ignore[reportMissingTypeStubs] # loads slowly

    height, width = source.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    if not (0 <= x < width and 0 <= y < height):
        return mask
    here = source[y, x].astype(np.int16)
    alike = np.ones((height, width), bool)
    for channel in range(source.shape[2]):
        difference = np.abs(source[..., channel].astype(np.int16) - here[channel])
        alike &= difference <= tolerance
    labels, _ = ndimage.label(alike)  # pyright: ignore
    mask[labels == labels[y, x]] = 255
    return mask
