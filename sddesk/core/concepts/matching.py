"""Where learned words stand in a prompt: whole words only, case as the encoder sees it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sddesk.core.problems import ProblemError
from sddesk.core.values import ConceptUse


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text, and the learned word that it is; None for other words."""

    text: str
    word: tuple[ConceptUse, int] | None = None  # whose word, and which of its words
    start: int = 0


def split_at_words(text: str, uses: Sequence[ConceptUse]) -> Iterator[Found]:
    """The text in stretches, learned words apart; longer words are looked for first."""
    words = {as_seen(word): (use, i) for use in uses for i, word in enumerate(use.words)}
    end = 0
    for match in occurrences(text, words):
        if match.start() > end:
            yield Found(text[end : match.start()], None, end)
        yield Found(match[0], words[as_seen(match[0])], match.start())
        end = match.end()
    if end < len(text) or not text:
        yield Found(text[end:], None, end)


def occurrences(text: str, words: Iterable[str]) -> Iterator[re.Match[str]]:
    """Where `words`, given as the encoder sees them, stand in the text."""
    seen = as_seen(text)
    there = sorted((word for word in words if word in seen), key=len, reverse=True)
    if there:
        yield from re.compile("|".join(map(_whole, there)), re.IGNORECASE).finditer(text)


def check_words(uses: Sequence[ConceptUse]) -> None:
    """Raise `ProblemError` if two concepts have one word: which is meant is not guessed."""
    owners: dict[str, ConceptUse] = {}
    for use in uses:
        for word in use.words:
            other = owners.setdefault(as_seen(word), use)
            if other is not use:
                raise ProblemError(
                    f"Two concepts have the word {word}",
                    f"{other.name} ({other.hash[:8]}) and {use.name} ({use.hash[:8]})",
                    "switch one off, or give it another word",
                )


def as_seen(word: str) -> str:
    """As the encoder sees it: in lower case, and any white space as one space (CLIP)."""
    return " ".join(word.lower().split())


def _whole(word: str) -> str:
    """The word, not as part of a longer one; brackets and the like are borders by themselves."""
    pattern = r"\s+".join(re.escape(part) for part in word.split(" "))
    before = r"(?<!\w)" if re.match(r"\w", word) else ""
    after = r"(?!\w)" if re.search(r"\w$", word) else ""
    return before + pattern + after
