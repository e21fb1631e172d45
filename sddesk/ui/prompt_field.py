"""A field for a prompt, with the number of tokens it takes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.tokens import TokenCount
from sddesk.ui.theme import GAP, quiet_color, set_label_color


class _Edit(QPlainTextEdit):
    """Takes words that are dropped; files are the window's, which knows what is in them.

    Signals: none of its own.
    """

    def dragEnterEvent(self, e: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in e.mimeData().urls()):
            e.ignore()
        else:
            super().dragEnterEvent(e)


class PromptField(QWidget):
    """Label, tools and count above; text below, with what is read apart from its beginning marked.

    Signals:
        text_changed(): the text was edited.
    """

    text_changed = Signal()

    def __init__(self, name: str, title: str, invitation: str, lines: int) -> None:
        super().__init__()
        self.edit = _Edit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        self.edit.setPlaceholderText(invitation)
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(lines * self.fontMetrics().lineSpacing() + 2 * GAP)
        self.edit.textChanged.connect(self.text_changed)
        label = QLabel(title)
        label.setBuddy(self.edit)
        self._count = QLabel()
        self._count.setObjectName(f"{name}_tokens")
        self._count.setAccessibleName(self.tr("Tokens"))
        self._header = header = QHBoxLayout()
        header.setSpacing(GAP // 2)
        header.addWidget(label)
        header.addWidget(self._count, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(header)
        layout.addWidget(self.edit)

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

    def add_tool(self, button: QToolButton) -> None:
        """Put a small button at the right of the header; by keyboard, its menu entry is there."""
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._header.addWidget(button)

    def show_count(self, count: TokenCount | None) -> None:
        """Show how many tokens the text takes, or nothing when that is not known."""
        self._mark_from(count.seen if count is not None and count.is_cut else None)
        if count is None:
            self._count.clear()
            return
        parts = max(1, -(-count.tokens // count.window))
        self._count.setText(f"{count.tokens} / {parts * count.window}")
        set_label_color(self._count, quiet_color())
        tip = self.tr("Tokens that the model reads at once")
        if parts > 1:
            words = self.tr("Read in {parts} parts of {window} tokens; the first one counts most")
            tip = words.format(parts=parts, window=count.window)
        self._count.setToolTip(tip)
        self._count.setAccessibleDescription(tip)

    def _mark_from(self, start: int | None) -> None:
        """Underline the text from `start` on: the model reads it apart from what comes before."""
        marks: list[QTextEdit.ExtraSelection] = []
        if start is not None:
            mark = QTextEdit.ExtraSelection()
            look = QTextCharFormat()
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            cursor = QTextCursor(self.edit.document())
            cursor.setPosition(_utf16_length(self.text()[:start]))
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            mark.format, mark.cursor = look, cursor  # pyright: ignore[reportAttributeAccessIssue]
            marks.append(mark)
        self.edit.setExtraSelections(marks)


def _utf16_length(text: str) -> int:
    """How long Qt counts it: characters beyond the basic plane are two."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
