"""Under a prompt: how it is cut into tokens, with what falls apart and what is read later."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QWidget

from sddesk.core.prompt_words import Reading, Word
from sddesk.ui.theme import GAP, quiet_color, tint, warning_color
from sddesk.ui.words.token_layout import BETWEEN, Placed, placed

_LINES = 3  # on show; the rest scrolls
_STEP = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class TokenStrip(QWidget):
    """The words as boxes: one for each token, those of one word close together.

    Signals:
        word_chosen(object, object): a `Word` and the `QPoint` on the screen below it.
    """

    word_chosen = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tokens")
        self.setAccessibleName(self.tr("Tokens of the prompt"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words: tuple[Word, ...] = ()
        self._places: list[Placed] = []
        self._ids = False
        self._current = 0

    def words(self) -> tuple[Word, ...]:
        """What is on show."""
        return self._words

    def show_readings(self, readings: Sequence[Reading]) -> None:
        """Show the words that the picture begins with."""
        self._words = readings[0].words if readings else ()
        self._current = min(self._current, max(0, len(self._words) - 1))
        self._relayout()

    def show_ids(self, shown: bool) -> None:
        """Write the number of each token below its letters, or not."""
        self._ids = shown
        self._relayout()

    def line_height(self) -> int:
        """Of one line of boxes."""
        height = self.fontMetrics().height()
        return height * 2 + 2 if self._ids else height + 2

    def place_of(self, word: Word) -> QRect:
        """Where the word is."""
        return next((p.area for p in self._places if p.word.key == word.key), QRect())

    def _relayout(self) -> None:
        metrics = self.fontMetrics()
        ids = {piece.text: str(piece.id) for word in self._words for piece in word.pieces}

        def width_of(text: str) -> int:
            wide = metrics.horizontalAdvance(text)
            return max(wide, metrics.horizontalAdvance(ids[text])) if self._ids else wide

        border = metrics.horizontalAdvance(self._border_text()) + 2 * GAP
        width = max(40, self.width() - 2)
        self._places = placed(self._words, width, self.line_height(), width_of, border)
        bottom = max((p.area.bottom() for p in self._places), default=0)
        self.setMinimumHeight(bottom + 3 if self._places else 0)
        self.updateGeometry()
        self._describe()
        self.update()

    def _border_text(self) -> str:
        return self.tr("read apart:")

    def _describe(self) -> None:
        if self._words:
            self.setAccessibleDescription(self._about(self._words[self._current]))

    def _about(self, word: Word) -> str:
        """What there is to say of a word."""
        pieces = " · ".join(piece.text for piece in word.pieces)
        ids = ", ".join(str(piece.id) for piece in word.pieces)
        if word.concept:
            words = self.tr("{word}: learned, from {concept} (vectors: {count})")
            count = len(word.pieces)
            return words.format(word=word.text, concept=word.concept, count=count)
        if word.falls_apart:
            words = self.tr("{word} falls apart: {pieces} (tokens {ids})")
        else:
            words = self.tr("{word}: held whole (token {ids})")
        return words.format(word=word.text, pieces=pieces, ids=ids)

    def _choose(self, index: int) -> None:
        self._current = index
        area = self._places[index].area
        self._describe()
        self.update()
        self.word_chosen.emit(self._words[index], self.mapToGlobal(area.bottomLeft()))

    def _index_at(self, point: QPoint) -> int | None:
        found = (i for i, p in enumerate(self._places) if any(b.contains(point) for b in p.boxes))
        return next(found, None)

    # Painting

    def _paint_word(self, painter: QPainter, place: Placed, *, current: bool) -> None:
        word = place.word
        if place.border is not None:
            painter.setPen(quiet_color())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(place.border, flags, self._border_text())
        ground = self._ground(word)
        for box, piece in zip(place.boxes, word.pieces, strict=True):
            painter.fillRect(box, ground)
            self._paint_text(painter, box, piece.text, str(piece.id), later=piece.part > 0)
        if current:
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(place.area.adjusted(0, 0, -1, -1))

    def _ground(self, word: Word) -> QColor:
        if word.concept:
            color = self.palette().highlight().color()
            color.setAlphaF(0.30)
            return color
        if word.falls_apart:
            color = warning_color()
            color.setAlphaF(0.20)
            return color
        return tint(self.palette(), 0.09)

    def _paint_text(
        self, painter: QPainter, box: QRect, text: str, number: str, *, later: bool
    ) -> None:
        if later:
            painter.setPen(QPen(quiet_color(), 1, Qt.PenStyle.DotLine))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(quiet_color() if later else self.palette().windowText().color())
        line = QRect(box.left(), box.top(), box.width(), self.fontMetrics().height() + 2)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
        if self._ids:
            painter.setPen(quiet_color())
            line.moveTop(box.top() + self.fontMetrics().height())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, "" if number == "-1" else number)

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, place in enumerate(self._places):
            current = self.hasFocus() and index == self._current
            self._paint_word(painter, place, current=current)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._relayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        if index is not None:
            self._choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._words:
            super().keyPressEvent(event)
        elif key in _STEP:
            self._current = (self._current + _STEP[key]) % len(self._words)
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = self._index_at(event.pos())
            text = "" if index is None else self._about(self._words[index])
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


class TokenArea(QScrollArea):
    """The strip in as many lines as it needs, up to a few; the rest scrolls.

    Signals: none of its own.
    """

    def __init__(self, strip: TokenStrip) -> None:
        super().__init__()
        self.strip = strip
        self.setWidget(strip)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        strip.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strip.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        if event.type() == QEvent.Type.LayoutRequest or event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """As high as what is on show."""
        lines = _LINES * (self.strip.line_height() + BETWEEN)
        self.setFixedHeight(max(1, min(lines, self.strip.minimumHeight())))
        self.setVisible(bool(self.strip.words()))
