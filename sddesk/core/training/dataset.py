"""The pictures to learn from: taken in, looked at for what is wrong with them, and prepared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter, ImageOps

from sddesk.core.concepts.reading import file_hash
from sddesk.core.picture_files import from_pil, load_picture, resized, to_pil
from sddesk.core.problems import Problem, ProblemError, disk_problem
from sddesk.core.training.values import Crop, TrainingPicture
from sddesk.core.values import Picture

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_ALIKE_BITS = 5  # of 64: fewer different ones are seen as the same picture by people
_MOST_CAPTION = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture that was taken in: its size, and what is needed to tell it from others."""

    picture: TrainingPicture
    width: int
    height: int
    pixels: str  # `Picture.pixel_hash`
    look: int  # 64 bits, alike for pictures that look alike


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What can be learned from, and what was skipped and why."""

    entries: tuple[Entry, ...]
    skipped: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a picture, or with two of them together."""

    paths: tuple[Path, ...]
    problem: Problem


def pictures_in(folder: Path) -> list[Path]:
    """The picture files of a folder, by name; raises `ProblemError` if it cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise disk_problem(error, f"reading {folder}") from error
    return [path for path in found if not path.name.startswith(".")]


def take_in(paths: Iterable[Path]) -> TakenIn:
    """Look at each picture once; those that cannot be read are skipped and named.

    A text file of the same name is the picture's caption, as other trainers have it.
    """
    entries: list[Entry] = []
    skipped: list[Problem] = []
    for path in paths:
        try:
            entries.append(_entry(path))
        except ProblemError as error:
            skipped.append(error.problem)
    return TakenIn(tuple(entries), tuple(skipped))


def problems_of(entries: Sequence[Entry], side: int) -> list[Problem]:
    """What is wrong with pictures, by name: too small for `side`, twice there, too much alike."""
    return [remark.problem for remark in remarks_on(entries, side)]


def remarks_on(entries: Sequence[Entry], side: int) -> list[Remark]:
    """The same, with the pictures that it is about."""
    found: list[Remark] = []
    seen: dict[str, Entry] = {}
    for entry in entries:
        name = entry.picture.path.name
        if trained_side(entry) < side:
            size = f"{name}: {entry.width}x{entry.height}"
            hint = f"it is enlarged to {side} pixels and looks soft; use a larger one if you can"
            title = "A picture is smaller than what is trained"
            found.append(Remark((entry.picture.path,), Problem(title, size, hint)))
        twin = seen.setdefault(entry.pixels, entry)
        if twin is not entry:
            names = f"{twin.picture.path.name} and {name}"
            problem = Problem("A picture is there twice", names, "remove one")
            found.append(Remark((twin.picture.path, entry.picture.path), problem))
    for one, other in _alike(list(seen.values())):
        names = f"{one.picture.path.name} and {other.picture.path.name}"
        hint = "different views and grounds teach more"
        problem = Problem("Two pictures are nearly the same", names, hint)
        found.append(Remark((one.picture.path, other.picture.path), problem))
    return found


def trained_side(entry: Entry) -> int:
    """The side of the square that is taken from a picture, in its own pixels."""
    crop = entry.picture.crop
    return min(entry.width, entry.height) if crop is None else crop.side


def as_trained(picture: TrainingPicture, side: int) -> Picture:
    """Exactly what the trainer sees, but for mirroring; raises `ProblemError`."""
    whole = load_picture(picture.path)
    crop = picture.crop or automatic_crop(whole)
    if not (0 <= crop.left < whole.width and 0 <= crop.top < whole.height and crop.side > 0):
        raise ProblemError("The crop lies outside of the picture", str(picture.path), "set it anew")
    cut = min(crop.side, whole.width, whole.height)
    left, top = min(crop.left, whole.width - cut), min(crop.top, whole.height - cut)
    square = to_pil(whole).crop((left, top, left + cut, top + cut))
    return resized(from_pil(square), side, side)


def mirrored(picture: Picture) -> Picture:
    """The picture as in a mirror."""
    return from_pil(ImageOps.mirror(to_pil(picture)))


def automatic_crop(picture: Picture) -> Crop:
    """The largest square, put where most edges are, the middle where that makes no difference."""
    width, height = picture.width, picture.height
    side = min(width, height)
    if width == height:
        return Crop(0, 0, side)
    small = to_pil(picture).convert("L")
    small.thumbnail((64, 64))
    edges = small.filter(ImageFilter.FIND_EDGES)
    inner = ImageOps.expand(ImageOps.crop(edges, 1), 1)  # the frame is no edge of a thing
    long = inner.reduce((1, inner.height)) if width > height else inner.reduce((inner.width, 1))
    weights = [float(value) for value in bytes(long.tobytes())]
    middle = _centre(weights)
    start = round(middle * max(width, height) - side / 2)
    start = min(max(start, 0), max(width, height) - side)
    return Crop(start, 0, side) if width > height else Crop(0, start, side)


def _centre(weights: list[float]) -> float:
    """Where the weights balance, from 0 to 1."""
    total = sum(weights)
    if not total:
        return 0.5
    return sum((i + 0.5) * weight for i, weight in enumerate(weights)) / total / len(weights)


def _entry(path: Path) -> Entry:
    picture = load_picture(path)
    entry = TrainingPicture(path.absolute(), file_hash(path), caption=_caption(path))
    size = (picture.width, picture.height)
    return Entry(entry, *size, picture.pixel_hash(), _look(picture))


def _caption(path: Path) -> str:
    beside = path.with_suffix(".txt")
    try:
        if not beside.is_file():
            return ""
        return " ".join(beside.read_text(encoding="utf-8").split())[:_MOST_CAPTION]
    except OSError as error:
        raise disk_problem(error, f"reading {beside}") from error
    except UnicodeDecodeError as error:
        raise ProblemError("The caption is not text", str(beside), "write it as UTF-8") from error


def _look(picture: Picture) -> int:
    """A bit for each pair of neighbours in a tiny grey picture (Krawetz 2013, "dHash")."""
    grey: Any = to_pil(picture).convert("L").resize((9, 8), Image.Resampling.BOX)
    values = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            place = row * 9 + column
            bits = bits << 1 | (values[place] < values[place + 1])
    return bits


def _alike(entries: list[Entry]) -> Iterable[tuple[Entry, Entry]]:
    for i, one in enumerate(entries):
        for other in entries[:i]:
            if (one.look ^ other.look).bit_count() <= _ALIKE_BITS:
                yield other, one
                break
