"""Where the window for teaching is opened from, made when it is first asked for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.training.experiments import TrainingExperiment
from sddesk.ui.background import Background
from sddesk.ui.concepts.concepts import Concepts
from sddesk.ui.menus import Menus
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.training.values import TrainingRequest
    from sddesk.ui.teach.examining import Unfinished
    from sddesk.ui.teach.teaching import Teaching

_LEFT = "training"  # the topic of what is told


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
            for now in (self._teaching.course.changed, self._teaching.course.moment):
                now.connect(self._name_window)
            for known in (self._teaching.course.changed, self._teaching.window.forget_requested):
                known.connect(partial(self._workspace.messages.clear, _LEFT))
        return self._teaching

    def open(self) -> None:
        """Show the window."""
        self.teaching().show()

    def look_for_unfinished(self, background: Background) -> None:
        """Tell of the training that an earlier start of the program left, if there is one."""
        background.run(partial(_unfinished, self._paths()), self._offer, lambda _: None)

    def _offer(self, found: "list[Unfinished]") -> None:
        if not found or self._teaching is not None:  # its window has told it
            return
        left = found[0]
        words = self.tr("The training of {word} is not finished").format(word=left.request.word)
        where = self.tr("It was left after step {step} of {steps}")
        detail = where.format(step=left.step, steps=left.request.steps)
        act = partial(self._go_on, left)
        messages = self._workspace.messages
        messages.offer(_LEFT, Problem(words, detail), self.tr("Go on"), act)

    def _go_on(self, left: "Unfinished") -> None:
        self.teaching().go_on(left)

    def _name_window(self) -> None:
        """The title tells of a training, whose own window may be closed."""
        words = "" if self._teaching is None else self._teaching.in_short()
        self._workspace.shell.name(words)

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


def _unfinished(paths: AppPaths) -> "list[Unfinished]":
    from sddesk.ui.teach.examining import find_unfinished  # brings Pillow

    return find_unfinished(paths)
