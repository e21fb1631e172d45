"""All that belongs to grids in the window, put together."""

from PySide6.QtCore import QObject

from sddesk.core.paths import AppPaths
from sddesk.ui.background import Background
from sddesk.ui.branching import Branching
from sddesk.ui.grid_keeper import GridKeeper
from sddesk.ui.grid_measures import GridMeasures
from sddesk.ui.grid_sheets import GridSheets
from sddesk.ui.grids import Grids
from sddesk.ui.picture_files import PictureFiles
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace


class GridDesk(QObject):
    """The grid, its sheets, its file and its measures, and the ways to and from branches.

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        pictures: PictureFiles,
        branching: Branching,
        paths: AppPaths,
    ) -> None:
        super().__init__(workspace)
        self.grids = Grids(workspace, session, background, pictures.show_only)
        self.sheets = GridSheets(workspace, session, background, self.grids)
        self.keeper = GridKeeper(paths.settings.with_name("grid.json"), self.grids)
        self.measures = GridMeasures(workspace.grid_page, self.grids, background)
        pictures.sheet_dropped.connect(self.sheets.open)
        branching.grid_requested.connect(self.grids.start_from)
        self.grids.branch_requested.connect(branching.branch_from)
