"""What can be animated: the picture on show, a pair, some pictures, or the grid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sddesk.core.animation.values import Evolution, Film, Look
from sddesk.core.animation.writing import MP4, NUMBERED, STRIP
from sddesk.core.problems import ProblemError

if TYPE_CHECKING:
    from sddesk.core.animation.film import Stage
    from sddesk.core.animation.store import FrameStore
    from sddesk.core.grid import Grid
    from sddesk.core.sheet import Filled
    from sddesk.ui.grid_page import GridPage
    from sddesk.ui.grids import Grids

PICTURE, PAIR, OTHER, SOME, GRID = "picture", "pair", "other", "some", "grid"
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridOnShow:
    """A grid, the files of its cells, and what became of those that have none."""

    grid: "Grid"
    files: "dict[Place, Path]"
    filled: "dict[Place, Filled]"


@dataclass(frozen=True, slots=True)
class Scene:
    """The evolutions to be shown together; in the cells of a grid, or in a row."""

    evolutions: tuple[Evolution, ...]
    grid: GridOnShow | None = None

    def film(self, look: Look, store: "FrameStore", kind: str) -> Film:
        """The film of it, from what was decoded; raises `ProblemError`."""
        from sddesk.core.animation.film import make_film, mp4_look

        automatic = look.scale is None
        if automatic and (self.grid is not None or kind in (NUMBERED, STRIP)):
            look = replace(look, scale=1.0)  # many pictures are large together
        if automatic and kind == MP4:
            look = mp4_look(look, self._stage)
        return make_film(self.evolutions, self._stage(look), look, store)

    def _stage(self, look: Look) -> "Stage":
        from sddesk.core.animation.film import grid_stage, row_stage

        if self.grid is None:
            return row_stage(self.evolutions, look)
        cells = dict(zip(self.grid.files, self.evolutions, strict=True))
        return grid_stage(self.grid.grid, cells, self.grid.filled, look)


def read_row(paths: Sequence[Path], folders: tuple[Path, ...]) -> Scene:
    """These pictures or tapes side by side; raises `ProblemError`."""
    from sddesk.core.animation.reading import read_evolution

    return Scene(tuple(read_evolution(path, folders) for path in paths))


def read_grid(shown: GridOnShow, folders: tuple[Path, ...]) -> Scene:
    """All cells of a grid that have their tapes; raises `ProblemError` if there are none."""
    from sddesk.core.animation.reading import read_evolution

    files: dict[Place, Path] = {}
    evolutions: list[Evolution] = []
    problem: ProblemError | None = None
    for place, path in shown.files.items():
        try:
            evolutions.append(read_evolution(path, folders))
        except ProblemError as error:
            problem = error
        else:
            files[place] = path
    if problem is not None and not evolutions:
        raise problem
    return Scene(tuple(evolutions), replace(shown, files=files))


def grid_on_show(grids: "Grids", page: "GridPage") -> GridOnShow | None:
    """The grid and the files of its cells, while all of them are looked at."""
    from sddesk.core.sheet import Filled

    if grids.grid is None or not page.view.isVisible():
        return None
    cells = grids.cells.items()
    files = {place: cell.path for place, cell in cells if cell.path is not None}
    return GridOnShow(grids.grid, files, {place: Filled(failure=c.failure) for place, c in cells})


def parent_of(path: Path) -> Path | None:
    """The picture from which this one branched, if it is still there; raises `ProblemError`."""
    from sddesk.core.lineage import family

    own = (member for member in family(path) if member.path == path)
    return next((member.parent for member in own), None)
