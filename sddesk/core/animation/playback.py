"""What a written animation really shows, small enough to be looked at before it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from PIL import Image

from sddesk.core.animation.values import Film
from sddesk.core.animation.writing import MP4, NUMBERED, STRIP
from sddesk.core.picture_files import from_pil
from sddesk.core.values import Picture

MOST = 240  # pictures that are kept; of longer animations every second one, or third …


@dataclass(frozen=True, slots=True)
class Playback:
    """Pictures, and the milliseconds that each is shown."""

    pictures: tuple[Picture, ...]
    durations: tuple[int, ...]


def read_back(path: Path, kind: str, film: Film, side: int) -> Playback:
    """The file's frames, none larger than `side`."""
    every = -(-len(film.order) // MOST)
    pictures: list[Picture] = []
    durations: list[int] = []
    for number, (image, duration) in enumerate(_frames(path, kind, film)):
        if number % every == 0:
            image.thumbnail((side, side), Image.Resampling.BILINEAR)
            pictures.append(from_pil(image))
            durations.append(0)
        durations[-1] += duration
    return Playback(tuple(pictures), tuple(durations))


def _frames(path: Path, kind: str, film: Film) -> Iterator[tuple[Image.Image, int]]:
    if kind == MP4:
        from sddesk.core.animation.mp4 import read_mp4

        yield from zip(read_mp4(path, film.size), film.durations, strict=False)
    elif kind == NUMBERED:
        files = sorted(path.iterdir())
        yield from (
            (_opened(files[frame]), film.durations[i]) for i, frame in enumerate(film.order)
        )
    elif kind == STRIP:
        yield from zip([_opened(path)], repeat(1000))
    else:
        with Image.open(path) as file:
            for frame in range(getattr(file, "n_frames", 1)):
                file.seek(frame)
                yield file.convert("RGB"), round(file.info.get("duration", film.durations[0]))


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")
