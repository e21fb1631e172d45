"""Chooses what meets in one batch of a contrastive training: now and then things hard to tell."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]

KINDS = (  # words of a caption that tell it from most others without its name or its style
    "next to",
    "under",
    "eating",
    "antique painting",
    "low poly",
    "pixel art",
    "pencil drawing",
    "background",
    "in a park",
    "at night",
    "on a table",
)
EACH = 8  # pictures of each name in a batch of few names


@dataclass(frozen=True)
class Batches:
    """Which pictures show the same thing, and which are of the same kind."""

    count: int
    by_name: list[Indices]
    by_kind: list[Indices]

    @classmethod
    def of(cls, captions: Sequence[str], names: Sequence[str]) -> "Batches":
        """Sorted by what the captions say; of several names in one, the first counts."""
        longest_first = sorted(names, key=len, reverse=True)
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b")
        named: dict[str, list[int]] = defaultdict(list)
        kinds: dict[str, list[int]] = defaultdict(list)
        for i, caption in enumerate(captions):
            found = pattern.search(caption)
            named[found.group() if found else ""].append(i)
            kinds[next((k for k in KINDS if k in caption), "")].append(i)
        return cls(
            len(captions),
            [np.array(v) for v in named.values() if len(v) >= EACH],
            [np.array(v) for v in kinds.values()],
        )

    def choose(self, size: int, r: np.random.Generator) -> Indices:
        """A batch: any pictures, or all of one kind, or few names, so that styles must be told."""
        way = r.random()
        if way < 0.5 and len(self.by_name) * EACH >= size:
            names = r.choice(len(self.by_name), size // EACH, replace=False)
            return np.concatenate([r.choice(self.by_name[n], EACH, replace=False) for n in names])
        if way < 0.75:
            sizes = np.array([len(k) for k in self.by_kind])
            kind = self.by_kind[int(r.choice(len(sizes), p=sizes / sizes.sum()))]
            if len(kind) >= size:
                return r.choice(kind, size, replace=False)
        return r.choice(self.count, size, replace=False)
