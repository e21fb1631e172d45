"""Words of the vocabulary that are spelt nearly like another one."""

import functools
from collections import Counter

from sddesk.core.tokens import whole_words
from sddesk.core.values import ModelRef

_SHORTEST = 3
_MOST_LETTERS = 40  # of a word that is looked for


def nearest_words(model: ModelRef, word: str, most: int = 5) -> tuple[str, ...]:
    """The words that the model holds whole and that differ least, common ones first.

    Raises `ProblemError` if the vocabulary cannot be read.
    """
    word = word.lower()
    if not _SHORTEST <= len(word) <= _MOST_LETTERS:
        return ()
    limit = 1 if len(word) < 5 else 2 if len(word) < 9 else 3
    letters = Counter(word)
    found: list[tuple[int, int, str]] = []
    for other, number in _vocabulary(model):
        if abs(len(other) - len(word)) > limit or (letters - Counter(other)).total() > limit:
            continue
        distance = edit_distance(word, other)
        if 0 < distance <= limit:
            found.append((distance, number, other))
    return tuple(other for _, _, other in sorted(found)[:most])


def edit_distance(one: str, other: str) -> int:
    """Letters to insert, delete, replace, or neighbours to swap (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        oldest, before, row = before, row, [i]
        for j, its in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                best = min(best, oldest[j - 2] + 1)
            row.append(best)
    return row[-1]


@functools.lru_cache(maxsize=4)
def _vocabulary(model: ModelRef) -> tuple[tuple[str, int], ...]:
    words = whole_words(model).items()
    return tuple((word, number) for word, number in words if len(word) >= _SHORTEST)
