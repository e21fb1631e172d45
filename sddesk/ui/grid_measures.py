"""What is measured in the cells: the number on each, and the curve along an axis."""

from functools import partial

from PySide6.QtCore import QObject

from sddesk.core.axes import Axis
from sddesk.core.axis_help import is_ranged
from sddesk.core.measures import Measures, curves
from sddesk.core.problems import Problem
from sddesk.core.values import Picture
from sddesk.ui.background import Background
from sddesk.ui.grid_page import GridPage
from sddesk.ui.grid_view import CellState, Place
from sddesk.ui.grids import Grids


class GridMeasures(QObject):
    """Pictures are measured in the background, as each of them comes.

    Signals: none.
    """

    def __init__(self, page: GridPage, grids: Grids, background: Background) -> None:
        super().__init__(grids)
        self._page, self._grids, self._background = page, grids, background
        grids.cell_made.connect(self._measure)
        grids.changed.connect(self._show)
        page.measure_chosen.connect(self._show)

    def _measure(self, place: Place) -> None:
        cell = self._grids.cells[place]
        if cell.picture is not None:
            then = partial(self._measured, cell)
            self._background.run(partial(_measured, cell.picture), then, _ignore)

    def _measured(self, cell: CellState, measures: Measures) -> None:
        cell.measures = measures
        self._show()

    def _show(self) -> None:
        grid, name = self._grids.grid, self._page.measure()
        self._page.view.show_measure(name)
        self._page.plot.setVisible(bool(name))
        if grid is None or not name:
            return
        down = _goes_down(grid.rows, grid.columns)
        axis = grid.rows if down or grid.columns is None else grid.columns
        values = {
            place: float(getattr(cell.measures, name))
            for place, cell in self._grids.cells.items()
            if cell.measures is not None
        }
        lines, mean = curves(values, grid.shape, down=down)
        labels = [axis.label(index).removeprefix(f"{axis.kind} ") for index in range(len(mean))]
        title = self.tr("{measure} over {axis}").format(
            measure=self._page.measure_title(), axis=axis.kind
        )
        self._page.plot.show_lines(title, labels, lines, mean)


def _goes_down(rows: Axis, columns: Axis | None) -> bool:
    """Whether the curve follows the rows: the axis of numbers, where it has more than one."""
    if columns is None or len(columns.values) < 2:
        return True
    if len(rows.values) < 2:
        return False
    return (is_ranged(rows.kind) and rows.kind != "seed") or not is_ranged(columns.kind)


def _measured(picture: Picture) -> Measures:
    from sddesk.core.measures import measure

    return measure(picture)


def _ignore(_: Problem) -> None:
    """A picture in memory can always be measured."""
