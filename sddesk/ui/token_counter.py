"""Counts the tokens of a prompt while it is typed, without holding up the typing."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from sddesk.core.problems import Problem
from sddesk.core.tokens import TokenCount, count_tokens
from sddesk.core.values import ModelRef
from sddesk.ui.background import Background
from sddesk.ui.prompt_field import PromptField

_PAUSE_MS = 150


class TokenCounter(QObject):
    """Watches one prompt field; counts in the background after each pause in typing.

    Signals: none.
    """

    def __init__(
        self, field: PromptField, model: Callable[[], ModelRef | None], background: Background
    ) -> None:
        super().__init__(field)
        self._field = field
        self._model = model
        self._background = background
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._count)
        field.text_changed.connect(self._timer.start)

    def recount(self) -> None:
        """Count anew: there is another model."""
        self._timer.start()

    def _count(self) -> None:
        model, text = self._model(), self._field.text()
        if model is None:
            self._field.show_count(None)
            return
        work = partial(count_tokens, model, text)
        self._background.run(work, partial(self._show, text), self._unknown)

    def _show(self, text: str, count: TokenCount) -> None:
        if text == self._field.text():  # else it was typed on, and the next count is on its way
            self._field.show_count(count)

    def _unknown(self, problem: Problem) -> None:
        self._field.show_count(None)  # loading the model will tell the problem
