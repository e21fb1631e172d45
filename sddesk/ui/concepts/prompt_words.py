"""Helps with one prompt field: colours what is known, says what is not, completes names."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor

from sddesk.core.concepts.notes import Known, notes
from sddesk.core.prompt_completion import completions
from sddesk.ui.concepts.suggestions import Suggestions
from sddesk.ui.prompt_edit import utf16_length
from sddesk.ui.prompt_field import PromptField

_PAUSE_MS = 120
_TYPED = 4  # characters at a time; more are pasted, or brought back


class PromptWords(QObject):
    """Looks at the text after each pause in typing.

    Signals: none.
    """

    def __init__(
        self, field: PromptField, known: Callable[[], Known], names: Callable[[], Sequence[str]]
    ) -> None:
        super().__init__(field)
        self._field, self._known, self._names = field, known, names
        self._typed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._mark)
        self.suggestions = Suggestions(field.edit)
        self.suggestions.chosen.connect(self._complete)
        field.edit.suggestions = self.suggestions
        field.edit.document().contentsChange.connect(self._note_change)
        field.text_changed.connect(self._on_text)

    def refresh(self) -> None:
        """The concepts or the model are others now."""
        self._timer.start()

    def _mark(self) -> None:
        self._field.show_notes(notes(self._field.text(), self._known()))

    def _note_change(self, _place: int, _removed: int, added: int) -> None:
        self._typed = 0 < added <= _TYPED

    def _on_text(self) -> None:
        self._timer.start()
        typed, self._typed = self._typed, False
        offered: Sequence[str] = ()
        if typed and self._field.edit.hasFocus():
            offered = completions(self._field.before_cursor(), self._names())[1]
        self.suggestions.offer(offered)

    def _complete(self, name: str) -> None:
        """Put the name in the place of its beginning."""
        before = self._field.before_cursor()
        start = completions(before, self._names())[0]
        cursor = self._field.edit.textCursor()
        back = QTextCursor.MoveOperation.PreviousCharacter
        typed = utf16_length(before[start:])
        cursor.movePosition(back, QTextCursor.MoveMode.KeepAnchor, typed)
        cursor.insertText(name)
        self.suggestions.hide()
