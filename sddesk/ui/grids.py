"""From two axes to jobs, and from their events to the cells of the grid."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.axes import Axis
from sddesk.core.axis_help import around
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
from sddesk.core.values import GenerationRequest, ModelRef, Picture
from sddesk.ui.background import Background
from sddesk.ui.frames import frame_of
from sddesk.ui.grid_panel import SPREAD
from sddesk.ui.grid_stage import GridStage
from sddesk.ui.grid_view import CellState, Place
from sddesk.ui.grid_work import GridWork
from sddesk.ui.images import to_image
from sddesk.ui.session import Session
from sddesk.ui.sketching import Requests, Sketch
from sddesk.ui.workspace import Workspace

_SETTLE_MS = 150  # while axes are typed


class Grids(QObject):
    """The grid on show. Its cells are made by the queue, as all pictures are.

    Signals:
        changed(): there is another grid, or a cell has come to its end.
        cell_made(object): the `Place` of a cell that has its picture now.
        branch_requested(object, int): the `Path` of a cell to branch from, and the steps to keep.
    """

    changed = Signal()
    cell_made = Signal(object)
    branch_requested = Signal(object, int)

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
        self._background = background
        self.stage = GridStage(workspace, session, show)
        self.grid: Grid | None = None
        self._base: GenerationRequest | None = None  # the branch that all cells go on from
        self._places: dict[int, Place] = {}  # of the jobs that make or open cells
        self._begun = 0.0
        self._work = GridWork()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._count)
        self._connect()

    @property
    def cells(self) -> dict[Place, CellState]:
        """What is known of the cells by now."""
        return self._page.view.cells

    def fill(self) -> None:
        """Make all cells of the grid that the panel describes."""
        try:
            grid = self.described()
            self.requests_of(grid)
        except ProblemError as error:
            self._tell(error.problem)
            return
        self._session.sketching.add([grid.base], partial(self._fill, grid))

    def _fill(self, grid: Grid, made: Requests, sketch: Sketch | None) -> None:
        grid = replace(grid, base=made[0])
        self.begin(grid, max(request.steps_run for request in self.requests_of(grid).values()))
        if sketch is not None:
            self._session.frozen.emit(grid.base, sketch)
        chosen = self._panel.order.currentData()
        order = spread(*grid.shape) if chosen == SPREAD else by_rows(*grid.shape)
        self.make(order)
        self.changed.emit()

    def fill_with(self, rows: Axis, columns: Axis | None) -> None:
        """Put these axes into the panel, and make the grid."""
        self.set_axes(rows, columns, None)
        self.fill()

    def start_from(self, request: GenerationRequest) -> None:
        """Let the cells of the next grid go on from a recorded step."""
        self.set_axes(around("guidance", request), None, request)
        self._panel.rows.setFocus()

    def set_axes(self, rows: Axis, columns: Axis | None, base: GenerationRequest | None) -> None:
        """Describe a grid: of the form's settings, or of the branch `base`."""
        self._workspace.docks.show("grid")
        self._base = base
        self._panel.show_base(None if base is None else base.branch)
        self._panel.set_axes(rows, columns)

    def described(self) -> Grid:
        """What panel and form say, with an outline of the drawing; raises `ProblemError`."""
        rows = self._panel.rows.axis()
        assert rows is not None
        return Grid(self._outlined(), rows, self._panel.columns.axis())

    def requests_of(self, grid: Grid) -> dict[Place, GenerationRequest]:
        """What each cell asks for, as any picture does; raises `ProblemError`."""
        cells = cells_of(grid, self._session.finish)
        return {(cell.row, cell.column): cell.request for cell in cells}

    def begin(self, grid: Grid, steps: int) -> None:
        """Show that grid, with nothing in its cells yet."""
        self.stop()
        self._workspace.messages.clear("grid")
        self.grid, self._places = grid, {}
        labels = [
            () if axis is None else tuple(axis.label(i) for i in range(len(axis.values)))
            for axis in (grid.rows, grid.columns)
        ]
        self._page.view.begin(labels[0], labels[1], grid.base.width / grid.base.height)
        self._page.begin(steps)
        with suppress(ProblemError):  # a sheet's own settings may lack what its cells had
            for place, request in self.requests_of(grid).items():
                self.cells[place].request = request
        self.stage.set_shown(shown=True)

    def take_up(self, places: Mapping[int, Place]) -> None:
        """Those jobs of the queue make cells of the grid on show."""
        self._places |= places
        self._show_state()

    def make(self, order: Sequence[Place]) -> None:
        """Let the queue make those cells, in that order."""
        requests = [self.cells[place].request for place in order]
        ids = self._session.jobs.add([request for request in requests if request is not None])
        self._places |= dict(zip(ids, order, strict=True))
        self._show_state()

    def put(self, place: Place, picture: Picture, path: Path | None, model: ModelRef) -> None:
        """A cell that was made earlier; its steps follow where its tape is still here."""
        from sddesk.core.tapes import tape_beside

        cell = self.cells[place]
        cell.picture, cell.finished, cell.path = picture, to_image(picture), path
        if path is not None and tape_beside(path).is_file():
            tape = tape_beside(path)
            job = self._session.jobs.submit(lambda job_id: OpenTape(job_id, tape, model))
            self._places[job.id] = place
        self._page.view.refresh(place)
        self.cell_made.emit(place)
        self._show_state()

    def stop(self) -> None:
        """Make no more cells; those that are done stay."""
        jobs, ids = self._session.jobs, set(self._places)
        jobs.change(jobs.queue.without(ids))
        current = jobs.current()
        if current is not None and current.id in ids:
            jobs.stop(current.id)

    def _connect(self) -> None:
        panel, page, jobs = self._panel, self._page, self._session.jobs
        for editor in (panel.rows, panel.columns):
            editor.take_current_from(self._current)
        panel.changed.connect(self._settle.start)
        self._workspace.panel.changed.connect(self._settle.start)
        panel.fill_requested.connect(self.fill)
        panel.stop_requested.connect(self.stop)
        panel.pause_requested.connect(self._workspace.queue.pause)
        panel.base_dropped.connect(self._drop_base)
        page.branch_requested.connect(self._branch)
        jobs.happened.connect(self._on_event)
        jobs.changed.connect(self._show_state)

    def _outlined(self) -> GenerationRequest:
        """What the cells go on from, while somebody may be drawing; raises `ProblemError`."""
        return self._base or self._session.outlined()

    def _current(self) -> GenerationRequest | None:
        try:
            return self._outlined()
        except ProblemError:
            return None

    def _drop_base(self) -> None:
        self._base = None
        self._panel.show_base(None)
        self._settle.start()

    def _branch(self, row: int, column: int, step: int) -> None:
        """Go on from a cell, keeping the steps up to the one on show."""
        cell = self.cells[row, column]
        if cell.path is not None:
            steps = max(cell.frames, default=0)
            self.branch_requested.emit(cell.path, max(0, min(step, steps - 1)))

    # What is said of the work

    def _count(self) -> None:
        if self._workspace.panel.form.model.ref() is None:
            return
        try:
            # Only the form's own prompt is looked through: there may be two thousand cells.
            concepts = self._session.finish(self._outlined()).concepts
            self._panel.offer_concepts([use.name for use in concepts])
            grid = self.described()
            cells = cells_of(replace(grid, base=replace(grid.base, concepts=concepts)))
        except ProblemError as error:
            self._panel.show_reason(f"{error.problem.what()}. {error.problem.hint}")
            return
        self._panel.show_work(self._work.of([cell.request for cell in cells]))

    def _show_state(self) -> None:
        jobs = self._session.jobs
        current = jobs.current()
        busy = {entry.id for entry in jobs.queue.waiting}
        busy |= set() if current is None else {current.id}
        filled = any(cell.picture is not None for cell in self.cells.values())
        filling = bool(busy & set(self._places))
        self._panel.set_state(filling=filling, filled=filled, paused=jobs.queue.paused)

    # What happens to the cells

    def _on_event(self, event: Event, job: Job) -> None:
        if isinstance(job, Generate):
            self._learn(event)
        place = self._places.get(job.id)
        if place is None:
            if isinstance(event, Started) and isinstance(job, Generate):
                self.stage.give_way()
            return
        self._update(place, self.cells[place], event, job)
        self._page.view.refresh(place)

    def _learn(self, event: Event) -> None:
        """How long pictures take here, whatever they are made for."""
        match event:
            case Started():
                self._begun = time.perf_counter()
            case PictureMade():
                self._work.learn(event.request, time.perf_counter() - self._begun)
            case _:
                return

    def _update(self, place: Place, cell: CellState, event: Event, job: Job) -> None:
        match event:
            case StepDone():
                cell.frames[event.step] = frame_of(event)
            case PictureMade():
                cell.picture, cell.finished = event.picture, to_image(event.picture)
                self.cell_made.emit(place)
            case ImageSaved():
                cell.path = event.path
                self.changed.emit()
            case Failed() if isinstance(job, Generate):
                cell.failure = event.problem.what()
                self.changed.emit()
            case _:
                return

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("grid", problem)


def matched(
    wanted: Mapping[Place, GenerationRequest], made: Sequence[tuple[int, GenerationRequest]]
) -> dict[int, Place]:
    """Which of the jobs `made` makes which of the cells `wanted`."""
    left, found = dict(wanted), dict[int, Place]()
    for job_id, request in made:
        place = next((place for place, one in left.items() if one == request), None)
        if place is not None:
            found[job_id] = place
            del left[place]
    return found
