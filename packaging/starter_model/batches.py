"""Chooses what meets in one batch of a contrastive training: now and then things hard to tell."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from starter_model.near_misses import any_of

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
# Words of more than one thing on white.
SCENIC = re.compile(r" (next to|under|eating|on|in a park|at night)\b")
EACH = 8  # pictures of each name in a batch of few names


@dataclass(frozen=True)
class Batches:
    """Which pictures show the same thing, and which are of the same kind."""

    count: int
    by_name: list[Indices]
    plain_by_name: list[Indices]  # on white and alone: only the style and the pose differ
    by_kind: list[Indices]

    @classmethod
    def of(cls, captions: Sequence[str], names: Sequence[str]) -> "Batches":
        """Sorted by what the captions say; of several names in one, the first counts."""
        pattern = any_of(names)
        named: dict[str, list[int]] = defaultdict(list)
        plain: dict[str, list[int]] = defaultdict(list)
        kinds: dict[str, list[int]] = defaultdict(list)
        for i, caption in enumerate(captions):
            found = pattern.search(caption)
            name = found.group() if found else ""
            named[name].append(i)
            if not SCENIC.search(caption):
                plain[name].append(i)
            kinds[next((k for k in KINDS if k in caption), "")].append(i)
        return cls(
            len(captions),
            many_of(named),
            many_of(plain),
            [np.array(v) for v in kinds.values()],
        )

    def choose(self, size: int, r: np.random.Generator) -> Indices:
        """A batch: any pictures, or all of one kind, or few names, so that styles must be told."""
        way = r.random()
        few = self.plain_by_name if way < 0.3 else self.by_name
        if way < 0.6 and len(few) * EACH >= size:
            names = r.choice(len(few), size // EACH, replace=False)
            return np.concatenate([r.choice(few[n], EACH, replace=False) for n in names])
        if way < 0.8:
            sizes = np.array([len(k) for k in self.by_kind])
            kind = self.by_kind[int(r.choice(len(sizes), p=sizes / sizes.sum()))]
            if len(kind) >= size:
                return r.choice(kind, size, replace=False)
        return r.choice(self.count, size, replace=False)


def many_of(by_name: dict[str, list[int]]) -> list[Indices]:
    """Where each name is, of those that there are enough of."""
    return [np.array(found) for found in by_name.values() if len(found) >= EACH]
