"""From pictures that are chosen, or made for it, to the page on which they are compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

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
from sddesk.core.prompt_words import Word
from sddesk.core.values import GenerationRequest, ModelRef
from sddesk.ui.background import Background
from sddesk.ui.compare.layers import layers_of
from sddesk.ui.compare.pairs import Named, negative_pair, word_pair
from sddesk.ui.compare.sides import Side
from sddesk.ui.compare.view import natural_size
from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.dropped import DroppedPicture

LETTERS = "ABCD"
ESSAYS_NEGATIVE = "yellow circle"  # that the essay set against its gorilla
_SETTLE_MS = 40  # steps of several tapes arrive at once


class Compare(QObject):
    """Files are read in the background, steps and new pictures are made by the queue.

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        model_with: Callable[[str], ModelRef | None],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._page, self._background = workspace.compare_page, background
        self._model_with = model_with
        self._jobs: dict[int, Side] = {}
        self.sides: list[Side] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._show)
        self._measure = QTimer(self)
        self._measure.setSingleShot(True)
        self._measure.setInterval(5 * _SETTLE_MS)
        self._measure.timeout.connect(self._measure_distances)
        self._connect()

    # What is compared

    def compare_files(self, paths: Sequence[Path]) -> None:
        """Compare two to four pictures on disk; one is compared with the one on show."""
        from sddesk.core.comparing import MOST
        from sddesk.core.dropped import DroppedPicture, look_at_file

        chosen = list(dict.fromkeys(paths))
        shown = None if self._session.result is None else self._session.result.path
        if len(chosen) == 1 and shown is not None and shown not in chosen:
            chosen = [shown, *chosen]
        if not 2 <= len(chosen) <= MOST:
            title = self.tr("Two to four pictures can be compared")
            hint = self.tr("select them in the history with Ctrl held down")
            self._tell(Problem(title, self.tr("{n} are chosen").format(n=len(chosen)), hint))
            return
        work = partial(list[DroppedPicture], map(look_at_file, chosen))
        self._background.run(work, self._found, self._tell)

    def with_and_without_negative(self) -> None:
        """The form's picture without its negative prompt, and with it; the same seed."""
        panel = self._workspace.panel
        if not panel.negative.text().strip():
            panel.negative.replace_text(ESSAYS_NEGATIVE)
        self._ask(lambda request: self.make(negative_pair(request)))

    def with_and_without_word(self, word: Word, request: GenerationRequest | None = None) -> None:
        """The form's picture, or that of a request, with one of its words and without it."""
        if request is None:
            self._ask(partial(self.with_and_without_word, word))
            return
        try:
            self.make(word_pair(request, word))
        except ProblemError as error:
            self._tell(error.problem)

    def make(self, pictures: Sequence[Named]) -> None:
        """Make these pictures, and compare them while they are made."""
        from sddesk.core.comparing import recalled_of

        named = zip(LETTERS, pictures, strict=False)
        sides = [Side(f"{a}  {label}", recalled_of(r)) for a, (label, r) in named]
        requests = [request for _, request in pictures]
        self._begin(sides, max(request.steps_run for request in requests))
        ids = self._session.jobs.add(requests)
        self._jobs = dict(zip(ids, sides, strict=True))

    def close(self) -> None:
        """Show the picture alone again, and forget the others."""
        self._page.hide()
        self._forget()
        self._workspace.pictures.show()

    def _connect(self) -> None:
        space, page = self._workspace, self._page
        page.changed.connect(self._show)
        page.closed.connect(self.close)
        page.appeared.connect(lambda shown: space.steps.make_room(away=shown))
        space.history.compare_requested.connect(self.compare_files)
        space.words.without_requested.connect(self._without_shown)
        space.panel.pair_requested.connect(self.with_and_without_negative)
        self._session.jobs.happened.connect(self._on_event)
        space.result_shown.connect(self._result_shown)
        for other in (space.grid_page, space.pictures):
            other.installEventFilter(self)

    def _ask(self, then: Callable[[GenerationRequest], None]) -> None:
        """Call `then` with what the form says, with a seed that both pictures share."""
        session = self._session
        try:
            request = session.finish(session.outlined())
        except ProblemError as error:
            self._tell(error.problem)
            return
        self._workspace.panel.form.show_seed(request.seed)
        session.sketching.add([request], lambda made, _: then(made[0]))

    def _without_shown(self, word: Word) -> None:
        """The word belongs to the picture on show, whatever the form says by now."""
        from sddesk.core.tapes import read_branch_request

        result = self._session.result
        if result is None or result.tape is None:
            self.with_and_without_word(word)
            return
        folders = (result.model.path.parent,) if result.model is not None else ()
        work = partial(read_branch_request, result.tape, 0, folders)
        self._background.run(work, partial(self._without_read, word), self._tell)

    def _without_read(self, word: Word, request: GenerationRequest) -> None:
        self.with_and_without_word(word, replace(request, branch=None))

    # Pictures on disk

    def _found(self, found: "list[DroppedPicture]") -> None:
        self._workspace.messages.clear("compare")
        sides = [
            Side(f"{letter}  {one.path.stem}", one.recalled, one.path, one.picture)
            for letter, one in zip(LETTERS, found, strict=False)
        ]
        tapes = [self._tape_of(one) for one in found]
        self._begin(sides, max((steps for _, _, steps in tapes), default=0))
        for side, (tape, model, steps) in zip(sides, tapes, strict=True):
            if tape is not None and model is not None:
                side.steps = steps
                job = self._session.jobs.submit(
                    lambda i, tape=tape, model=model: OpenTape(i, tape, model)
                )
                self._jobs[job.id] = side
        self._page.show_lacking([side.label for side in sides if not side.steps], len(sides))

    def _tape_of(self, one: "DroppedPicture") -> tuple[Path | None, ModelRef | None, int]:
        """The tape, what made it, and how many steps it has."""
        known = one.recalled
        if one.tape is None or known is None or known.fingerprint is None:
            return None, None, 0
        model = self._model_with(known.fingerprint)
        return (None, None, 0) if model is None else (one.tape, model, known.steps or 0)

    # What happens to the pictures

    def _on_event(self, event: Event, job: Job) -> None:
        side = self._jobs.get(job.id)
        if side is None:
            if isinstance(event, Started) and isinstance(job, Generate) and self._is_shown():
                self.close()  # another picture is what one asked for last
            return
        match event:
            case Started():
                side.steps = event.steps
            case StepDone():
                side.frames[event.step] = event
            case PictureMade():
                side.picture = event.picture
            case ImageSaved():
                side.path = event.path
            case Failed():
                side.failure = event.problem.what()
            case _:
                return
        self._settle.start()
        self._measure.start()

    def _result_shown(self, result: Result) -> None:
        """A picture was opened: it is what one wants to see."""
        if result.request is None and self._is_shown():
            self.close()

    # What is seen

    def _is_shown(self) -> bool:
        return not self._page.isHidden()

    def _begin(self, sides: list[Side], steps: int) -> None:
        from sddesk.core.comparing import differing

        self._forget()
        self.sides = sides
        self._workspace.grid_page.hide()
        self._workspace.pictures.hide()
        self._page.begin(steps)
        settings = [side.settings for side in sides]
        self._page.show_settings([side.label for side in sides], differing(settings))
        self._page.show()
        self._page.view.setFocus()
        self._show()

    def _forget(self) -> None:
        self._jobs, self.sides = {}, []
        self._settle.stop()
        self._measure.stop()
        self._page.player.stop()
        self._page.view.forget()

    def _show(self) -> None:
        """The pictures at the step of the slider."""
        page, step, row = self._page, self._page.step(), self._page.row()
        if not self.sides:
            return
        layers = layers_of(self.sides, step, row, page.mode())
        images = [side.image_at(step, row) for side in self.sides]
        natural = natural_size(images, [side.size() for side in self.sides])
        page.view.show_layers(layers, page.mode(), natural)

    def _measure_distances(self) -> None:
        """How far each picture is from the first at each step, in the background."""
        from sddesk.core.comparing import distances

        first, others = self.sides[0], self.sides[1:]
        if all(side.picture is not None or not side.frames for side in self.sides):
            work = partial(distances, first.believed(), [side.believed() for side in others])
            self._background.run(work, self._show_distances, self._tell)

    def _show_distances(self, found: list[list[float]]) -> None:
        from sddesk.core.comparing import parting

        if not self.sides or not any(found):
            return
        steps = [parting(distances) for distances in found]
        furthest = max(range(len(found)), key=lambda i: max(found[i], default=0))
        self._page.show_distances(found[furthest], steps[furthest])
        words = self.tr("{name} parts from A at step {step} of {steps}")
        why = self.tr(": there they first are half as far apart as they ever come")
        said = [
            words.format(name=LETTERS[i + 1], step=step, steps=len(found[i]))
            for i, step in enumerate(steps)
            if step is not None
        ]
        self._page.show_note(", ".join(said) + why if said else "")

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("compare", problem)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Grid and picture take the place of the comparison when they are shown."""
        if event.type() == QEvent.Type.ShowToParent and self._is_shown():
            self._page.hide()
            self._forget()
        return super().eventFilter(watched, event)
