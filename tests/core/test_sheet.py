"""The sheet: cells to the pixel, labels that are whole, settings that come back."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sddesk.core.axes import parse_axis
from sddesk.core.grid import Grid, cells_of
from sddesk.core.measures import measure
from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.problems import ProblemError
from sddesk.core.sheet import MAX_PIXELS, SHEET_KEY, Filled, lay_out, save_sheet
from sddesk.core.sheet_reading import is_sheet, read_sheet
from sddesk.core.values import Picture
from tests.core.helpers import a_request

LONG = "An antique 18th century painting of a gorilla eating a plate of chips, " * 4


def noise(seed: int, width: int = 64, height: int = 64) -> Picture:
    return Picture(width, height, random.Random(seed).randbytes(width * height * 3))


def a_grid(rows: str = "guidance=1,7.5", columns: str | None = "seed=3,4,5") -> Grid:
    return Grid(a_request(), parse_axis(rows), None if columns is None else parse_axis(columns))


def filled(grid: Grid) -> dict[tuple[int, int], Filled]:
    rows, columns = grid.shape
    return {
        (r, c): Filled(noise(r * columns + c), f"{r}-{c}.png")
        for r in range(rows)
        for c in range(columns)
    }


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("guidance=1,7.5", "seed=3,4,5"),
        ("guidance=1,7.5", None),
        (f"prompt={LONG}|red", f"negative=|{LONG}"),
        ("prompt=リンゴ,Äpfel", "seed=1"),
    ],
)
def test_every_cell_comes_back_to_the_pixel(tmp_path: Path, rows: str, columns: str | None) -> None:
    grid = a_grid(rows, columns)
    cells = filled(grid)
    save_sheet(tmp_path / "s.png", grid, cells)
    sheet = read_sheet(tmp_path / "s.png")
    assert (sheet.rows, sheet.columns) == (grid.rows, grid.columns)
    found = {(c.row, c.column): (c.picture, c.file) for c in sheet.cells}
    assert found == {place: (cell.picture, cell.file) for place, cell in cells.items()}
    for read, made in zip(sheet.cells, cells_of(grid), strict=True):
        assert read.settings.prompt == made.request.prompt
        assert read.settings.seed == made.request.seed


def test_rectangles_and_settings_as_json(tmp_path: Path) -> None:
    grid = a_grid()
    save_sheet(tmp_path / "s.png", grid, filled(grid))
    with Image.open(tmp_path / "s.png") as image:
        values = json.loads(str(image.info[SHEET_KEY]))
        for cell in values["cells"]:
            x, y, width, height = cell["rectangle"]
            part = image.crop((x, y, x + width, y + height))
            assert part.tobytes() == noise(cell["row"] * 3 + cell["column"]).pixels
    assert values["cells"][4]["settings"]["guidance_scale"] == 7.5
    assert values["cells"][4]["settings"]["seed"] == 4
    assert values["cells"][4]["measures"]["contrast"] > 0.1


def test_cells_do_not_touch_labels_or_each_other() -> None:
    layout = lay_out(a_grid(f"prompt={LONG}|red", f"negative=|{LONG}"))
    boxes = [layout.rectangle(r, c) for r in range(2) for c in range(2)]
    for i, (x, y, w, h) in enumerate(boxes):
        assert x + w <= layout.width
        assert y + h <= layout.height
        for ox, oy, ow, oh in boxes[i + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y


def test_long_labels_are_whole_and_inside_their_margin(tmp_path: Path) -> None:
    grid = a_grid(f"prompt={LONG}|red", "seed=1,2")
    layout = lay_out(grid)
    assert layout.row_labels[0].replace("\n", " ") == " ".join(LONG.split())
    assert len(layout.row_labels[0].splitlines()) > 3
    save_sheet(tmp_path / "s.png", grid, {})
    with Image.open(tmp_path / "s.png") as image:
        first_cell = layout.rectangle(0, 0)[0]
        edge = image.convert("L").crop((first_cell - 2, 0, first_cell, layout.height))
        assert edge.getextrema() == (255, 255)  # no letter reaches the cells
        label = image.convert("L").crop((0, 0, first_cell - 2, layout.height))
        assert min(label.tobytes()) < 64


def test_missing_and_failed_cells(tmp_path: Path) -> None:
    grid = a_grid()
    cells = {(0, 0): Filled(noise(0)), (0, 1): Filled(failure="There is not enough memory")}
    save_sheet(tmp_path / "s.png", grid, cells)
    sheet = read_sheet(tmp_path / "s.png")
    assert [cell.picture is not None for cell in sheet.cells] == [True] + [False] * 5


def test_a_sheet_that_no_program_would_open_is_refused() -> None:
    grid = Grid(a_request(width=8192, height=8192), parse_axis("seed=1,2,3"))
    assert MAX_PIXELS < 3 * 8192**2
    with pytest.raises(ProblemError):
        lay_out(grid)


def test_other_pictures_are_no_sheets(tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", noise(0), {})
    assert not is_sheet(tmp_path / "a.png")
    with pytest.raises(ProblemError):
        read_sheet(tmp_path / "a.png")


def damaged(values: dict[str, Any], **changes: Any) -> str:
    return json.dumps(values | changes)


def test_damaged_settings_are_a_problem(tmp_path: Path) -> None:
    grid = a_grid()
    path = tmp_path / "s.png"
    save_sheet(path, grid, filled(grid))
    with Image.open(path) as image:
        values = json.loads(str(image.info[SHEET_KEY]))
    cell = values["cells"][0]
    texts = [
        "[]",
        "{",
        damaged(values, version=2),
        damaged(values, rows={"axis": "colour", "values": ["red"]}),
        damaged(values, rows={"axis": "steps", "values": ["x"]}),
        damaged(values, rows={"axis": "steps", "values": []}),
        damaged(values, cells=[cell | {"rectangle": [0, 0, 10**6, 5]}]),
        damaged(values, cells=[cell | {"rectangle": [0, 0, -5, 5]}]),
        damaged(values, cells=[cell | {"settings": {}}]),
        damaged(values, cells=[1]),
        damaged(values, base=None),
    ]
    picture = load_picture(path)
    for text in texts:
        save_png(path, picture, {SHEET_KEY: text})
        with pytest.raises(ProblemError):
            read_sheet(path)


def test_measures_of_known_pictures() -> None:
    grey = measure(Picture(8, 8, b"\x80" * 192))
    assert (round(grey.contrast, 6), grey.saturation, round(grey.sharpness, 6)) == (0, 0, 0)
    checks = bytes(255 * ((x + y) % 2) for y in range(8) for x in range(8) for _ in range(3))
    board = measure(Picture(8, 8, checks))
    assert board.contrast == pytest.approx(0.5, abs=1e-5)
    assert board.saturation == 0
    assert board.sharpness == pytest.approx(4, abs=1e-4)
    red = measure(Picture(8, 8, b"\xff\0\0" * 64))
    assert red.saturation == 1
    assert measure(Picture(1, 1, b"abc")).sharpness == 0
