"""The file that a grid is kept in while it is filled."""

import json
from pathlib import Path

import pytest

from sddesk.core.axes import Axis, parse_axis
from sddesk.core.grid import Grid
from sddesk.core.grid_file import KeptGrid, load_grid, save_grid
from sddesk.core.models import FoundModel
from sddesk.core.values import BranchPoint, ConceptUse, Picture
from tests.core.helpers import a_model, a_request

INIT = Picture(2, 1, b"abcdef")
USE = ConceptUse(Path("/c/doodle.safetensors"), "embedding", "doodle", ("<doodle>",), "ab", 0.5)
FOUND = [FoundModel(a_model().path, a_model(), None)]


@pytest.mark.parametrize(
    ("changes", "rows", "columns"),
    [
        ({}, Axis("guidance", (1.0, 7.5)), Axis("seed", (3, 4))),
        ({"init": INIT, "strength": 0.3}, Axis("strength", (0.5, 1.0)), None),
        ({"concepts": (USE,)}, Axis("concept:doodle", (0.0, 1.0)), None),
        (
            {"branch": BranchPoint(Path("/p/a.tape.safetensors"), 5)},
            Axis("branch", (0, 10)),
            Axis("prompt", ("a | b", "")),
        ),
    ],
)
def test_what_is_kept_comes_back(
    tmp_path: Path, changes: dict[str, object], rows: Axis, columns: Axis | None
) -> None:
    grid = Grid(a_request(**changes), rows, columns)
    kept = KeptGrid(grid, {(0, 0): Path("/p/a.png")}, {(1, 0): "There is not enough memory"})
    save_grid(tmp_path / "grid.json", kept)
    assert load_grid(tmp_path / "grid.json", FOUND) == kept


def test_of_no_use_any_more(tmp_path: Path) -> None:
    path = tmp_path / "grid.json"
    assert load_grid(path, FOUND) is None
    save_grid(path, KeptGrid(Grid(a_request(), parse_axis("seed=1,2"))))
    whole = json.loads(path.read_text())
    assert load_grid(path, FOUND) is not None
    assert load_grid(path, []) is None  # its model is gone
    bad = [
        *["{", "[]", "{}"],
        *(
            json.dumps(whole | change)
            for change in (
                {"version": 2},
                {"rows": {"axis": "colour", "values": [1]}},
                {"rows": {"axis": "seed", "values": ["x"]}},
                {"files": [1]},
                {"files": [["a", 0, "x"]]},
                {"base": None},
                {"failures": None},
            )
        ),
    ]
    for text in bad:
        path.write_text(text)
        assert load_grid(path, FOUND) is None
