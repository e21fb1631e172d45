"""GIF without the artefacts that it is known for: one palette, and dithering that stands still."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from sddesk.core.animation.dithering import Ditherer
from sddesk.core.animation.palette import Bytes, shared_palette
from sddesk.core.animation.values import Film
from sddesk.core.animation.webp import Reel
from sddesk.core.problems import ProblemError

_LONGEST = 65535  # pixels of a side, by the format


def write_gif(
    path: Path, film: Film, first: Iterator[Image.Image], second: Iterator[Image.Image]
) -> None:
    """Two passes: the colours of `first`, each frame once, then `second`, as they are shown."""
    if max(film.size) > _LONGEST:
        size = f"{film.size[0]}x{film.size[1]}"
        raise ProblemError("The animation is too large for GIF", size, "make it smaller")
    palette = shared_palette(_pixels(image) for image in first)
    colors = palette.tobytes().ljust(768, b"\0")
    reel = Reel(_in_colors(film, palette, second), len(film.order))
    reel.save(
        path,
        "GIF",
        save_all=True,
        palette=colors,  # once for all frames
        duration=hundredths(film.durations),
        loop=0,
        disposal=1,
        optimize=False,
    )


def hundredths(durations: tuple[int, ...]) -> list[int]:
    """Milliseconds in the steps of ten that GIF knows, without running fast or slow on the whole.

    Programs show what is under 20 ms at their own, slow pace.
    """
    ends = np.cumsum(durations).tolist()
    made: list[int] = []
    for end in ends:
        made.append(max(20, round((end - sum(made)) / 10) * 10))
    return made


def _in_colors(film: Film, palette: Bytes, images: Iterator[Image.Image]) -> Iterator[Image.Image]:
    """The images in the palette; what is shown a second time is as it was the first time."""
    ditherer, known = Ditherer(palette), dict[int, Image.Image]()
    again = len(set(film.order)) < len(film.order)
    colors = palette.tobytes().ljust(768, b"\0")
    for frame, image in zip(film.order, images, strict=True):
        made = known.get(frame)
        if made is None:
            made = Image.fromarray(ditherer.dithered(_pixels(image)))
            made.putpalette(colors)
            if again:
                known[frame] = made
        yield made


def _pixels(image: Image.Image) -> Bytes:
    return np.asarray(image, np.uint8)
