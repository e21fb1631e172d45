"""Where the window for teaching is opened from, made when it is first asked for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.paths import AppPaths
from sddesk.core.training.experiments import TrainingExperiment
from sddesk.ui.concepts.concepts import Concepts
from sddesk.ui.menus import Menus
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.training.values import TrainingRequest
    from sddesk.ui.teach.teaching import Teaching


class Lessons(QObject):
    """Opens the window for teaching, and puts words that were learned into the prompt.

    Signals:
        learned(object): the `Path` of a concept that is in the collection now, new or anew.
    """

    learned = Signal(object)

    def __init__(
        self,
        menus: Menus,
        workspace: Workspace,
        session: Session,
        concepts: Concepts,
        paths: Callable[[], AppPaths],
    ) -> None:
        super().__init__(menus)
        self._session, self._concepts, self._placed = session, concepts, paths
        self._workspace = workspace
        self._teaching: Teaching | None = None
        menus.teach_requested.connect(self.open)
        menus.teaching_chosen.connect(self._run_experiment)
        self._workspace.shell.closing.connect(self._close)

    def teaching(self) -> "Teaching":
        """The window for teaching with all that belongs to it."""
        from sddesk.ui.teach.teaching import Teaching  # brings Pillow

        if self._teaching is None:
            self._teaching = Teaching(self._workspace, self._session, self._paths)
            self._teaching.learned.connect(self._learned)
        return self._teaching

    def open(self) -> None:
        """Show the window."""
        self.teaching().show()

    def _close(self) -> None:
        if self._teaching is not None:
            self._teaching.close()

    def _paths(self) -> AppPaths:
        """With the folders of concepts that are read in place."""
        return replace(self._placed(), more_concepts=tuple(map(Path, self._concepts.folders)))

    def _run_experiment(self, experiment: TrainingExperiment) -> None:
        self.teaching().run_experiment(experiment)

    def _learned(self, path: Path, request: "TrainingRequest") -> None:
        from sddesk.core.training.templates import as_called

        field, name = self._workspace.panel.prompt, as_called(request)
        text = field.text().rstrip()
        if request.word not in text:
            field.replace_text(f"{text}, {name}" if text else name)
        self._concepts.take(path)
        self.learned.emit(path)
