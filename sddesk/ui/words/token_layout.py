"""Where the tokens of a prompt lie under it: words that stay together, in lines that break."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from sddesk.core.prompt_words import Word

BETWEEN, INSIDE = 5, 1  # pixels between two words, and between two pieces of one
PAD = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and the boxes of its pieces; a border before it begins another part."""

    word: Word
    boxes: tuple[QRect, ...]
    border: QRect | None = None

    @property
    def area(self) -> QRect:
        """All of it."""
        area = QRect(self.boxes[0])
        for box in self.boxes[1:]:
            area = area.united(box)
        return area


def placed(
    words: Sequence[Word], width: int, line: int, width_of: Callable[[str], int], border: int
) -> list[Placed]:
    """The words in lines of that width and height; `border` is the room that a new part takes."""
    made: list[Placed] = []
    x = y = part = 0
    for word in words:
        widths = [width_of(piece.text) + 2 * PAD for piece in word.pieces]
        whole = sum(widths) + INSIDE * (len(widths) - 1)
        room = border if word.part != part else 0
        if x and x + room + whole > width:
            x, y = 0, y + line + BETWEEN
        mark = QRect(x, y, room, line) if room else None
        x += room
        boxes: list[QRect] = []
        for wide in widths:
            if x and x + wide > width:  # a word longer than a line
                x, y = 0, y + line + BETWEEN
            boxes.append(QRect(x, y, wide, line))
            x += wide + INSIDE
        x += BETWEEN - INSIDE
        made.append(Placed(word, tuple(boxes), mark))
        part = word.part
    return made
