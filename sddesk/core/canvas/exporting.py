"""Saving a drawing under a name: with all its layers, or as the picture that is seen."""

from pathlib import Path

import numpy as np
from PIL import Image

from sddesk.core.canvas.compositing import compose, flatten
from sddesk.core.canvas.layers import State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.files import write_atomically
from sddesk.core.picture_files import to_pil
from sddesk.core.problems import ProblemError

DRAWING, PICTURE = ".ora", ".png"


def save_drawing(path: Path, state: State) -> None:
    """Write the drawing as the name of the file says, whole or not at all; `ProblemError`."""
    match path.suffix.lower():
        case ".ora":
            OraWriter().save(path, state)
        case ".png":
            image = _as_seen(state)
            write_atomically(path, lambda temporary: image.save(temporary, "PNG"))
        case suffix:
            raise ProblemError(
                "A drawing cannot be saved as that", suffix or path.name, "name it .ora or .png"
            )


def can_hold(path: Path, state: State) -> bool:
    """Whether a file of that name has all of the drawing: a picture has no layers."""
    return path.suffix.lower() == DRAWING or len(state.layers) == 1


def _as_seen(state: State) -> Image.Image:
    """What is seen; where the ground is transparent, so is the picture."""
    if state.background is not None:
        return to_pil(flatten(state))
    seen = compose(state, state.bounds).astype(np.uint16)  # premultiplied
    alpha = np.maximum(seen[..., 3:], 1)
    seen[..., :3] = np.minimum((seen[..., :3] * 255 + alpha // 2) // alpha, 255)
    return Image.fromarray(seen.astype(np.uint8))
