"""Films of drawn pictures, for tests of what is written."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sddesk.core.animation.values import Film, Look, showing
from sddesk.core.values import Picture

Pixels = NDArray[np.uint8]


def evolution(count: int, width: int = 48, height: int = 40) -> list[Pixels]:
    """From noise to a disc on a ramp; the left third stays as it is from the first frame on."""
    random = np.random.default_rng(5)
    y, x = np.mgrid[0:height, 0:width]
    ramp = np.stack([x * 255 / width, y * 255 / height, 255 - x * 200 / width], axis=2)
    disc = ((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2)[..., None]
    final = np.where(disc, (220, 40, 30), ramp)
    noise = random.normal(128, 60, final.shape)
    frames: list[Pixels] = []
    for number in range(count):
        share = (number + 1) / count
        frame = share * final + (1 - share) * noise
        frame[:, : width // 3] = final[:, : width // 3]
        frames.append(frame.clip(0, 255).round().astype(np.uint8))
    return frames


def film_of(frames: Sequence[Pixels], look: Look | None = None) -> Film:
    """The frames as a film."""
    order, durations = showing(len(frames), look or Look())
    height, width, _ = frames[0].shape
    return Film((width, height), lambda i: Image.fromarray(frames[i]), order, durations)


def picture(pixels: Pixels) -> Picture:
    """As the program's own value."""
    return Picture(pixels.shape[1], pixels.shape[0], pixels.tobytes())
