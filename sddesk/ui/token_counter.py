"""Counts the tokens of a prompt while it is typed, without holding up the typing."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from sddesk.core.concepts.switched import Switched, learned, vector_count
from sddesk.core.problems import Problem
from sddesk.core.prompt_count import PromptCount, count_prompt
from sddesk.ui.background import Background
from sddesk.ui.prompt_field import PromptField
from sddesk.ui.settings_form import SettingsForm

_PAUSE_MS = 150


class TokenCounter(QObject):
    """Watches one prompt field; counts in the background after each pause in typing.

    Signals: none.
    """

    def __init__(
        self,
        field: PromptField,
        form: SettingsForm,
        concepts: Callable[[], Sequence[Switched]],
        background: Background,
        wildcards: Path,
    ) -> None:
        super().__init__(field)
        self._field, self._form = field, form
        self._concepts = concepts
        self._background, self._wildcards = background, wildcards
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._count)
        field.text_changed.connect(self._timer.start)
        form.model_changed.connect(self.recount)

    def recount(self) -> None:
        """Count anew: there is another model, or there are other concepts."""
        self._timer.start()

    def _count(self) -> None:
        model, text = self._form.model.ref(), self._field.text()
        if model is None:
            self._field.show_count(None)
            return
        known, steps = self._concepts(), self._form.steps.value()
        uses, vectors = learned(known, model), vector_count(known)
        work = partial(count_prompt, model, text, steps, uses, vectors, self._wildcards)
        self._background.run(work, partial(self._show, text), self._unknown)

    def _show(self, text: str, count: PromptCount) -> None:
        if text == self._field.text():  # else it was typed on, and the next count is on its way
            self._field.show_count(count)

    def _unknown(self, problem: Problem) -> None:
        self._field.show_count(None)  # generating tells the problem
