"""Captions that are nearly right: one word tells something else, so that each word must be read.

Yuksekgonul et al. 2022, "When and why vision-language models behave like bags-of-words".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from starter_model.scenes import COLOURS
from starter_model.sources import ICON_SETS, UNSEEN
from starter_model.treatments import TREATMENTS

STYLES = (*(icon_set.style for icon_set in ICON_SETS), UNSEEN.style)


@dataclass(frozen=True)
class NearMisses:
    """Groups of words, each of which tells something else than the others of its group."""

    groups: tuple[tuple[str, ...], ...]
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> "NearMisses":
        """For captions of things that go by the names."""
        groups = (STYLES, tuple(TREATMENTS), tuple(COLOURS), tuple(names))
        return cls(groups, tuple(map(any_of, groups)))

    def of_caption(self, caption: str, r: np.random.Generator) -> str:
        """The caption with one word changed; as it is where it has no word of any group."""
        found = [
            (group, match)
            for group, pattern in zip(self.groups, self.patterns, strict=True)
            if (match := any_match(pattern, caption, r))
        ]
        if not found:
            return caption
        group, match = found[int(r.integers(len(found)))]
        others = [word for word in group if word != match.group()]
        word = others[int(r.integers(len(others)))]
        return caption[: match.start()] + word + caption[match.end() :]


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """One of the words, the longest that fits."""
    return re.compile(rf"\b({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})\b")


def any_match(pattern: re.Pattern[str], text: str, r: np.random.Generator) -> re.Match[str] | None:
    matches = list(pattern.finditer(text))
    return matches[int(r.integers(len(matches)))] if matches else None
