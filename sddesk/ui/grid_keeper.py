"""Keeps the grid in a file while it is filled, and brings it back with the queue of last time."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.grid_file import KeptGrid, Place, load_grid, save_grid
from sddesk.core.models import FoundModel
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.background import Background
from sddesk.ui.grids import Grids, matched

_PAUSE_MS = 300


class GridKeeper(QObject):
    """The queue's own file says what is still to be made; this one, of which grid it is a part.

    Signals:
        failed(object): a `Problem`.
    """

    failed = Signal(object)

    def __init__(self, path: Path, grids: Grids) -> None:
        super().__init__(grids)
        self._path, self._grids = path, grids
        self._left: KeptGrid | None = None  # of the last run
        self._loaded = False
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._save)
        grids.changed.connect(self._timer.start)

    def load(self, models: Sequence[FoundModel]) -> None:
        """Look for the grid of the last run; only the first call counts."""
        if not self._loaded:
            self._loaded = True
            work = partial(load_grid, self._path, list(models))
            self._background.run(work, self._take, self.failed.emit)

    def still_wanted(self, requests: Sequence[GenerationRequest]) -> list[GenerationRequest]:
        """Without the cells whose pictures were saved in the last moment."""
        left = list(requests)
        for request in self._cells(done=True).values():
            if request in left:
                left.remove(request)
        return left

    def resumed(self, jobs: Sequence[tuple[int, GenerationRequest]]) -> None:
        """The queue goes on with what the last run left: show the grid that it belongs to."""
        missing = self._cells(done=False)
        left, self._left = self._left, None
        places = matched(missing, jobs)
        if left is not None and places:
            self._show(left, max(request.steps_run for request in missing.values()))
            self._grids.take_up(places)
            settled = {*places.values(), *left.failures}  # the rest was made as it all ended
            self._grids.make([place for place in missing if place not in settled])

    def close(self) -> None:
        """Save now."""
        self._background.close(2)
        if self._timer.isActive():
            self._timer.stop()
            kept = self._kept()
            if kept is not None:
                try:
                    save_grid(self._path, kept)
                except ProblemError:
                    return  # the settings, in the same folder, have told it already

    def _take(self, kept: KeptGrid | None) -> None:
        self._left = kept

    def _cells(self, *, done: bool) -> dict[Place, GenerationRequest]:
        """The cells of the last run's grid that have their pictures, or those that do not."""
        if self._left is None:
            return {}
        try:
            requests = self._grids.requests_of(self._left.grid)
        except ProblemError:  # a concept or a wildcard is not there any more
            return {}
        return {p: one for p, one in requests.items() if (p in self._left.files) == done}

    def _show(self, left: KeptGrid, steps: int) -> None:
        grids, grid = self._grids, left.grid
        base = grid.base if grid.base.branch is not None else None
        grids.set_axes(grid.rows, grid.columns, base)
        grids.begin(grid, steps)
        for place, why in left.failures.items():
            if place in grids.cells:
                grids.cells[place].failure = why
        self._background.run(partial(_pictures, left), self._put, self.failed.emit)

    def _put(self, found: list[tuple[Place, Picture, Path]]) -> None:
        grid = self._grids.grid
        for place, picture, path in found:
            if grid is not None and place in self._grids.cells:
                self._grids.put(place, picture, path, grid.base.model)

    def _kept(self) -> KeptGrid | None:
        grid, cells = self._grids.grid, self._grids.cells
        if grid is None:
            return None
        files = {place: cell.path for place, cell in cells.items() if cell.path is not None}
        failures = {place: cell.failure for place, cell in cells.items() if cell.failure}
        return KeptGrid(grid, files, failures)

    def _save(self) -> None:
        kept = self._kept()
        if kept is not None:
            self._background.run(partial(save_grid, self._path, kept), _ignore, _untold)


def _pictures(kept: KeptGrid) -> list[tuple[Place, Picture, Path]]:
    """The finished cells, but for those that are gone or damaged."""
    from sddesk.core.picture_files import load_picture

    found: list[tuple[Place, Picture, Path]] = []
    for place, path in kept.files.items():
        try:
            found.append((place, load_picture(path), path))
        except ProblemError:
            continue
    return found


def _ignore(_: None) -> None:
    """Saved: nothing to tell."""


def _untold(_: Problem) -> None:
    """The queue's file lies beside it and tells the same."""
