"""What a prompt says beside its words: weights, breaks, LoRA names, comments.

The grammar is that of AUTOMATIC1111's webui, wiki "Features", "Attention/emphasis".
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sddesk.core.problems import ProblemError
from sddesk.core.prompt_schedule import schedule

STRONGER = 1.1  # what a pair of round brackets multiplies with, and a square one divides by
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_TOKEN = re.compile(
    rf"(?P<escaped>\\[()\[\]{{}}#\\])|(?P<open>[(\[])|:\s*(?P<weight>{_NUMBER})\s*\)"
    r"|(?P<close>[)\]])|(?P<text>[^\\()\[\]:]+|:|\\)"
)
_BREAK = re.compile(r"\s*\bBREAK\b\s*")
_COMMENT = re.compile(r"(?<!\\)#[^\n]*")
_LORA = re.compile(r"<lora:(?P<name>[^:<>\n]+)(?::(?P<weight>[^:<>\n]*))?(?::[^<>\n]*)?>")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one weight; 1 is as usual."""

    text: str
    weight: float = 1.0


Section = tuple[Piece, ...]  # what lies between two BREAKs


@dataclass(frozen=True, slots=True)
class PromptPart:
    """What the prompt says up to and with step `last_step`."""

    last_step: int
    sections: tuple[Section, ...]

    @property
    def plain(self) -> str | None:
        """The words if they have no weights and no breaks."""
        if len(self.sections) == 1 and all(piece.weight == 1 for piece in self.sections[0]):
            return "".join(piece.text for piece in self.sections[0])
        return None


def read_prompt(text: str, steps: int) -> tuple[PromptPart, ...]:
    """The parts of a prompt in the order of its `steps`."""
    words = without_loras(without_comments(text))
    return tuple(PromptPart(end, weighted(part)) for end, part in schedule(words, steps))


def plain_parts(text: str, steps: int) -> Iterator[str]:
    """All stretches of words that the encoder is given at one step or another."""
    for part in read_prompt(text, steps):
        for section in part.sections:
            yield from (piece.text for piece in section)


def spelled(word: str) -> str:
    """The word as it is written in a prompt, so that its signs are only signs."""
    return re.sub(r"([()\[\]\\#])", r"\\\1", word)


def comment_spans(text: str) -> list[tuple[int, int]]:
    """Begin and end of each comment."""
    return [match.span() for match in _COMMENT.finditer(text)]


def without_comments(text: str) -> str:
    """Without `# …` up to the end of each line; `\\#` is a sign like others."""
    if "#" not in text:
        return text
    lines = [_COMMENT.sub("", line) for line in text.split("\n")]
    return "\n".join(line for line in lines if line.strip()) if len(lines) > 1 else lines[0]


def without_loras(text: str) -> str:
    """Without `<lora:name:weight>`."""
    return _LORA.sub("", text)


def lora_tags(text: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Begin, end, name and weight, as written, of each `<lora:name:weight>`."""
    for match in _LORA.finditer(text):
        yield match.start(), match.end(), match["name"].strip(), match["weight"]


def lora_names(text: str) -> list[tuple[str, float]]:
    """Names and weights of `<lora:name:weight>`; raises `ProblemError` for what is no weight."""
    found: list[tuple[str, float]] = []
    for match in _LORA.finditer(without_comments(text)):
        weight = match["weight"]
        try:
            number = 1.0 if weight is None else float(weight)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ProblemError("That is not a weight", match[0][:100], "write <lora:name:0.8>, say")
        found.append((match["name"].strip(), number))
    return found


def weighted(text: str) -> tuple[Section, ...]:
    """The words with the weights that brackets give them, divided at each BREAK."""
    reader = _Weights()
    for token in _TOKEN.finditer(text):
        reader.take(token)
    return reader.sections()


class _Weights:
    """Collects pieces; a bracket multiplies all pieces since its beginning."""

    def __init__(self) -> None:
        self._texts: list[str | None] = []  # None is a BREAK
        self._weights: list[float] = []
        self._open: dict[str, list[int]] = {"(": [], "[": []}

    def take(self, token: re.Match[str]) -> None:
        """One more part of the text."""
        if token["escaped"]:
            self._add(token["escaped"][1:])
        elif token["open"]:
            self._open[token["open"]].append(len(self._texts))
        elif token["weight"] and self._open["("]:
            self._multiply(self._open["("].pop(), float(token["weight"]))
        elif token[0] == ")" and self._open["("]:
            self._multiply(self._open["("].pop(), STRONGER)
        elif token[0] == "]" and self._open["["]:
            self._multiply(self._open["["].pop(), 1 / STRONGER)
        else:
            self._add_words(token[0])

    def sections(self) -> tuple[Section, ...]:
        """All of it; brackets that were never closed reach to the end."""
        for place in self._open["("]:
            self._multiply(place, STRONGER)
        for place in self._open["["]:
            self._multiply(place, 1 / STRONGER)
        self._open = {"(": [], "[": []}
        sections: list[list[Piece]] = [[]]
        for text, weight in zip(self._texts, self._weights, strict=True):
            if text is None:
                sections.append([])
            else:
                _join(sections[-1], Piece(text, weight))
        return tuple(tuple(section) or (Piece(""),) for section in sections)

    def _add_words(self, text: str) -> None:
        for number, words in enumerate(_BREAK.split(text)):
            if number:
                self._add(None)
            self._add(words)

    def _add(self, text: str | None) -> None:
        self._texts.append(text)
        self._weights.append(1.0)

    def _multiply(self, start: int, factor: float) -> None:
        for place in range(start, len(self._weights)):
            self._weights[place] *= factor


def _join(section: list[Piece], piece: Piece) -> None:
    """Add a piece; one of the same weight as the last becomes part of it."""
    if section and section[-1].weight == piece.weight:
        piece = Piece(section.pop().text + piece.text, piece.weight)
    if piece.text:
        section.append(piece)
