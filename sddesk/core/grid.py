"""A grid: one request for each crossing of a row and a column, and the order to fill it in."""

from collections.abc import Callable
from dataclasses import dataclass

from sddesk.core.axes import CONCEPT, Axis, axis_rank
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest, check_request

Finish = Callable[[GenerationRequest], GenerationRequest]

MAX_CELLS = 2000
_TWO_PER_STEP = ("Heun",)  # but for the last step
_ONE_MORE = ("PNDM",)  # the first step is evaluated twice


@dataclass(frozen=True, slots=True)
class Grid:
    """All settings that the cells share, and the axes on which they differ; `columns` may lack."""

    base: GenerationRequest
    rows: Axis
    columns: Axis | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.rows.values), 1 if self.columns is None else len(self.columns.values)


@dataclass(frozen=True, slots=True)
class Cell:
    """The picture at `row` and `column`, counted from 0."""

    row: int
    column: int
    request: GenerationRequest


def cells_of(grid: Grid, finish: Finish = lambda request: request) -> tuple[Cell, ...]:
    """Every cell, row by row; raises `ProblemError` for the first that cannot be made.

    `finish` brings the concepts that a cell's prompt calls, before an axis sets their weights.
    """
    _check_axes(grid)
    rows, columns = grid.shape
    return tuple(
        Cell(row, column, _request(grid, row, column, finish))
        for row in range(rows)
        for column in range(columns)
    )


def spread(rows: int, columns: int) -> list[tuple[int, int]]:
    """Every place: corners first, then the diagonal, then each half-way between those known.

    What a grid shows as a whole is seen early: where it leads, and where it turns.
    """
    last_row, last_column = rows - 1, columns - 1
    order = [(0, 0), (last_row, last_column), (0, last_column), (last_row, 0)]
    longest = max(rows, columns, 2) - 1
    order += [
        (round(i * last_row / longest), round(i * last_column / longest))
        for i in range(longest + 1)
    ]
    stride = 1 << max(rows, columns).bit_length()
    while stride:
        order += [(r, c) for r in range(0, rows, stride) for c in range(0, columns, stride)]
        stride //= 2
    return list(dict.fromkeys(order))


def by_rows(rows: int, columns: int) -> list[tuple[int, int]]:
    """Every place as one reads."""
    return [(row, column) for row in range(rows) for column in range(columns)]


def evaluations(request: GenerationRequest) -> int:
    """How many times the network runs for the picture, kept steps of a branch not counted.

    With guidance it runs on two prompts at once, which counts as one.
    """
    kept = 0 if request.branch is None else request.branch.step
    return _calls(request.sampler, request.steps_run) - kept_evaluations(request, kept)


def kept_evaluations(request: GenerationRequest, kept: int) -> int:
    """How many times the network ran for the first `kept` steps that run."""
    if kept >= request.steps_run:
        return _calls(request.sampler, request.steps_run)
    if request.sampler in _TWO_PER_STEP:
        return 2 * kept
    return kept + (kept > 0 and request.sampler in _ONE_MORE)


def _calls(sampler: str, steps: int) -> int:
    if sampler in _TWO_PER_STEP:
        return 2 * steps - 1
    return steps + (sampler in _ONE_MORE)


def _request(grid: Grid, row: int, column: int, finish: Finish) -> GenerationRequest:
    placed = [(grid.rows, row)]
    if grid.columns is not None:
        placed.append((grid.columns, column))
    placed.sort(key=lambda entry: axis_rank(entry[0].kind))
    request = grid.base
    for axis, index in placed:
        if not axis.kind.startswith(CONCEPT):
            request = axis.applied(request, index)
    request = finish(request)
    for axis, index in placed:
        if axis.kind.startswith(CONCEPT):
            request = axis.applied(request, index)
    check_request(request)
    return request


def _check_axes(grid: Grid) -> None:
    rows, columns = grid.shape
    if rows * columns > MAX_CELLS:
        raise ProblemError(
            "That grid is too large", f"{rows} x {columns} pictures", f"use up to {MAX_CELLS}"
        )
    if grid.columns is None or grid.columns.kind != grid.rows.kind:
        return
    if grid.rows.kind != "word" or grid.rows.values[0] == grid.columns.values[0]:
        raise ProblemError(
            "Rows and columns change the same setting", grid.rows.kind, "choose another axis"
        )
