"""The words of a prompt as the text encoder reads them: cut into tokens, each at its place."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sddesk.core.concepts.matching import split_at_words
from sddesk.core.prompt_language import PromptPart, Section, read_prompt
from sddesk.core.tokens import tokens_of, window_of
from sddesk.core.values import ConceptUse, ModelRef

_SIGNS = re.compile(r"[\W_]+")
_SMALL = frozenset(
    (
        *("a", "an", "the", "of", "on", "in", "at", "to", "by", "for", "from", "with"),
        *("and", "or", "as", "is", "are", "it", "its", "that", "this", "into", "over", "under"),
    )
)
VectorCount = Callable[[ConceptUse, int], int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One token: its letters, its number in the vocabulary, its row in what the UNet reads.

    A learned vector has the number -1, and from the second of a word on no letters but "+". `part`
    is the stretch of the encoder's window that it is read in, from 0.
    """

    text: str
    id: int
    row: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """What the tokenizer took for one word.

    `nth` counts words of the same letters, so that (`text`, `nth`) names this one; `concept` names
    what was learned.
    """

    text: str
    pieces: tuple[Piece, ...]
    nth: int
    concept: str = ""

    @property
    def part(self) -> int:
        """The part in which it begins."""
        return self.pieces[0].part if self.pieces else 0

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all other words of the prompt."""
        return self.text, self.nth

    @property
    def is_sign(self) -> bool:
        """Whether it is a comma or the like."""
        return _SIGNS.fullmatch(self.text) is not None

    @property
    def carries_meaning(self) -> bool:
        """Whether one misses it where nothing listens to it."""
        return not self.is_sign and self.text.lower() not in _SMALL

    @property
    def falls_apart(self) -> bool:
        """Whether the tokenizer does not hold it whole."""
        return len(self.pieces) > 1 and not self.concept


@dataclass(frozen=True, slots=True)
class Reading:
    """The words that hold up to and with step `last_step`, read in `parts` parts."""

    last_step: int
    words: tuple[Word, ...]
    parts: int


def read_words(
    model: ModelRef,
    prompt: str,
    steps: int,
    uses: Sequence[ConceptUse] = (),
    vectors: VectorCount = lambda _use, _word: 1,
) -> tuple[Reading, ...]:
    """The prompt as the engine reads it; `vectors` tells how many a learned word has.

    Raises `ProblemError` if the vocabulary, or the prompt, cannot be read.
    """
    return tuple(
        _reading(model, part, uses, vectors) for part in read_prompt(prompt, max(1, steps))
    )


def words_at(readings: Sequence[Reading], step: int) -> tuple[Word, ...]:
    """The words that hold at a step, counted from 1."""
    return next((r.words for r in readings if step <= r.last_step), readings[-1].words)


def without_word(prompt: str, text: str, nth: int) -> str:
    """The prompt without one of its words, and without the gap that it leaves."""
    cut = _replaced(prompt, text, nth, "")
    cut = re.sub(r"[ \t]{2,}", " ", cut)
    cut = re.sub(r"\s+([,.;:!?])", r"\1", cut)
    cut = re.sub(r"(?:^\s*|(?<=,)\s*),", "", cut)
    return cut.strip(" \t,")


def with_word(prompt: str, text: str, nth: int, other: str) -> str:
    """The prompt with another word in the place of one of its words."""
    return _replaced(prompt, text, nth, other)


def _replaced(prompt: str, text: str, nth: int, other: str) -> str:
    places = [match.span() for match in _pattern(text).finditer(prompt)]
    if nth >= len(places):
        return prompt
    start, end = places[nth]
    return prompt[:start] + other + prompt[end:]


def _pattern(text: str) -> re.Pattern[str]:
    """The word, not as a part of a longer one."""
    before = r"(?<!\w)" if re.match(r"\w", text) else ""
    after = r"(?!\w)" if re.search(r"\w$", text) else ""
    return re.compile(before + re.escape(text) + after, re.IGNORECASE)


def _reading(
    model: ModelRef, part: PromptPart, uses: Sequence[ConceptUse], vectors: VectorCount
) -> Reading:
    window = window_of(model)
    words: list[Word] = []
    seen: Counter[str] = Counter()
    parts = 0
    for section in part.sections:
        place = 0
        for text, pieces, concept in _cut(model, section, uses, vectors):
            places = range(place, place + len(pieces))
            placed = tuple(
                _piece(*piece, parts, at, window) for piece, at in zip(pieces, places, strict=True)
            )
            nth = seen[text.lower()]
            words.append(Word(text, placed, nth, concept))
            seen[text.lower()] += 1
            place += len(pieces)
        parts += max(1, -(-place // window))
    return Reading(part.last_step, tuple(words), parts)


def _piece(text: str, number: int, first: int, place: int, window: int) -> Piece:
    """Each part has a start before it and an end after it in the encoder's output."""
    part = first + place // window
    return Piece(text, number, part * (window + 2) + 1 + place % window, part)


_Cut = tuple[str, list[tuple[str, int]], str]


def _cut(
    model: ModelRef, section: Section, uses: Sequence[ConceptUse], vectors: VectorCount
) -> Iterator[_Cut]:
    """Letters, pieces and concept of each word."""
    for piece in section:
        for found in split_at_words(piece.text, uses):
            if found.word is None:
                yield from _plain(model, found.text)
            else:
                use, number = found.word
                more = [("+", -1)] * (vectors(use, number) - 1)
                yield found.text, [(found.text, -1), *more], use.name


def _plain(model: ModelRef, text: str) -> Iterable[_Cut]:
    for tokens in tokens_of(model, text):
        start, end = tokens[0].start, tokens[-1].end
        yield text[start:end], [(text[t.start : t.end], t.id) for t in tokens], ""
