"""How many tokens a prompt takes as the encoder reads it, and how far its first part reaches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sddesk.core.prompt_words import Reading, VectorCount, Word, read_words
from sddesk.core.tokens import window_of
from sddesk.core.values import ConceptUse, ModelRef

# What is no word: comments, LoRA names, and the numbers of weights and of edits.
_SAID_BESIDE = re.compile(r"(?<!\\)#[^\n]*|<lora:[^<>\n]*>|:\s*[-+.\d]+\s*(?=[)\]])")


@dataclass(frozen=True, slots=True)
class PromptCount:
    """Tokens without starts and ends; what stands before `seen` is read in the first part."""

    tokens: int
    window: int
    parts: int
    seen: int


def count_prompt(
    model: ModelRef,
    prompt: str,
    steps: int,
    uses: Sequence[ConceptUse] = (),
    vectors: VectorCount = lambda _use, _word: 1,
) -> PromptCount:
    """Count what is read at the step that reads most.

    Raises `ProblemError` if the vocabulary, or the prompt, cannot be read.
    """
    longest = max(read_words(model, prompt, steps, uses, vectors), key=_size)
    _, tokens = _size(longest)
    return PromptCount(tokens, window_of(model), longest.parts, _seen(prompt, longest.words))


def _size(reading: Reading) -> tuple[int, int]:
    return reading.parts, sum(len(word.pieces) for word in reading.words)


def _seen(prompt: str, words: Sequence[Word]) -> int:
    """Where the first word stands that is read in a later part; the end if there is none."""
    text = _SAID_BESIDE.sub(lambda match: " " * len(match[0]), prompt)
    place = 0
    for word in words:
        found = max(text.find(word.text, place), place)
        later = [number for number, piece in enumerate(word.pieces) if piece.part > 0]
        if later:  # a long word may be divided
            return found + later[0] * len(word.text) // len(word.pieces)
        place = found + len(word.text)
    return len(prompt)
