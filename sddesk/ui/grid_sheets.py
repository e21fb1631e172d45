"""The grid on show as one picture file, and back."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.grid import Grid
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.background import Background
from sddesk.ui.grids import Grids
from sddesk.ui.session import Session
from sddesk.ui.sketching import Requests, Sketch
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.dropped import DroppedSheet
    from sddesk.core.sheet import Filled


class GridSheets(QObject):
    """Sheets are written in the background.

    Signals:
        sheet_chosen(object): the `Path` to save the sheet at.
    """

    sheet_chosen = Signal(object)

    def __init__(
        self, workspace: Workspace, session: Session, background: Background, grids: Grids
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self._grids = background, grids
        workspace.grid.sheet_requested.connect(self._ask)
        self.sheet_chosen.connect(self.save)

    def open(self, dropped: "DroppedSheet") -> None:
        """Show the grid of a sheet; the form has its settings already."""
        sheet, grids = dropped.sheet, self._grids
        grids.set_axes(sheet.rows, sheet.columns, None)
        try:
            grid = grids.described()
        except ProblemError as error:
            self._tell(error.problem)
            return
        self._session.sketching.add([grid.base], partial(self._show, dropped, grid))

    def _show(self, dropped: "DroppedSheet", grid: Grid, made: Requests, _: Sketch | None) -> None:
        sheet, grids, grid = dropped.sheet, self._grids, replace(grid, base=made[0])
        grids.begin(grid, sheet.base.steps or 1)
        for found in sheet.cells:
            place = found.row, found.column
            if place in grids.cells and found.picture is not None:
                folder = self._session.jobs.destination.folder
                path = _file_of(found.file, dropped.path.parent, folder)
                grids.put(place, found.picture, path, grid.base.model)

    def save(self, path: Path) -> None:
        """Write all cells that there are into one picture."""
        from sddesk.core.sheet import save_sheet

        if self._grids.grid is not None:
            work = partial(save_sheet, path, self._grids.grid, self._filled())
            self._background.run(work, self._saved, self._tell)

    def _ask(self) -> None:
        self._workspace.ask_where_to_save(Path.home() / "grid.png", self.sheet_chosen)

    def _filled(self) -> "dict[tuple[int, int], Filled]":
        from sddesk.core.sheet import Filled

        return {
            place: Filled(
                cell.picture, cell.path.name if cell.path else "", cell.failure, cell.request
            )
            for place, cell in self._grids.cells.items()
        }

    def _saved(self, _: None) -> None:
        self._workspace.messages.clear("grid")

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("grid", problem)


def _file_of(name: str, *folders: Path) -> Path | None:
    """The cell's own picture, if it is still there."""
    if not name or Path(name).name != name:
        return None
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
