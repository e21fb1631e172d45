"""The prompts that were used, newest last, to walk through in a prompt field."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from sddesk.ui.prompt_field import PromptField

_MOST = 200


class PromptHistory(QObject):
    """Remembers one field's prompts; the words being typed are kept while one looks back.

    Signals:
        changed(): there is one more prompt.
    """

    changed = Signal()

    def __init__(self, field: PromptField, prompts: Sequence[str]) -> None:
        super().__init__(field)
        self._field = field
        self._prompts = list(prompts)
        self._place = len(self._prompts)  # behind the last: the user's own words
        self._draft = ""

    def prompts(self) -> list[str]:
        """All that is remembered, oldest first."""
        return self._prompts

    def remember(self) -> None:
        """The field's prompt is being used."""
        text = self._field.text()
        if text.strip():
            others = [prompt for prompt in self._prompts if prompt != text]
            self._prompts = [*others, text][-_MOST:]
            self.changed.emit()
        self._place = len(self._prompts)

    def back(self) -> None:
        """Show the prompt before."""
        self._go(-1)

    def forward(self) -> None:
        """Show the prompt after; behind the newest come the words that were typed last."""
        self._go(+1)

    def _go(self, step: int) -> None:
        shown = self._field.text()
        if self._place == len(self._prompts) or shown != self._prompts[self._place]:
            self._place, self._draft = len(self._prompts), shown
        place = self._place + step
        if step < 0 and place >= 0 and self._prompts[place] == shown:
            place += step  # it is on show already: the newest, right after it was used
        if 0 <= place < len(self._prompts):
            self._place = place
            self._field.replace_text(self._prompts[place])
        elif place == len(self._prompts):
            self._place = place
            self._field.replace_text(self._draft)
