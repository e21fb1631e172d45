"""The sheet of a grid: every cell to the pixel, labels in the margins, the settings inside."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

from sddesk.core.axes import Axis, axis_values
from sddesk.core.files import write_atomically
from sddesk.core.grid import Cell, Grid, by_rows, cells_of
from sddesk.core.infotext import request_values
from sddesk.core.lettering import font_for, text_height, widest, wrapped
from sddesk.core.measures import measure
from sddesk.core.picture_files import to_pil
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest, Picture

SHEET_KEY = "sddesk-grid"
VERSION = 1
MAX_PIXELS = 89_000_000  # more, and programs that guard against decompression bombs refuse it
_GROUND, _INK, _EMPTY = "white", "black", "#e4e4e8"


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of one cell: its picture and the file it is in, or why there is none.

    `request` is what made it, where that says more than the grid: wildcards spelled out.
    """

    picture: Picture | None = None
    file: str = ""
    failure: str = ""
    request: GenerationRequest | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie, in pixels: `rights` and `downs` are the cells' left and upper edges."""

    width: int
    height: int
    cell: tuple[int, int]
    rights: tuple[int, ...]
    downs: tuple[int, ...]
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    font_size: int

    def rectangle(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of a cell."""
        return self.rights[column], self.downs[row], *self.cell


def lay_out(grid: Grid, cell: tuple[int, int] | None = None) -> Layout:
    """Margins as large as the wrapped labels need; raises `ProblemError` for too large a sheet.

    `cell` is the size of each picture on it, if it is not that of the grid's pictures.
    """
    cell = cell or (grid.base.width, grid.base.height)
    size = min(28, max(13, min(cell) // 16))
    gap = size // 2
    rows, columns = _labels(grid.rows), _labels(grid.columns)
    font = font_for(size, "".join(rows + columns))
    narrow = max(cell[0], min(12 * size, widest(columns, font)))
    margin = min(max(cell[0] // 2, 16 * size), widest(rows, font))
    row_labels = tuple(wrapped(label, font, margin) for label in rows)
    column_labels = tuple(wrapped(label, font, narrow) for label in columns)
    top = max((text_height(label, font) for label in column_labels), default=0)
    heights = [max(cell[1], text_height(label, font)) for label in row_labels]
    left, upper = gap + margin + gap, gap + top + gap * bool(top)
    count = max(1, len(columns))
    rights = tuple(left + i * (narrow + gap) for i in range(count))
    downs = tuple(upper + sum(heights[:i]) + gap * i for i in range(len(heights)))
    width, height = rights[-1] + narrow + gap, downs[-1] + heights[-1] + gap
    if width * height > MAX_PIXELS:
        hint = f"a sheet may have {MAX_PIXELS // 1_000_000} million pixels: use fewer cells"
        raise ProblemError("The sheet would be too large", f"{width}x{height}", hint)
    return Layout(width, height, cell, rights, downs, row_labels, column_labels, size)


def save_sheet(path: Path, grid: Grid, filled: Mapping[tuple[int, int], Filled]) -> None:
    """Write the sheet whole or not at all; `filled` is by (row, column), and may lack some.

    Raises `ProblemError` when it is too large or the disk refuses.
    """
    layout = lay_out(grid)
    image = drawn(layout, filled)
    info = PngImagePlugin.PngInfo()
    info.add_text(SHEET_KEY, json.dumps(_values(grid, layout, filled)))
    write_atomically(path, lambda temporary: image.save(temporary, "PNG", pnginfo=info))


def _values(grid: Grid, layout: Layout, filled: Mapping[tuple[int, int], Filled]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "rows": axis_values(grid.rows),
        "columns": None if grid.columns is None else axis_values(grid.columns),
        "base": request_values(grid.base),
        "cells": [
            _cell_values(cell, layout, filled.get((cell.row, cell.column), Filled()))
            for cell in _cells(grid, filled)
        ],
    }


def _cells(grid: Grid, filled: Mapping[tuple[int, int], Filled]) -> list[Cell]:
    """Every cell as it was asked for; the grid alone does not know what a prompt called."""
    asked = {place: one.request for place, one in filled.items() if one.request is not None}
    places = by_rows(*grid.shape)
    if all(place in asked for place in places):
        return [Cell(*place, asked[place]) for place in places]
    return list(cells_of(grid))


def _cell_values(cell: Cell, layout: Layout, filled: Filled) -> dict[str, Any]:
    picture = filled.picture
    return {
        "row": cell.row,
        "column": cell.column,
        "rectangle": list(layout.rectangle(cell.row, cell.column)),
        "settings": request_values(filled.request or cell.request),
        "file": filled.file or None,
        "pixel_hash": None if picture is None else picture.pixel_hash(),
        "measures": None if picture is None else asdict(measure(picture)),
        "failure": filled.failure or None,
    }


def drawn(layout: Layout, filled: Mapping[tuple[int, int], Filled]) -> Image.Image:
    """The sheet as an image, with labels and all cells that are filled."""
    image = Image.new("RGB", (layout.width, layout.height), _GROUND)
    draw = ImageDraw.Draw(image)
    font = font_for(layout.font_size, "".join(layout.row_labels + layout.column_labels))
    gap = layout.font_size // 2
    for label, x in zip(layout.column_labels, layout.rights, strict=False):
        draw.multiline_text((x, gap), label, _INK, font)
    for label, y in zip(layout.row_labels, layout.downs, strict=True):
        draw.multiline_text((gap, y), label, _INK, font)
    for row in range(len(layout.downs)):
        for column in range(len(layout.rights)):
            _draw_cell(image, layout.rectangle(row, column), filled.get((row, column), Filled()))
    return image


def _draw_cell(image: Image.Image, place: tuple[int, int, int, int], filled: Filled) -> None:
    x, y, width, height = place
    if filled.picture is not None:
        image.paste(to_pil(filled.picture), (x, y))
        return
    draw = ImageDraw.Draw(image)
    draw.rectangle((x, y, x + width - 1, y + height - 1), _EMPTY)
    if filled.failure:
        part = Image.new("RGB", (width, height), _EMPTY)
        font = font_for(12, filled.failure)
        text = wrapped(filled.failure, font, width - 8)
        ImageDraw.Draw(part).multiline_text((4, 4), text, _INK, font)
        image.paste(part, (x, y))


def _labels(axis: Axis | None) -> tuple[str, ...]:
    return () if axis is None else tuple(axis.label(i) for i in range(len(axis.values)))
