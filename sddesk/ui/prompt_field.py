"""A field for a prompt, with the number of tokens it takes."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sddesk.core.concepts.notes import Kind, Note
from sddesk.core.prompt_count import PromptCount
from sddesk.core.prompt_weights import changed_weight
from sddesk.ui.prompt_edit import PromptEdit, select, text_place
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

_MOST_TROUBLES = 2  # said below the text; the others where they stand


class PromptField(QWidget):
    """Label, tools and count above, then the text with its marks, and what is wrong with it.

    Signals:
        text_changed(): the text was edited.
        focused(): it has the keys now.
    """

    text_changed = Signal()
    focused = Signal()

    def __init__(self, name: str, title: str, invitation: str, lines: int) -> None:
        super().__init__()
        self.edit = PromptEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        self.edit.setPlaceholderText(invitation)
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(lines * self.fontMetrics().lineSpacing() + 2 * GAP)
        self.edit.textChanged.connect(self.text_changed)
        self.edit.focused.connect(self.focused)
        label = QLabel(title)
        label.setBuddy(self.edit)
        self._count = QLabel()
        self._count.setObjectName(f"{name}_tokens")
        self._count.setAccessibleName(self.tr("Tokens"))
        self._trouble = QLabel()
        self._trouble.setObjectName(f"{name}_trouble")
        self._trouble.setAccessibleName(self.tr("What is wrong with it"))
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        self._header = header = QHBoxLayout()
        header.setSpacing(GAP // 2)
        header.addWidget(label)
        header.addWidget(self._count, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(header)
        layout.addWidget(self.edit)
        layout.addWidget(self._trouble)

    def text(self) -> str:
        """The prompt as typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the prompt."""
        if text != self.text():
            self.edit.setPlainText(text)

    def replace_text(self, text: str) -> None:
        """Replace the prompt as if it were typed, so that it can be undone."""
        cursor = self.edit.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.edit.setTextCursor(cursor)

    def insert(self, name: str) -> None:
        """Put a name at the cursor, apart from the words beside it."""
        cursor, before = self.edit.textCursor(), self.before_cursor()
        after = self.text()[len(before) + len(cursor.selectedText()) :]
        left = " " if before and not before[-1].isspace() and before[-1] not in "([{|:" else ""
        right = " " if after[:1].isalnum() or after[:1] in ("<", "(", "[", "{") else ""
        cursor.insertText(f"{left}{name}{right}")
        self.edit.setFocus()

    def change_weight(self, change: float, words: Sequence[str]) -> None:
        """Raise or lower the weight of the selection, or of what is at the cursor."""
        text, cursor = self.text(), self.edit.textCursor()
        start = text_place(text, cursor.selectionStart())
        end = text_place(text, cursor.selectionEnd())
        edit = changed_weight(text, start, end, change, words)
        if edit is None:
            return
        select(cursor, text, edit.start, edit.end)
        cursor.insertText(edit.text)
        select(cursor, self.text(), *edit.mark)
        self.edit.setTextCursor(cursor)

    def before_cursor(self) -> str:
        """The text up to the cursor, or to the beginning of the selection."""
        text = self.text()
        return text[: text_place(text, self.edit.textCursor().selectionStart())]

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Colour what is known, underline what does not work, and say why."""
        self.edit.mark_notes(notes)
        text = self.text()
        told = [f"{text[n.start : n.end]}: {n.about}" for n in notes if n.kind is Kind.TROUBLE]
        lines = list(dict.fromkeys(told))
        more = len(lines) - _MOST_TROUBLES
        lines[_MOST_TROUBLES:] = [self.tr("and {count} more").format(count=more)] * (more > 0)
        self._trouble.setText("\n".join(lines))
        self._trouble.setVisible(bool(lines))
        set_label_color(self._trouble, warning_color())

    def add_tool(self, button: QToolButton) -> None:
        """Put a small button at the right of the header; by keyboard, its menu entry is there."""
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._header.addWidget(button)

    def show_count(self, count: PromptCount | None) -> None:
        """Show how many tokens the text takes, or nothing when that is not known."""
        self.edit.mark_cut(count.seen if count is not None and count.parts > 1 else None)
        if count is None:
            self._count.clear()
            return
        words = self.tr("up to {tokens} / {room}") if count.at_most else "{tokens} / {room}"
        self._count.setText(words.format(tokens=count.tokens, room=count.parts * count.window))
        set_label_color(self._count, quiet_color())
        tip = self.tr("Tokens that the model reads at once")
        if count.parts > 1:
            words = self.tr("Read in {parts} parts of {window} tokens; the first one counts most")
            tip = words.format(parts=count.parts, window=count.window)
        if count.at_most:
            tip += self.tr(". Of choices, the longest is counted and cut into tokens")
        self._count.setToolTip(tip)
        self._count.setAccessibleDescription(tip)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_notes(self.edit.notes)
