"""`sddesk grid`: all cells through one runner, then the sheet."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sddesk.cli.console import Console, chatter_to
from sddesk.cli.evolution import EvolutionAsked, evolutions_asked
from sddesk.cli.grid_evolution import GridFilming
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.options import GridOptions
from sddesk.cli.requests import check_target, render_request, said_in_full
from sddesk.cli.work import MakeRunner, Report, result_line
from sddesk.core.files import check_writable
from sddesk.core.grid import Cell, Grid, cells_of
from sddesk.core.messages import Destination, Generate, JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.sheet import Filled, lay_out, save_sheet
from sddesk.core.tapes import tape_beside


@dataclass(frozen=True, slots=True)
class GridJob:
    """A grid that was found sound; `cells_kept` tells whether pictures stay beside the sheet."""

    grid: Grid
    cells: tuple[Cell, ...]
    sheet: Path
    folder: Path | None
    tapes: bool
    as_json: bool
    evolution: EvolutionAsked | None

    @property
    def cells_kept(self) -> bool:
        """Whether each cell stays as a picture of its own."""
        return self.folder is not None


def grid_job(options: GridOptions, paths: AppPaths) -> GridJob:
    """What `sddesk grid` asks for, every value and target checked; raises `ProblemError`."""
    sheet, folder = Path(options.out or ""), options.cells
    if sheet.suffix.lower() != ".png":
        raise ProblemError("--out is not a PNG file", str(sheet), "name it SHEET.png")
    if options.count != 1:
        raise ProblemError(
            "A grid makes one picture for each cell",
            f"--count {options.count}",
            "use an axis of seeds: --columns seed=1,2,3",
        )
    grid = Grid(render_request(options, paths), options.rows, options.columns)
    cells = tuple(
        replace(cell, request=said_in_full(cell.request, paths)) for cell in cells_of(grid)
    )
    lay_out(grid)
    check_target(sheet)
    check_writable(sheet.parent)
    if folder is not None:
        for cell in cells:
            check_target(folder / _name(cell))
            check_target(tape_beside(folder / _name(cell)))
        check_writable(folder)
    evolution = next(iter(evolutions_asked(options, 1)), None)
    return GridJob(grid, cells, sheet, folder, not options.no_tape, options.json, evolution)


def make_grid(
    job: GridJob,
    runner: tuple[MakeRunner, AppPaths, str],
    console: Console,
    interrupts: Interrupts,
) -> None:
    """Make all cells, then the sheet; when interrupted, the sheet of what is done.

    Raises `ProblemError` at the end if cells failed: the others are made all the same.
    """
    make_runner, paths, device = runner
    filled: dict[tuple[int, int], Filled] = {}
    problems: list[Problem] = []
    with (
        chatter_to(paths.log),
        _place(job) as place,
        GridFilming(job.evolution, job.grid, console, interrupts) as filming,
    ):
        console.bar("starting torch …")
        worker = make_runner(paths, device)
        try:
            for number, cell in enumerate(job.cells, start=1):
                report = Report(console, f"{number}/{len(job.cells)} ")
                _run(worker, Generate(number, cell.request, place(cell)), report, interrupts)
                filled[cell.row, cell.column] = _filled(report, problems, cell)
                filming.decode(worker, cell, report)
                if job.cells_kept and report.saved is not None:
                    console.result(_cell_line(report, cell, as_json=job.as_json))
        finally:
            if any(one.picture is not None for one in filled.values()):
                _finish(job, filled, console)
        filming.write(filled, as_json=job.as_json)
    if problems:
        first = problems[0]
        what = f"{len(problems)} of {len(job.cells)} cells failed, the first with: {first.what()}"
        raise ProblemError(what, hint=first.hint, ours=first.ours)


def _run(worker: JobRunner, work: Generate, report: Report, interrupts: Interrupts) -> None:
    with interrupts.job():
        worker.run(work, report, lambda: interrupts.asked)


def _filled(report: Report, problems: list[Problem], cell: Cell) -> Filled:
    """What became of the cell; a picture that could not be saved is on the sheet all the same."""
    try:
        report.check()
    except ProblemError as error:
        problems.append(error.problem)
        return Filled(report.picture, "", error.problem.what(), cell.request)
    file = "" if report.saved is None else report.saved.path.name
    return Filled(report.picture, file, request=cell.request)


def _finish(job: GridJob, filled: dict[tuple[int, int], Filled], console: Console) -> None:
    """Files of cells that are not kept are not named."""
    if not job.cells_kept:
        filled = {spot: replace(one, file="") for spot, one in filled.items()}
    save_sheet(job.sheet, job.grid, filled)
    made = sum(one.picture is not None for one in filled.values())
    facts = {"path": str(job.sheet), "sheet": True, "cells": len(job.cells), "made": made}
    console.result(json.dumps(facts) if job.as_json else str(job.sheet))
    console.say(f"seed {job.grid.base.seed}")


def _cell_line(report: Report, cell: Cell, *, as_json: bool) -> str:
    assert report.saved is not None
    line = result_line(report.saved, as_json=as_json)
    if not as_json:
        return line
    return json.dumps({**json.loads(line), "row": cell.row, "column": cell.column})


class _Place:
    """Where each cell's picture goes."""

    def __init__(self, folder: Path, *, tapes: bool) -> None:
        self._folder, self._tapes = folder, tapes

    def __call__(self, cell: Cell) -> Destination:
        return Destination(self._folder, _name(cell), tape=self._tapes)


@contextlib.contextmanager
def _place(job: GridJob) -> Iterator[_Place]:
    """The folder of the cells, or one that is gone afterwards: a picture is always a file."""
    if job.folder is not None:
        yield _Place(job.folder, tapes=job.tapes or job.evolution is not None)
        return
    with tempfile.TemporaryDirectory(prefix="sddesk-") as folder:
        yield _Place(Path(folder), tapes=job.evolution is not None)


def _name(cell: Cell) -> str:
    return f"{cell.row + 1}-{cell.column + 1}.png"
