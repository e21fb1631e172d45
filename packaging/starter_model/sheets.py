"""Sheets of pictures with a few words under each, for people to look at."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from starter_model.artwork import Pixels

LINE = 11  # pixels of a line of words
GAP = 4


def save_sheet(
    pictures: Pixels, words: Sequence[str], path: Path, columns: int = 8, side: int = 128
) -> None:
    """Write the pictures in rows of `columns`, each over its words; empty words take no room."""
    wrapped = [textwrap.wrap(w, side // 6) for w in words] or [[]]
    below = LINE * max(map(len, wrapped)) + GAP
    rows = -(-len(pictures) // columns)
    size = (columns * (side + GAP) + GAP, rows * (side + below) + GAP)
    sheet = Image.new("RGB", size, "white")
    pencil, font = ImageDraw.Draw(sheet), ImageFont.load_default(10)
    for i, picture in enumerate(pictures):
        x, y = GAP + i % columns * (side + GAP), GAP + i // columns * (side + below)
        sheet.paste(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS), (x, y))
        for k, line in enumerate(wrapped[i] if words else []):
            pencil.text((x, y + side + k * LINE), line, fill="black", font=font)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=80)


def interleaved(above: Pixels, below: Pixels, columns: int) -> Pixels:
    """Rows of `above` and of `below` in turns, as many in a row as the sheet has columns."""
    rows = [
        part[start : start + columns]
        for start in range(0, len(above), columns)
        for part in (above, below)
    ]
    return np.concatenate(rows)
