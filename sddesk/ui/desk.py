"""All that works in one window: put together, started and ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QTimer

from sddesk.core.messages import JobRunner
from sddesk.core.models import find_models
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import Settings
from sddesk.ui.background import Background
from sddesk.ui.picture_files import PictureFiles
from sddesk.ui.session import Session
from sddesk.ui.settings_keeper import SettingsKeeper
from sddesk.ui.shell import Shell
from sddesk.ui.token_counter import TokenCounter
from sddesk.ui.worker import Worker
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel

_BREATH_MS = 50  # time for the full window to be painted, before imports compete with it
_LIMIT_MS = 10_000  # an import of torch takes seconds and cannot be interrupted
_BACKGROUND_LIMIT_S = 3


class Desk(QObject):
    """The content of the window, its session, and the threads beside it.

    Signals: none.
    """

    def __init__(
        self,
        shell: Shell,
        paths: AppPaths,
        settings: Settings,
        make_runner: Callable[[], JobRunner],
        files: Sequence[Path] = (),
    ) -> None:
        super().__init__()
        self.shell = shell
        self.ended_cleanly: bool | None = None
        self._paths, self._settings = paths, settings
        self.workspace = Workspace(shell)
        self.workspace.panel.set_state(settings.form)
        self.workspace.steps.set_choice(settings.timeline_frames)
        self.background, self._search = Background(self), Background(self)
        self.worker = Worker(make_runner)
        self.session = Session(self.workspace, self.worker, paths, settings.tape_quota)
        self.pictures = PictureFiles(self.workspace, self.session, self.background, paths.pictures)
        for file in files:
            self.pictures.open(file)
        self._keeper = SettingsKeeper(paths.settings, settings, self._current, self.background)
        self._watch()
        QTimer.singleShot(_BREATH_MS, self._start)

    def tell(self, topic: str, problem: Problem | None) -> None:
        """Show a problem of the start, if there is one."""
        if problem is not None:
            self.workspace.messages.show_problem(topic, problem)

    def _watch(self) -> None:
        panel = self.workspace.panel
        for field in (panel.prompt, panel.negative):
            counter = TokenCounter(field, panel.form.model.ref, self.background)
            panel.form.model_changed.connect(counter.recount)
        self._keeper.failed.connect(partial(self.tell, "settings"))
        panel.changed.connect(self._keeper.touch)
        self.workspace.steps.choice_changed.connect(self._keeper.touch)
        self.shell.closing.connect(self._close)

    def _start(self) -> None:
        """Everything that takes time, now that the window is up."""
        if self.ended_cleanly is not None:
            return
        self.worker.start(QThread.Priority.LowPriority)
        work = partial(find_models, self._paths.model_folders)
        self._search.run(work, self._models_found, self._no_models)

    def _models_found(self, found: list["FoundModel"]) -> None:
        if not self.workspace.panel.form.set_models(found):
            self.tell("model", _gone(self._settings.form.model or ""))
        self.pictures.models_arrived(found)
        self.session.models_arrived()

    def _no_models(self, problem: Problem) -> None:
        self.tell("model", problem)
        self._models_found([])

    def _current(self) -> Settings:
        """The settings as they are now."""
        return replace(
            self._settings,
            form=self.workspace.panel.state(),
            timeline_frames=self.workspace.steps.choice(),
            window=self.shell.geometry_text(),
        )

    def _close(self) -> None:
        """Save what is to be remembered, stop all work, end all threads."""
        if self.ended_cleanly is not None:
            return
        self.ended_cleanly = False
        self._search.close(0)
        self.background.close(_BACKGROUND_LIMIT_S)
        self._keeper.close()
        self.ended_cleanly = self.worker.close(_LIMIT_MS)


def _gone(model: str) -> Problem:
    return Problem(
        "The model of last time is not here", model, "another one was chosen in its place"
    )
