"""From two axes to jobs, and from their events to the cells of the grid."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.axes import Axis
from sddesk.core.grid import Grid, by_rows, cells_of, spread
from sddesk.core.messages import (
    Event,
    Failed,
    Generate,
    ImageSaved,
    Job,
    OpenTape,
    PictureMade,
    Started,
    StepDone,
)
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import GenerationRequest
from sddesk.ui.background import Background
from sddesk.ui.frames import frame_of
from sddesk.ui.grid_panel import SPREAD
from sddesk.ui.grid_view import CellState, Place
from sddesk.ui.grid_work import GridWork
from sddesk.ui.images import to_image
from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.dropped import DroppedSheet
    from sddesk.core.sheet import Filled

_SETTLE_MS = 150  # while axes are typed


class Grids(QObject):
    """The grid on show. Its cells are made by the queue, as all pictures are.

    Signals:
        sheet_chosen(object): the `Path` to save the sheet at.
    """

    sheet_chosen = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        show: Callable[[Path], None],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._panel, self._page = workspace.grid, workspace.grid_page
        self._background, self._show = background, show
        self._grid: Grid | None = None
        self._places: dict[int, Place] = {}  # of the jobs that make or open cells
        self._begun = 0.0
        self._work = GridWork()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._count)
        self._connect()

    def fill(self) -> None:
        """Make all cells of the grid that the panel describes."""
        try:
            grid = self._described()
            finish = self._session.finish
            requests = {(cell.row, cell.column): finish(cell.request) for cell in cells_of(grid)}
        except ProblemError as error:
            self._tell(error.problem)
            return
        self._workspace.messages.clear("grid")
        self._begin(grid, max(request.steps_run for request in requests.values()))
        chosen = self._panel.order.currentData()
        order = spread(*grid.shape) if chosen == SPREAD else by_rows(*grid.shape)
        for place, request in requests.items():
            self._page.view.cells[place].request = request
        ids = self._session.jobs.add([requests[place] for place in order])
        self._places = dict(zip(ids, order, strict=True))
        self._show_state()

    def fill_with(self, rows: Axis, columns: Axis | None) -> None:
        """Put these axes into the panel, and make the grid."""
        self._workspace.docks.show("grid")
        self._panel.set_axes(rows, columns)
        self.fill()

    def stop(self) -> None:
        """Make no more cells; those that are done stay."""
        jobs, ids = self._session.jobs, set(self._places)
        jobs.change(jobs.queue.without(ids))
        current = jobs.current()
        if current is not None and current.id in ids:
            jobs.stop(current.id)

    def open_sheet(self, dropped: "DroppedSheet") -> None:
        """Show the grid of a sheet; the form has its settings already."""
        sheet = dropped.sheet
        self._workspace.docks.show("grid")
        self._panel.set_axes(sheet.rows, sheet.columns)
        try:
            self._begin(self._described(), sheet.base.steps or 1)
        except ProblemError as error:
            self._tell(error.problem)
            return
        cells = self._page.view.cells
        for found in sheet.cells:
            cell = cells.get((found.row, found.column))
            if cell is not None and found.picture is not None:
                cell.picture, cell.finished = found.picture, to_image(found.picture)
                cell.path = _file_of(found.file, dropped.path.parent, self._folder())
                self._open_steps((found.row, found.column), cell)
        self._show_state()

    def _connect(self) -> None:
        panel, page, jobs = self._panel, self._page, self._session.jobs
        for editor in (panel.rows, panel.columns):
            editor.take_current_from(self._current)
        panel.changed.connect(self._settle.start)
        self._workspace.panel.changed.connect(self._settle.start)
        panel.fill_requested.connect(self.fill)
        panel.stop_requested.connect(self.stop)
        panel.sheet_requested.connect(self._ask_for_sheet)
        self.sheet_chosen.connect(self.save_sheet)
        page.view.cell_chosen.connect(self._zoom)
        page.back_requested.connect(self._back)
        page.closed.connect(partial(self._show_page, shown=False))
        jobs.happened.connect(self._on_event)
        jobs.changed.connect(self._show_state)
        self._workspace.result_shown.connect(self._result_shown)

    def _current(self) -> GenerationRequest | None:
        try:
            return self._session.requests()[0]
        except ProblemError:
            return None

    def _described(self) -> Grid:
        """What the panel and the form say; raises `ProblemError`."""
        rows = self._panel.rows.axis()
        assert rows is not None
        return Grid(self._session.requests()[0], rows, self._panel.columns.axis())

    def _begin(self, grid: Grid, steps: int) -> None:
        self.stop()
        self._grid, self._places = grid, {}
        labels = [
            () if axis is None else tuple(axis.label(i) for i in range(len(axis.values)))
            for axis in (grid.rows, grid.columns)
        ]
        self._page.view.begin(labels[0], labels[1], grid.base.width / grid.base.height)
        self._page.begin(steps)
        self._show_page(shown=True)

    # What is said of the work

    def _count(self) -> None:
        if self._workspace.panel.form.model.ref() is None:
            return
        try:
            cells = cells_of(self._described())
        except ProblemError as error:
            self._panel.show_reason(f"{error.problem.what()}. {error.problem.hint}")
            return
        requests = [cell.request for cell in cells]
        self._panel.show_work(self._work.text(requests), self._work.remark(requests))

    # What happens to the cells

    def _on_event(self, event: Event, job: Job) -> None:
        place = self._places.get(job.id)
        if place is None:
            if isinstance(event, Started) and isinstance(job, Generate) and self._is_shown():
                self._page.set_zoomed(zoomed=True)  # another picture is what one asked for last
                self._workspace.pictures.show()
            return
        self._update(self._page.view.cells[place], event, job)
        self._page.view.refresh(place)

    def _update(self, cell: CellState, event: Event, job: Job) -> None:
        match event:
            case Started():
                self._begun = time.perf_counter()
            case StepDone():
                cell.frames[event.step] = frame_of(event)
            case PictureMade():
                cell.picture, cell.finished = event.picture, to_image(event.picture)
                self._work.learn(event.request, time.perf_counter() - self._begun)
            case ImageSaved():
                cell.path = event.path
            case Failed() if isinstance(job, Generate):
                cell.failure = event.problem.what()
            case _:
                return

    def _open_steps(self, place: Place, cell: CellState) -> None:
        """The recorded steps of a cell of a sheet, where its tape and its model are here."""
        from sddesk.core.tapes import tape_beside

        model = self._workspace.panel.form.model.ref()
        if cell.path is not None and model is not None and tape_beside(cell.path).is_file():
            tape = tape_beside(cell.path)
            job = self._session.jobs.submit(lambda job_id: OpenTape(job_id, tape, model))
            self._places[job.id] = place

    # What is seen

    def _is_shown(self) -> bool:
        return not self._page.isHidden()

    def _show_page(self, *, shown: bool) -> None:
        self._page.set_zoomed(zoomed=False)
        self._page.setVisible(shown)
        self._workspace.pictures.setVisible(not shown)

    def _zoom(self, row: int, column: int) -> None:
        """Look at one cell, at the step at which all of them are."""
        cell, step = self._page.view.cells[row, column], self._page.slider.value()
        if cell.path is None:
            return
        self._workspace.steps.keep_step(step if step <= self._page.steps else None)
        if step > self._page.steps:
            self._workspace.steps.keep_step(0)
        self._show(cell.path)

    def _back(self) -> None:
        """All cells again, at the step that the one was left at."""
        timeline = self._workspace.steps.timeline
        if timeline.steps and timeline.value():
            finished = timeline.value() > timeline.steps
            self._page.slider.setValue(self._page.steps + 1 if finished else timeline.value())
        self._show_page(shown=True)
        self._page.view.setFocus()

    def _result_shown(self, result: Result) -> None:
        """A picture was opened, from a cell or from elsewhere: it is what one wants to see."""
        if result.request is None and self._is_shown():
            self._page.set_zoomed(zoomed=True)
            self._workspace.pictures.show()

    def _show_state(self) -> None:
        jobs = self._session.jobs
        current = jobs.current()
        busy = {entry.id for entry in jobs.queue.waiting}
        busy |= set() if current is None else {current.id}
        cells = self._page.view.cells.values()
        filled = any(cell.picture is not None for cell in cells)
        self._panel.set_state(filling=bool(busy & set(self._places)), filled=filled)

    # The sheet

    def _ask_for_sheet(self) -> None:
        self._workspace.ask_where_to_save(Path.home() / "grid.png", self.sheet_chosen)

    def save_sheet(self, path: Path) -> None:
        """Write all cells that there are into one picture."""
        from sddesk.core.sheet import save_sheet

        if self._grid is not None:
            work = partial(save_sheet, path, self._grid, self._filled())
            self._background.run(work, self._saved, self._tell)

    def _filled(self) -> "dict[Place, Filled]":
        from sddesk.core.sheet import Filled

        return {
            place: Filled(cell.picture, cell.path.name if cell.path else "", cell.failure)
            for place, cell in self._page.view.cells.items()
        }

    def _saved(self, _: None) -> None:
        self._workspace.messages.clear("grid")

    def _folder(self) -> Path:
        return self._session.jobs.destination.folder

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("grid", problem)


def _file_of(name: str, *folders: Path) -> Path | None:
    """The cell's own picture, if it is still there."""
    if not name or Path(name).name != name:
        return None
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
