"""The artwork of rendered art: every picture of every subject, ready to be put into scenes."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from resvg_py import svg_to_bytes

from starter_model.config import PICTURE
from starter_model.own_drawings import own_drawings
from starter_model.sources import ICON_SETS, NAMES, Drawing, IconSet, Names, drawings, fetch
from starter_model.subjects import Subject, subject_of

Pixels = NDArray[np.uint8]
STYLES = tuple(icon_set.style for icon_set in ICON_SETS)


@dataclass(frozen=True, slots=True)
class Art:
    """One rendered drawing, cut to its outline, the longer side as long as a picture's."""

    subject: Subject
    style: str
    pixels: Pixels  # (height, width, 4)


@dataclass(frozen=True)
class Artwork:
    """All art, and where to find a subject's."""

    art: tuple[Art, ...]

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(sorted({a.subject for a in self.art}, key=lambda s: s.name))

    @cached_property
    def by_subject(self) -> dict[Subject, dict[str, list[Art]]]:
        """Subject → style → its pictures."""
        found: dict[Subject, dict[str, list[Art]]] = {s: {} for s in self.subjects}
        for art in self.art:
            found[art.subject].setdefault(art.style, []).append(art)
        return found

    @cached_property
    def styles(self) -> tuple[str, ...]:
        return tuple(sorted({a.style for a in self.art}))

    def named(self, name: str) -> Subject:
        """The subject that goes by a name."""
        return next(s for s in self.subjects if name in s.names)

    def save(self, folder: Path) -> None:
        """Write the artwork: pictures padded to squares in one file, what they show in another."""
        folder.mkdir(parents=True, exist_ok=True)
        squares = np.zeros((len(self.art), PICTURE, PICTURE, 4), np.uint8)
        rows = []
        for i, art in enumerate(self.art):
            height, width = art.pixels.shape[:2]
            squares[i, :height, :width] = art.pixels
            rows.append({**asdict(art.subject), "style": art.style, "size": [height, width]})
        np.savez_compressed(folder / "art.npz", squares)
        (folder / "art.json").write_text(json.dumps(rows), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Artwork":
        squares = np.load(folder / "art.npz")["arr_0"]
        rows = json.loads((folder / "art.json").read_text(encoding="utf-8"))
        art = []
        for square, row in zip(squares, rows, strict=True):
            height, width = row["size"]
            subject = Subject(tuple(row["names"]), row["kind"])
            art.append(Art(subject, row["style"], square[:height, :width]))
        return cls(tuple(art))


def render(drawing: Drawing) -> Pixels | None:
    """The drawing's pixels (height, width, 4), cut to its outline; None if nothing shows.

    By resvg: Qt's renderer knows no clip paths, and paints their outlines black instead.
    """
    png = bytes(svg_to_bytes(svg_string=drawing.svg, width=2 * PICTURE))
    picture = Image.open(BytesIO(png)).convert("RGBA")
    outline = picture.getchannel("A").point([255 * (a > 40) for a in range(256)]).getbbox()
    if outline is None:
        return None
    cut = picture.crop(outline)
    scale = PICTURE / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    return np.asarray(cut.resize(size, Image.Resampling.LANCZOS))


def render_all(found: Iterable[tuple[Subject, Drawing]]) -> Artwork:
    """The artwork of all drawings that show something."""
    art = []
    for subject, drawing in found:
        pixels = render(drawing)
        if pixels is not None:
            art.append(Art(subject, drawing.style, pixels))
    return Artwork(tuple(art))


def build_artwork(downloads: Path, icon_sets: tuple[IconSet, ...] = ICON_SETS) -> Artwork:
    """Fetch the art of all sets, keep what the model shall know, render it."""
    names = Names.read(fetch(NAMES, downloads))
    found = list(own_drawings(tuple(icon_set.style for icon_set in icon_sets), per_style=2))
    for icon_set in icon_sets:
        for drawing in drawings(icon_set, fetch(icon_set, downloads), names):
            subject = subject_of(drawing.label, names)
            if subject is not None:
                found.append((subject, drawing))
    return render_all(found)
