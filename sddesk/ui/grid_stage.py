"""What stands in the middle of the window: all cells, one of them, or another picture."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace


class GridStage(QObject):
    """Goes from the grid into a cell and back, always at the same step.

    Signals: none.
    """

    def __init__(
        self, workspace: Workspace, session: Session, show: Callable[[Path], None]
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._show = workspace, session, show
        self._page = workspace.grid_page
        self._page.view.cell_chosen.connect(self._zoom)
        self._page.back_requested.connect(self._back)
        self._page.closed.connect(partial(self.set_shown, shown=False))
        workspace.result_shown.connect(self._result_shown)

    def set_shown(self, *, shown: bool) -> None:
        """Show all cells, or none."""
        self._page.set_zoomed(zoomed=False)
        page, pictures = self._page, self._workspace.pictures
        leaving, coming = (pictures, page) if shown else (page, pictures)
        leaving.hide()  # first: the window would grow to hold both
        coming.show()

    def give_way(self) -> None:
        """Another picture is what one asked for last."""
        if not self._page.isHidden():
            self._page.set_zoomed(zoomed=True)
            self._workspace.pictures.show()

    def _zoom(self, row: int, column: int) -> None:
        """Look at one cell, at the step at which all of them are."""
        cell, step = self._page.view.cells[row, column], self._page.slider.value()
        if cell.path is None:
            return
        self._workspace.steps.keep_step(step if step <= self._page.steps else 0)
        self._show(cell.path)

    def _back(self) -> None:
        """All cells again, at the step that the one was left at."""
        timeline = self._workspace.steps.timeline
        if timeline.steps and timeline.value():
            finished = timeline.value() > timeline.steps
            self._page.slider.setValue(self._page.steps + 1 if finished else timeline.value())
        self.set_shown(shown=True)
        self._page.view.setFocus()

    def _result_shown(self, result: Result) -> None:
        """A picture was opened, from a cell or from elsewhere: it is what one wants to see."""
        if result.request is None:
            self.give_way()
