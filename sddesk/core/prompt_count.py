"""How many tokens a prompt takes as the encoder reads it, and how far its first part reaches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.prompt_words import Reading, VectorCount, Word, read_words
from sddesk.core.tokens import window_of
from sddesk.core.values import ConceptUse, ModelRef
from sddesk.core.wildcards import has_choices, longest

# What is no word: comments, LoRA names, and the numbers of weights and of edits.
_SAID_BESIDE = re.compile(r"(?<!\\)#[^\n]*|<lora:[^<>\n]*>|:\s*[-+.\d]+\s*(?=[)\]])")


@dataclass(frozen=True, slots=True)
class PromptCount:
    """Tokens without starts and ends; what stands before `seen` is read in the first part.

    With choices that the seed makes, it is `at_most` so many.
    """

    tokens: int
    window: int
    parts: int
    seen: int
    at_most: bool = False


def count_prompt(
    model: ModelRef,
    prompt: str,
    steps: int,
    uses: Sequence[ConceptUse] = (),
    vectors: VectorCount = lambda _use, _word: 1,
    wildcards: Path = Path(),
) -> PromptCount:
    """Count what is read at the step that reads most, with the longest of all choices.

    Raises `ProblemError` if the vocabulary, the prompt, or a wildcard in it, cannot be read.
    """
    most = max(read_longest(model, prompt, steps, uses, vectors, wildcards), key=_size)
    _, tokens = _size(most)
    seen, choices = _seen(prompt, most.words), has_choices(prompt)
    return PromptCount(tokens, window_of(model), most.parts, seen, choices)


def read_longest(
    model: ModelRef,
    prompt: str,
    steps: int,
    uses: Sequence[ConceptUse] = (),
    vectors: VectorCount = lambda _use, _word: 1,
    wildcards: Path = Path(),
) -> tuple[Reading, ...]:
    """The words of the prompt before the seed is known: with the longest of all choices.

    Raises `ProblemError` if the vocabulary, the prompt, or a wildcard in it, cannot be read.
    """

    def size(option: str) -> int:
        return max(_size(reading)[1] for reading in read_words(model, option, steps, uses, vectors))

    text = longest(prompt, wildcards, size)
    return read_words(model, text, steps, uses, vectors)


def _size(reading: Reading) -> tuple[int, int]:
    return reading.parts, sum(len(word.pieces) for word in reading.words)


def _seen(prompt: str, words: Sequence[Word]) -> int:
    """Where the first word stands that is read in a later part; the end if there is none."""
    text = _SAID_BESIDE.sub(lambda match: " " * len(match[0]), prompt)
    place = 0
    for word in words:
        found = text.find(word.text, place)
        at = max(found, place)  # where it is not found, it stands in a wildcard's file
        later = [number for number, piece in enumerate(word.pieces) if piece.part > 0]
        if later:  # a long word may be divided
            return at + later[0] * len(word.text) // len(word.pieces)
        place = at + len(word.text) if found >= 0 else place
    return len(prompt)
