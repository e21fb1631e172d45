"""Saving a drawing under a name: with all its layers, or as the picture that is seen."""

from pathlib import Path

import numpy as np

from sddesk.core.canvas.compositing import compose
from sddesk.core.canvas.layers import Pixels, State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.png_writing import SMALL, png_bytes
from sddesk.core.canvas.rects import Rect
from sddesk.core.files import write_bytes_atomically
from sddesk.core.problems import ProblemError

DRAWING, PICTURE = ".ora", ".png"
_BAND = 128  # rows made at once


def save_drawing(path: Path, state: State) -> None:
    """Write the drawing as the name of the file says, whole or not at all; `ProblemError`."""
    match path.suffix.lower():
        case ".ora":
            OraWriter().save(path, state)
        case ".png":
            write_bytes_atomically(path, png_bytes(_as_seen(state), SMALL))
        case suffix:
            raise ProblemError(
                "A drawing cannot be saved as that", suffix or path.name, "name it .ora or .png"
            )


def can_hold(path: Path, state: State) -> bool:
    """Whether a file of that name has all of the drawing: a picture has no layers."""
    return path.suffix.lower() == DRAWING or len(state.layers) == 1


def _as_seen(state: State) -> Pixels:
    """What is seen; where the ground is transparent, so is the picture."""
    channels = 4 if state.background is None else 3
    pixels = np.empty((state.height, state.width, channels), np.uint8)
    for top in range(0, state.height, _BAND):
        rect = Rect(0, top, state.width, top + _BAND) & state.bounds
        band = compose(state, rect)  # premultiplied
        pixels[rect.rows] = _not_premultiplied(band)[..., :channels]
    return pixels


def _not_premultiplied(pixels: Pixels) -> Pixels:
    wide = pixels.astype(np.uint16)
    alpha = np.maximum(wide[..., 3:], 1)
    wide[..., :3] = np.minimum((wide[..., :3] * 255 + alpha // 2) // alpha, 255)
    return wide.astype(np.uint8)
