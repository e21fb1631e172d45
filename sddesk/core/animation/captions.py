"""What is written under a frame: step, guidance, prompt."""

from dataclasses import dataclass

from PIL import ImageDraw

from sddesk.core.animation.values import GUIDANCE, PROMPT, STEP, Evolution
from sddesk.core.lettering import font_for, text_height, wrapped

_INK = "black"
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Caption:
    """The words for some evolutions, `width` pixels wide; what they do not agree in is left out."""

    evolutions: tuple[Evolution, ...]
    width: int
    parts: frozenset[str]
    place: tuple[int, int] = (0, 0)

    def write(self, pen: ImageDraw.ImageDraw, step: int) -> None:
        """Write what holds at that step."""
        text = self.text(step)
        if text:
            size = self.font_size()
            x, y = self.place[0] + size // 3, self.place[1] + size // 3
            pen.multiline_text((x, y), text, _INK, font_for(size, text))

    def text(self, step: int) -> str:
        """The words in lines; at most four, the last one cut."""
        words = self._words(step)
        if not words:
            return ""
        size = self.font_size()
        room = max(size, self.width - 2 * (size // 3))
        lines = wrapped(words, font_for(size, words), room).split("\n")
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][:-1] + "…"]
        return "\n".join(lines)

    def font_size(self) -> int:
        """Readable, and in proportion."""
        return min(28, max(11, self.width // 24))

    def steps(self) -> int:
        """The most steps that one of the evolutions has."""
        return max(one.steps for one in self.evolutions)

    def _words(self, step: int) -> str:
        first = self.evolutions[0]
        words: list[str] = []
        if STEP in self.parts:
            words.append(f"Step {min(step, self.steps())}/{self.steps()}")
        if GUIDANCE in self.parts and self._agree("guidance"):
            words.append(f"guidance {first.guidance:g}")
        if PROMPT in self.parts and self._agree("prompt"):
            words.append(first.prompt)
        return ", ".join(word for word in words if word)

    def _agree(self, name: str) -> bool:
        return len({getattr(one, name) for one in self.evolutions}) == 1


def caption_height(caption: Caption) -> int:
    """The room that the words take at any step."""
    texts = [caption.text(step) for step in (1, caption.steps())]
    if not texts[0]:
        return 0
    size = caption.font_size()
    return max(text_height(text, font_for(size, text)) for text in texts) + 2 * (size // 3)
