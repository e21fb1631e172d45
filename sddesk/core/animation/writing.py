"""From a film to a file, whole or not at all, with progress, and stopped when asked."""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from sddesk.core.animation.values import Film, check_size
from sddesk.core.files import write_atomically
from sddesk.core.problems import JobCancelled, ProblemError, disk_problem

WEBP, APNG, MP4, GIF, NUMBERED, STRIP = "webp", "apng", "mp4", "gif", "numbered", "strip"
KINDS = (WEBP, APNG, MP4, GIF, NUMBERED, STRIP)
SUFFIXES = {WEBP: ".webp", APNG: ".png", MP4: ".mp4", GIF: ".gif", NUMBERED: "", STRIP: ".png"}
_BY_SUFFIX = {".webp": WEBP, ".png": APNG, ".apng": APNG, ".mp4": MP4, ".gif": GIF}
_ROW = 12  # frames of a strip side by side


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells how far the work is, and asks whether to go on."""

    progress: Callable[[int, int], None] = lambda _done, _total: None
    cancelled: Callable[[], bool] = lambda: False


def kind_of(path: Path) -> str:
    """What kind of animation a file of that name is; raises `ProblemError`."""
    kind = _BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        hint = "name it FILE.webp, .png, .apng, .mp4 or .gif"
        raise ProblemError("That is no kind of animation", str(path), hint)
    return kind


def write_animation(path: Path, film: Film, kind: str, watch: Watch | None = None) -> int:
    """Make the file, or for numbered pictures the folder; returns its size in bytes.

    Raises `ProblemError` when the disk refuses or the format cannot hold it, and `JobCancelled`;
    in both cases what was there stays, and nothing is left besides.
    """
    watch = watch or Watch()
    try:
        if kind == NUMBERED:
            return _write_folder(path, film, watch)
        write_atomically(path, lambda temporary: _write(temporary, film, kind, watch))
        return path.stat().st_size
    except OSError as error:
        raise disk_problem(error, f"writing {path}") from error
    except MemoryError as error:
        hint = "make it smaller, or choose fewer steps"
        raise ProblemError(
            "There is not enough memory for this animation", str(path), hint
        ) from error


def keep_animation(made: Path, path: Path) -> None:
    """Copy what was written at `made` to where the user wants it, whole or not at all.

    Raises `ProblemError` when the disk refuses, or if a folder of that name is there already.
    """
    if not made.is_dir():
        write_atomically(path, partial(_copy, made))
        return
    with _new_folder(path) as temporary:
        for file in made.iterdir():
            shutil.copyfile(file, temporary / file.name)


def _copy(made: Path, path: Path) -> None:
    shutil.copyfile(made, path)


def _write(path: Path, film: Film, kind: str, watch: Watch) -> None:
    shown = len(film.order)
    if kind == WEBP:
        from sddesk.core.animation.webp import write_webp

        write_webp(path, film, _images(film, film.order, watch, (0, shown)))
    elif kind == APNG:
        from sddesk.core.animation.apng import write_apng

        write_apng(path, film, _images(film, film.order, watch, (0, shown)))
    elif kind == MP4:
        from sddesk.core.animation.mp4 import write_mp4

        write_mp4(path, film, _images(film, film.order, watch, (0, shown)))
    elif kind == GIF:
        from sddesk.core.animation.gif import write_gif

        once, total = tuple(range(film.frames)), film.frames + shown
        colors = _images(film, once, watch, (0, total))
        write_gif(path, film, colors, _images(film, film.order, watch, (film.frames, total)))
    else:
        _write_strip(path, film, watch)


def _images(
    film: Film, order: tuple[int, ...], watch: Watch, place: tuple[int, int]
) -> Iterator[Image.Image]:
    """The frames, drawn when they are wanted; `place` is how much is done before, of what."""
    done, total = place
    for frame in order:
        if watch.cancelled():
            raise JobCancelled
        image, done = film.draw(frame), done + 1
        watch.progress(done, total)
        yield image


def _write_strip(path: Path, film: Film, watch: Watch) -> None:
    """All frames on one picture, in rows of equal length."""
    count = film.frames
    rows = -(-count // _ROW)
    columns = -(-count // rows)
    gap = max(1, film.size[0] // 32)
    width, height = film.size[0] + gap, film.size[1] + gap
    check_size(columns * width - gap, rows * height - gap)
    sheet = Image.new("RGB", (columns * width - gap, rows * height - gap), "white")
    order = tuple(range(count))
    for frame, image in enumerate(_images(film, order, watch, (0, count))):
        sheet.paste(image, (frame % columns * width, frame // columns * height))
    sheet.save(path, "PNG")


def _write_folder(path: Path, film: Film, watch: Watch) -> int:
    """`0001.png` and so on in a folder that was not there before."""
    with _new_folder(path) as temporary:
        order = tuple(range(film.frames))
        for number, image in enumerate(_images(film, order, watch, (0, film.frames)), start=1):
            image.save(temporary / f"{number:04}.png")
    return sum(file.stat().st_size for file in path.iterdir())


@contextlib.contextmanager
def _new_folder(path: Path) -> Generator[Path]:
    """A temporary folder that becomes `path` when all has gone well, else it is gone."""
    if path.exists():
        raise ProblemError("There is something of that name", str(path), "choose another name")
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        temporary.mkdir(parents=True)
        yield temporary
        temporary.rename(path)
    except OSError as error:
        raise disk_problem(error, f"writing {path}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
