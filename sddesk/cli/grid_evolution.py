"""`sddesk grid --evolution`: all cells of a grid in lockstep."""

from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sddesk.cli.console import Console
from sddesk.cli.evolution import EvolutionAsked, Filming, evolution_line
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.work import Report
from sddesk.core.grid import Cell, Grid
from sddesk.core.sheet import Filled

if TYPE_CHECKING:
    from sddesk.core.messages import JobRunner


class GridFilming:
    """Takes the cells as they are made; does nothing where no evolution is asked for."""

    def __init__(
        self, asked: EvolutionAsked | None, grid: Grid, console: Console, interrupts: Interrupts
    ) -> None:
        self._asked, self._grid, self._console = asked, grid, console
        self._filming = None if asked is None else Filming(asked, console, interrupts)
        self._cells: list[tuple[int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was decoded."""
        if self._filming is not None:
            self._filming.close()

    def decode(self, worker: "JobRunner", cell: Cell, made: Report) -> None:
        """Decode the steps of a cell, if it was made."""
        saved, picture = made.saved, made.picture
        if self._filming is None or saved is None or saved.tape is None or picture is None:
            return
        self._filming.decode(worker, saved, picture)
        self._cells.append((cell.row, cell.column))

    def write(self, filled: Mapping[tuple[int, int], Filled], *, as_json: bool) -> None:
        """Write the animation of all cells that there are, and tell where it is."""
        from sddesk.core.animation.film import grid_stage

        if self._filming is None or self._asked is None or not self._cells:
            return
        evolutions = dict(zip(self._cells, self._filming.evolutions, strict=True))
        frames = self._filming.write(partial(grid_stage, self._grid, evolutions, filled))
        self._console.result(evolution_line(self._asked.target, frames, as_json=as_json))
