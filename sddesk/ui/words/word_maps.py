"""From a word that was chosen to the map that lies over the picture and its steps."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from sddesk.core.messages import (
    AttentionMapped,
    Cancelled,
    Event,
    Failed,
    Finished,
    Job,
    MapAttention,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.prompt_words import Word
from sddesk.ui.background import Background
from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.words.map_store import MapStore
from sddesk.ui.words.subject import Subject, read_subject
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.attention import MapSum

_SETTLE_MS = 60  # many maps arrive at once
_CHUNK = 6  # steps a job: a picture that is asked for meanwhile need not wait for all


class WordMaps(QObject):
    """Maps are found out by jobs between pictures, some steps at a time, and only when asked for.

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        placed: Callable[[], AppPaths],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self._placed = background, placed
        self._panel, self._steps = workspace.words, workspace.steps
        self.store = MapStore()
        self._result: Result | None = None
        self._subject: Subject | None = None
        self._job: MapAttention | None = None
        self._wanted: list[int] = []
        self._begin_at_once = self._ends_with_loser = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._show)
        self._connect()

    def begin_when_shown(self) -> None:
        """Find out about the next picture as soon as it is saved: an experiment ends here."""
        self.cancel()
        self._result = self._subject = None  # the picture on show is not the one that is meant
        self._clear()
        self._workspace.docks.show("words")
        self._begin_at_once = True

    def find_out(self) -> None:
        """Look at all steps of the picture on show that were not looked at yet."""
        subject = self._subject
        if subject is None or self._job is not None:
            return
        known = self.store.total(subject.tape).steps
        here = self._steps.timeline.value()
        missing = [step for step in subject.steps if step not in known]
        self._wanted = sorted(missing, key=lambda step: step != here)
        self._go_on()

    def cancel(self) -> None:
        """Look at no more steps; what is known stays."""
        self._wanted = []
        if self._job is not None:
            self._session.jobs.stop(self._job.id)

    def _connect(self) -> None:
        panel = self._panel
        self._workspace.result_shown.connect(self._result_shown)
        panel.opened.connect(self._look)
        panel.map_requested.connect(self.find_out)
        panel.cancel_requested.connect(self.cancel)
        panel.view_changed.connect(self._view_changed)
        panel.bars.word_selected.connect(self._word_selected)
        self._steps.timeline.valueChanged.connect(self._step_changed)
        self._session.jobs.happened.connect(self._on_event)

    # The picture on show

    def _result_shown(self, result: Result) -> None:
        before = None if self._result is None else self._result.tape
        if result.tape is not None and result.tape == before:
            return
        self._result, self._subject = result, None
        self.cancel()
        self._clear()
        if self._panel.isVisible() or self._begin_at_once:
            self._look()

    def _look(self) -> None:
        """Read what the picture's tape says, once the panel is looked at."""
        result = self._result
        if result is None or self._subject is not None:
            return
        if result.tape is None:
            saved = result.path is not None
            self._panel.show_emptiness(self._no_tape() if saved else "")
            return
        work = partial(read_subject, result.tape, self._placed().model_folders)
        self._background.run(work, partial(self._found, result), self._not_found)

    def _no_tape(self) -> str:
        return self.tr(
            "The steps of this picture are not there any more: where the network looked can only"
            " be found out from them. Take over its settings and generate it again."
        )

    def _found(self, result: Result, subject: Subject) -> None:
        if result is not self._result:
            return
        self._subject = subject
        self._panel.bars.show_words(subject.words)
        if subject.words:
            self._panel.show_list()
            words = self.tr("Choose a word to see where the network looked for it")
            self._panel.show_remark(words)
        else:
            self._panel.show_emptiness(self.tr("This picture was made without words"))
        self._show()
        if self._begin_at_once:
            self._begin_at_once, self._ends_with_loser = False, True
            self.find_out()

    def _not_found(self, problem: Problem) -> None:
        self._panel.show_emptiness(f"{problem.what()}. {problem.hint}")

    def _clear(self) -> None:
        self._panel.show_emptiness("")
        self._workspace.view.set_overlay(None)
        self._steps.timeline.set_overlays(None)

    # Jobs

    def _go_on(self) -> None:
        subject = self._subject
        if subject is None or not self._wanted:
            self._job = None
            self._panel.set_progress(None)
            self._show()
            return
        chunk, self._wanted = tuple(self._wanted[:_CHUNK]), self._wanted[_CHUNK:]
        self._job = self._session.jobs.submit(lambda i: MapAttention(i, subject.request, chunk))
        self._show_progress(subject)

    def _show_progress(self, subject: Subject) -> None:
        done = len(self.store.total(subject.tape).steps)
        self._panel.set_progress((min(done, len(subject.steps)), len(subject.steps)))

    def _on_event(self, event: Event, job: Job) -> None:
        if not isinstance(job, MapAttention) or job.request.branch is None:
            return
        if isinstance(event, AttentionMapped):
            self.store.add(job.request.branch.tape, event.maps)
            if self._subject is not None and job is self._job:
                self._show_progress(self._subject)
                self._settle.start()
        elif isinstance(event, Cancelled | Failed) and job is self._job:
            self._wanted = []
            self._go_on()
        elif isinstance(event, Finished) and job is self._job:
            self._go_on()

    # What is seen

    def _word_selected(self, _: Word) -> None:
        self._show()
        subject = self._subject
        if subject is not None and not self.store.total(subject.tape).steps:
            self.find_out()

    def _view_changed(self) -> None:
        self._show()
        self._look_at_this_step()

    def _step_changed(self) -> None:
        subject = self._subject
        if subject is not None and not self._panel.over_all_steps():
            self._look_at_this_step()
            self._show_overlay()
            if self.store.total(subject.tape).steps:
                self._show_shares(subject)

    def _look_at_this_step(self) -> None:
        """A single step that was forgotten for want of room is looked at again."""
        subject, step = self._subject, self._this_step()
        if subject is None or self._panel.over_all_steps() or self._job is not None:
            return
        known = self.store.total(subject.tape).steps
        if step in known and self.store.step(subject.tape, step) is None:
            self._wanted = [step]
            self._go_on()

    def _this_step(self) -> int:
        """The step on show; the finished picture stands for the last."""
        return max(1, min(self._steps.timeline.value(), self._steps.timeline.steps))

    def _show(self) -> None:
        """Bars and maps of what is known by now."""
        subject = self._subject
        if subject is None:
            return
        total = self.store.total(subject.tape)
        self._panel.offer_sizes(total.sizes())
        if total.steps:
            self._show_shares(subject)
        self._panel.show_state(mapped=bool(total.steps))
        self._show_overlay()
        chosen = self._panel.bars.selected()
        overlays = None if chosen is None or not total.steps else partial(self._step_veil, chosen)
        self._steps.timeline.set_overlays(overlays)

    def _show_shares(self, subject: Subject) -> None:
        """Bars of all steps or of the one on show; what is said of them is said of all."""
        from sddesk.core.attention import unheard

        content = [word.key for word in subject.words if word.carries_meaning]
        shares = self.store.total(subject.tape).shares()
        shown = self._sum_on_show(subject).shares()
        self._panel.bars.show_shares(shown, unheard(shown, content))
        heard = sorted((key for key in content if key in shares), key=lambda key: shares[key])
        self._panel.show_remark(self._remark(subject, [text for text, _ in heard]))
        if self._ends_with_loser and self._job is None and heard:
            self._ends_with_loser = False
            self._panel.bars.select(heard[0])

    def _remark(self, subject: Subject, heard: list[str]) -> str:
        """`heard` are the words that carry a meaning, the least heard one first."""
        parts: list[str] = []
        if len(heard) > 1:
            words = self.tr("Heard most: “{most}”. Heard least: “{least}”")
            parts.append(words.format(most=heard[-1], least=heard[0]))
        if subject.kept:
            words = self.tr("Steps 1 to {kept} belong to the picture that this one branched from")
            parts.append(words.format(kept=subject.kept))
        return ". ".join(parts)

    def _show_overlay(self) -> None:
        word = self._panel.bars.selected()
        veil = None if word is None or self._subject is None else self._veil(word)
        self._workspace.view.set_overlay(veil)

    def _veil(self, word: Word) -> QImage | None:
        assert self._subject is not None
        return self._of(self._sum_on_show(self._subject), word)

    def _sum_on_show(self, subject: Subject) -> "MapSum":
        """All steps, or the one on show."""
        from sddesk.core.attention import MapSum

        if self._panel.over_all_steps():
            return self.store.total(subject.tape)
        maps = self.store.step(subject.tape, self._this_step())
        return MapSum(() if maps is None else (maps,))

    def _step_veil(self, word: Word, step: int) -> QImage | None:
        from sddesk.core.attention import MapSum

        assert self._subject is not None
        maps = self.store.step(self._subject.tape, step)
        return None if maps is None else self._of(MapSum((maps,)), word)

    def _of(self, maps: "MapSum", word: Word) -> QImage | None:
        from sddesk.core.attention import normalised
        from sddesk.ui.words.heat import veil

        heat = maps.heat(word.key, self._panel.size_chosen())
        return None if heat is None else veil(normalised(heat))
