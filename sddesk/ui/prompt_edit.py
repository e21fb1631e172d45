"""The text of a prompt: coloured, with tips on its words, and with keys for suggestions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip

from sddesk.core.concepts.notes import Kind, Note
from sddesk.ui.theme import quiet_color, warning_color

if TYPE_CHECKING:
    from sddesk.ui.concepts.suggestions import Suggestions


class PromptEdit(QPlainTextEdit):
    """Takes words that are dropped; files are the window's, which knows what is in them.

    `notes` are told where the mouse rests; `suggestions` get the keys that they have a use for.

    Signals:
        focused(): it has the keys now.
    """

    focused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.notes: Sequence[Note] = ()
        self.suggestions: Suggestions | None = None
        self._cut_at: int | None = None

    def mark_notes(self, notes: Sequence[Note]) -> None:
        """Colour what is known, underline what does not work."""
        self.notes = notes
        self._mark()

    def mark_cut(self, start: int | None) -> None:
        """Underline the text from `start` on: it is read apart from what comes before."""
        self._cut_at = start
        self._mark()

    def _mark(self) -> None:
        text = self.toPlainText()
        marks = [self._selection(text, n.start, n.end, _look(n.kind)) for n in self.notes]
        if self._cut_at is not None:
            look = QTextCharFormat()
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            marks.append(self._selection(text, self._cut_at, len(text), look))
        self.setExtraSelections(marks)

    def _selection(
        self, text: str, start: int, end: int, look: QTextCharFormat
    ) -> QTextEdit.ExtraSelection:
        cursor = QTextCursor(self.document())
        select(cursor, text, min(start, len(text)), min(end, len(text)))
        mark = QTextEdit.ExtraSelection()
        mark.format, mark.cursor = look, cursor  # pyright: ignore[reportAttributeAccessIssue]
        return mark

    # What Qt calls

    def event(self, e: QEvent) -> bool:
        if e.type() == QEvent.Type.ShortcutOverride and isinstance(e, QKeyEvent):
            plain = e.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and self.suggestions is not None and self.suggestions.wants(e.key()):
                e.accept()
                return True
        return super().event(e)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        plain = not e.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and self.suggestions is not None and self.suggestions.take_key(e.key()):
            return
        super().keyPressEvent(e)

    def focusNextPrevChild(self, next: bool) -> bool:
        if self.suggestions is not None and not self.suggestions.isHidden():
            return False  # Tab takes the first of them
        return super().focusNextPrevChild(next)

    def focusInEvent(self, e: QFocusEvent) -> None:
        super().focusInEvent(e)
        self.focused.emit()

    def focusOutEvent(self, e: QFocusEvent) -> None:
        super().focusOutEvent(e)
        if self.suggestions is not None:
            self.suggestions.hide()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = text_place(self.toPlainText(), self.cursorForPosition(event.pos()).position())
            about = (n.about for n in self.notes if n.start <= place <= n.end)
            QToolTip.showText(event.globalPos(), next(about, ""), self)
            return True
        return super().viewportEvent(event)

    def dragEnterEvent(self, e: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in e.mimeData().urls()):
            e.ignore()
        else:
            super().dragEnterEvent(e)


def _look(kind: Kind) -> QTextCharFormat:
    look = QTextCharFormat()
    match kind:
        case Kind.KNOWN:
            look.setForeground(QGuiApplication.palette().accent())
        case Kind.TROUBLE:
            look.setForeground(warning_color())
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            look.setUnderlineColor(warning_color())
        case Kind.COMMENT:
            look.setForeground(quiet_color())
            look.setFontItalic(True)
    return look


def select(cursor: QTextCursor, text: str, start: int, end: int) -> None:
    """Let the cursor of a document with that text select what is between two places of it."""
    cursor.setPosition(utf16_length(text[:start]))
    cursor.setPosition(utf16_length(text[:end]), QTextCursor.MoveMode.KeepAnchor)


def utf16_length(text: str) -> int:
    """How long Qt counts it: characters beyond the basic plane are two."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def text_place(text: str, position: int) -> int:
    """The place in `text` that Qt counts as `position`."""
    encoded = text.encode("utf-16-le", errors="surrogatepass")[: 2 * position]
    return len(encoded.decode("utf-16-le", errors="replace"))
