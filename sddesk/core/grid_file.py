"""The grid on show, kept in a file while it is filled, so that a restart can go on with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sddesk.core.axes import axis_of, axis_values
from sddesk.core.files import write_bytes_atomically
from sddesk.core.grid import Grid
from sddesk.core.json_objects import parse_object
from sddesk.core.models import FoundModel
from sddesk.core.problems import ProblemError
from sddesk.core.queue import packed_request, unpacked_request
from sddesk.core.values import GenerationRequest

VERSION = 1
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KeptGrid:
    """A grid and what became of its cells so far, by row and column: files, and failures."""

    grid: Grid
    files: Mapping[Place, Path] = field(default_factory=dict[Place, Path])
    failures: Mapping[Place, str] = field(default_factory=dict[Place, str])


def save_grid(path: Path, kept: KeptGrid) -> None:
    """Write the file whole or not at all; raises `ProblemError`."""
    grid = kept.grid
    values = {
        "version": VERSION,
        "rows": axis_values(grid.rows),
        "columns": None if grid.columns is None else axis_values(grid.columns),
        "base": packed_request(grid.base),
        "files": [[*place, str(file)] for place, file in kept.files.items()],
        "failures": [[*place, why] for place, why in kept.failures.items()],
    }
    write_bytes_atomically(path, json.dumps(values).encode())


def load_grid(path: Path, found: Sequence[FoundModel]) -> KeptGrid | None:
    """The grid of the last time; None if there was none, or it is of no use any more."""
    try:
        values = parse_object(path.read_bytes())
        if values["version"] != VERSION:
            return None
        base = unpacked_request(values["base"], found)
        return None if base is None else _kept(values, base)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, ProblemError):
        return None  # its pictures are in the history all the same


def _kept(values: dict[str, Any], base: GenerationRequest) -> KeptGrid:
    columns = values["columns"]
    grid = Grid(base, axis_of(values["rows"]), None if columns is None else axis_of(columns))
    return KeptGrid(
        grid,
        {place: Path(text) for place, text in _by_place(values["files"])},
        dict(_by_place(values["failures"])),
    )


def _by_place(entries: Any) -> list[tuple[Place, str]]:
    rows = cast(list[list[Any]], entries)
    return [((int(row), int(column)), str(text)) for row, column, text in rows]
