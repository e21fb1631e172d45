"""Opening a picture with its settings, saving the finished one, showing the folder."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from sddesk.core.problems import Problem, ProblemError, disk_problem
from sddesk.ui.background import Background
from sddesk.ui.requests import restore
from sddesk.ui.results import Opened, Result, open_picture, save_copy
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel


class PictureFiles(QObject):
    """Carries out the File menu; disks are read and written in the background.

    Signals: none.
    """

    def __init__(
        self, workspace: Workspace, session: Session, background: Background, folder: Path
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self.folder = background, folder
        self._found: Sequence[FoundModel] | None = None
        self._waiting: list[Path] = []
        workspace.open_requested.connect(self._ask_what_to_open)
        workspace.open_chosen.connect(self.open)
        workspace.save_requested.connect(self._ask_where_to_save)
        workspace.save_chosen.connect(self.save)
        workspace.folder_requested.connect(self.show_folder)

    def models_arrived(self, found: Sequence["FoundModel"]) -> None:
        """Pictures name their models; now those can be looked up."""
        self._found = found
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            self.open(path)

    def open(self, path: Path) -> None:
        """Show the picture at `path` and put its settings into the form."""
        if self._found is None:
            self._waiting.append(path)
        else:
            self._background.run(partial(open_picture, path), self._show, self._tell)

    def save(self, path: Path) -> None:
        """Save the finished picture at `path`, with its settings."""
        result = self._session.result
        if result is not None:
            work = partial(save_copy, result, path)
            self._background.run(work, self._saved, self._tell)

    def show_folder(self) -> None:
        """Open the folder of the pictures in the system's file manager."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._tell(disk_problem(error, f"opening {self.folder}").problem)
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.folder))):
            title = self.tr("The folder could not be shown")
            self._tell(Problem(title, str(self.folder), self.tr("open it in your file manager")))

    def _ask_what_to_open(self) -> None:
        self._workspace.ask_what_to_open(self.folder)

    def _ask_where_to_save(self) -> None:
        result = self._session.result
        if result is not None:
            name = "picture.png" if result.path is None else result.path.name
            self._workspace.ask_where_to_save(Path.home() / name)

    def _show(self, opened: Opened) -> None:
        panel, messages = self._workspace.panel, self._workspace.messages
        try:
            restored = restore(opened.path, opened.settings, self._found or (), panel.state())
        except ProblemError as error:
            self._tell(error.problem)
            return
        panel.set_state(restored.form)
        self._session.show_opened(Result(opened.picture, None, opened.path), opened.path.name)
        messages.clear("file")
        if restored.problem is not None:
            self._tell(restored.problem)

    def _saved(self, _: None) -> None:
        self._workspace.messages.clear("file")

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("file", problem)
