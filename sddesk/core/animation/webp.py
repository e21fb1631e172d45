"""Lossless WebP, frame by frame."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from sddesk.core.animation.values import Film
from sddesk.core.problems import ProblemError

LONGEST = 16383  # pixels of a side, by the format


class Reel(Image.Image):
    """A film as Pillow sees files with several frames, so that never more than one is in memory."""

    def __init__(self, images: Iterator[Image.Image], count: int) -> None:
        super().__init__()
        self._images, self.n_frames, self._at = images, count, -1
        self.info = {}
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Go on to the next frame; Pillow wants nothing else, but for the first one at the end."""
        if frame >= self.n_frames:
            raise EOFError
        if frame > self._at:
            image, self._at = next(self._images), frame
            self._mode, self._size, self.im = image.mode, image.size, image.im
            self.palette = image.palette

    def tell(self) -> int:
        """The frame that it is at."""
        return self._at


def write_webp(path: Path, film: Film, images: Iterator[Image.Image]) -> None:
    """Every pixel as it is; frames that equal the one before make that one longer."""
    if max(film.size) > LONGEST:
        size = f"{film.size[0]}x{film.size[1]}"
        hint = f"WebP ends at {LONGEST} pixels: make it smaller, or choose APNG"
        raise ProblemError("The animation is too large for WebP", size, hint)
    reel = Reel(images, len(film.order))
    durations = list(film.durations)
    options = {"lossless": True, "exact": True, "quality": 60, "method": 4, "loop": 0}
    reel.save(path, "WEBP", save_all=True, duration=durations, **options)
