"""Where the network looked for each word: maps of one step, and of all steps together.

Tang et al. 2022, "What the DAAM: Interpreting Stable Diffusion Using Cross Attention": maps are
averaged over heads, layers and steps, after all have been brought to the size of the finest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Map = NDArray[np.float32]  # (height, width)
WordKey = tuple[str, int]  # letters, and which of the words with these letters
Size = tuple[int, int]  # width, height
FAINT = 0.35  # of what a word gets in the mean: less is next to nothing


@dataclass(frozen=True, slots=True)
class Resolution:
    """Maps of all words at one resolution: the mean over heads and over `layers` layers.

    `values` are float16, (words, height, width): the share of its attention that each place gives
    to the tokens of the word. Start, end and padding get the rest.
    """

    width: int
    height: int
    layers: int
    values: bytes = field(repr=False)

    def maps(self, words: int) -> NDArray[np.float32]:
        """(words, height, width)."""
        flat = np.frombuffer(self.values, np.float16).astype(np.float32)
        return flat.reshape(words, self.height, self.width)


@dataclass(frozen=True, slots=True)
class StepMaps:
    """The maps of step `step`, finest resolution first."""

    step: int
    words: tuple[WordKey, ...]
    resolutions: tuple[Resolution, ...]

    @property
    def memory(self) -> int:
        """Bytes that it takes."""
        return sum(len(resolution.values) for resolution in self.resolutions)


class MapSum:
    """Maps added up over steps; as large as one step, however many there are."""

    def __init__(self, steps: Iterable[StepMaps] = ()) -> None:
        self.steps: set[int] = set()
        self._sums: dict[Size, dict[WordKey, Map]] = {}
        self._counts: dict[WordKey, int] = {}
        self._layers: dict[Size, int] = {}
        for maps in steps:
            self.add(maps)

    def add(self, maps: StepMaps) -> None:
        """One more step; the same step again changes nothing."""
        if maps.step in self.steps:
            return
        self.steps.add(maps.step)
        for key in maps.words:
            self._counts[key] = self._counts.get(key, 0) + 1
        for resolution in maps.resolutions:
            size = (resolution.width, resolution.height)
            self._layers[size] = resolution.layers
            sums = self._sums.setdefault(size, {})
            found = resolution.maps(len(maps.words))
            for key, one in zip(maps.words, found, strict=True):
                sums[key] = sums[key] + one if key in sums else one

    def words(self) -> tuple[WordKey, ...]:
        """All words, in the order in which they came."""
        return tuple(self._counts)

    def sizes(self) -> tuple[Size, ...]:
        """The resolutions that there are, finest first."""
        return tuple(sorted(self._sums, reverse=True))

    def heat(self, key: WordKey, size: Size | None = None) -> Map | None:
        """Where the word was looked for: at one resolution, or all of them together as in DAAM.

        None if there is no such word, or no such resolution.
        """
        sizes = self.sizes() if size is None else (size,)
        found = [(s, self._sums[s][key]) for s in sizes if key in self._sums.get(s, {})]
        if not found:
            return None
        finest = found[0][0]
        layers = sum(self._layers[s] for s, _ in found)
        total = sum(self._layers[s] * _scaled(one, finest) for s, one in found)
        return np.asarray(total / (layers * self._counts[key]), np.float32)

    def shares(self) -> dict[WordKey, float]:
        """How much each word is listened to, as its share of what all words get."""
        means = {key: self._mean(key) for key in self._counts}
        total = sum(means.values())
        return {key: mean / total if total else 0.0 for key, mean in means.items()}

    def _mean(self, key: WordKey) -> float:
        parts = [(self._layers[s], sums[key]) for s, sums in self._sums.items() if key in sums]
        layers = sum(count for count, _ in parts)
        total = sum(count * float(one.mean()) for count, one in parts)
        return total / (layers * self._counts[key])


def unheard(shares: dict[WordKey, float], content: Sequence[WordKey]) -> tuple[WordKey, ...]:
    """Words that nearly nothing listens to, measured by the mean of all that carry a meaning."""
    known = [key for key in content if key in shares]
    if len(known) < 2:
        return ()
    mean = sum(shares[key] for key in known) / len(known)
    return tuple(key for key in known if shares[key] < FAINT * mean)


def normalised(heat: Map) -> Map:
    """From 0 for where it looked least to 1 for where it looked most."""
    low, high = float(heat.min()), float(heat.max())
    return np.zeros_like(heat) if high <= low else (heat - low) / (high - low)


def _scaled(one: Map, size: Size) -> Map:
    if (one.shape[1], one.shape[0]) == size:
        return one
    image = Image.fromarray(one).resize(size, Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(image, np.float32), 0)
