"""A bar for each word of a prompt: how much the network listened to it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.core.prompt_words import Word
from sddesk.ui.theme import GAP, quiet_color, tint, warning_color

_Key = tuple[str, int]


class WordBars(QWidget):
    """One row a word; the arrow keys walk.

    Signals:
        word_selected(object): the `Word` whose map is wanted.
    """

    word_selected = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("word_bars")
        self.setAccessibleName(self.tr("Words, and how much the network listened to them"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words: tuple[Word, ...] = ()
        self._shares: Mapping[_Key, float] = {}
        self._unheard: frozenset[_Key] = frozenset()
        self._selected: _Key | None = None

    def words(self) -> tuple[Word, ...]:
        """What is on show."""
        return self._words

    def show_words(self, words: Sequence[Word]) -> None:
        """Show these words, with no bars yet."""
        self._words = tuple(word for word in words if not word.is_sign)
        self._shares, self._unheard = {}, frozenset()
        if self._selected not in {word.key for word in self._words}:
            self._selected = None
        self.setMinimumHeight(len(self._words) * self._row())
        self.updateGeometry()
        self.update()

    def show_shares(self, shares: Mapping[_Key, float], unheard: Sequence[_Key]) -> None:
        """Show how much each word is listened to, and point out those that hardly are."""
        self._shares, self._unheard = shares, frozenset(unheard)
        self._describe()
        self.update()

    def select(self, key: _Key | None) -> None:
        """Mark a word as the one on show."""
        self._selected = key
        self._describe()
        self.update()

    def selected(self) -> Word | None:
        """The word on show."""
        return next((word for word in self._words if word.key == self._selected), None)

    def is_unheard(self, key: _Key) -> bool:
        """Whether the word is pointed out."""
        return key in self._unheard

    def _row(self) -> int:
        return self.fontMetrics().height() + GAP

    def _about(self, word: Word) -> str:
        share = self._shares.get(word.key)
        text = "" if share is None else self._percent(share)
        if word.key in self._unheard:
            return self.tr("{share}, hardly heard").format(share=text)
        return text

    def _percent(self, share: float) -> str:
        return self.tr("{count} %").format(count=round(100 * share))

    def _describe(self) -> None:
        word = self.selected()
        self.setAccessibleDescription("" if word is None else f"{word.text} {self._about(word)}")

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._words):
            self.select(self._words[index].key)
            self.word_selected.emit(self._words[index])

    def _paint_row(self, painter: QPainter, word: Word, area: QRectF, most: float) -> None:
        metrics = self.fontMetrics()
        chosen, faint = word.key == self._selected, word.key in self._unheard
        if chosen:
            painter.fillRect(area, tint(self.palette(), 0.10))
            mark = QRectF(area.left(), area.top(), 3, area.height())
            painter.fillRect(mark, self.palette().highlight())
        text = area.adjusted(GAP, 0, -GAP, -4)
        about = self._about(word)
        if metrics.horizontalAdvance(word.text + about) + GAP > text.width():
            about = self._percent(self._shares.get(word.key, 0))  # the colour says the rest
        room = metrics.horizontalAdvance(about)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        name = metrics.elidedText(
            word.text, Qt.TextElideMode.ElideRight, int(text.width()) - room - GAP
        )
        painter.setPen(warning_color() if faint else self.palette().windowText().color())
        painter.drawText(text, left, name)
        painter.setPen(warning_color() if faint else quiet_color())
        painter.drawText(text, right, about)
        groove = QRectF(text.left(), area.bottom() - 5, text.width(), 3)
        painter.fillRect(groove, tint(self.palette(), 0.10))
        groove.setWidth(groove.width() * self._shares.get(word.key, 0) / most)
        painter.fillRect(groove, warning_color() if faint else self.palette().highlight().color())

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(220, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        most = max(self._shares.values(), default=0) or 1
        for index, word in enumerate(self._words):
            area = QRectF(0, index * self._row(), self.width(), self._row() - 1)
            self._paint_row(painter, word, area, most)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point: QPointF = event.position()
        self._choose(int(point.y()) // self._row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [word.key for word in self._words]
        at = keys.index(self._selected) if self._selected in keys else -1
        if event.key() == Qt.Key.Key_Down:
            self._choose(min(at + 1, len(keys) - 1))
        elif event.key() == Qt.Key.Key_Up:
            self._choose(max(at - 1, 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self._choose(at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
