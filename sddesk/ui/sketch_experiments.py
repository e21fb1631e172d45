"""Experiments that start from a sketch: its drawing, its picture, and a picture of that one."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sddesk.core.experiments import Experiment
from sddesk.core.messages import Cancelled, Event, Failed, Job
from sddesk.core.paths import RESOURCES
from sddesk.core.settings import FormState
from sddesk.ui.background import Background
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.canvas.layers import State
    from sddesk.core.problems import Problem


class SketchExperiments(QObject):
    """The sketch is read in the background; the second picture follows when the first is saved.

    Signals: none.
    """

    def __init__(self, workspace: Workspace, session: Session, background: Background) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._background = workspace, session, background
        self._next: FormState | None = None  # of the second picture
        session.saved.connect(self._go_on)
        session.jobs.happened.connect(self._ended)

    def begin(self, experiment: Experiment) -> None:
        """Put the sketch on the canvas, and make its picture; the form is filled in already."""
        from sddesk.core.canvas.openraster_reading import load_drawing

        path = RESOURCES / "sketches" / experiment.sketch
        then = partial(self._read, experiment)
        self._background.run(partial(load_drawing, path), then, self._tell)

    def _read(self, experiment: Experiment, sketch: "State") -> None:
        self._workspace.drawing_file.leave(partial(self._generate, experiment, sketch))

    def _generate(self, experiment: Experiment, sketch: "State") -> None:
        self._workspace.init.open_drawing(sketch)
        self._workspace.drawing_file.belongs_to_nobody()
        self._next = experiment.then
        self._session.generate()

    def _go_on(self, _: Path) -> None:
        """The first picture is there: it is the sketch of the second one."""
        form, self._next = self._next, None
        if form is not None:
            self._workspace.init.studio.settling.settled(partial(self._make_next, form))

    def _make_next(self, form: FormState) -> None:
        self._workspace.use_shown_as_init()
        panel = self._workspace.panel
        panel.set_state(replace(form, model=panel.state().model))
        self._session.generate()

    def _ended(self, event: Event, _: Job) -> None:
        if isinstance(event, Cancelled | Failed):
            self._next = None

    def _tell(self, problem: "Problem") -> None:
        self._workspace.messages.show_problem("experiment", problem)
