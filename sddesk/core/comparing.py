"""What tells pictures apart: settings that differ, pixels that differ, the step where they part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sddesk.core.infotext import request_values
from sddesk.core.picture_files import to_pil
from sddesk.core.recall import Recalled, from_values
from sddesk.core.values import GenerationRequest, Picture

MOST = 4  # pictures at once
PARTED = 0.5  # of the largest difference, at which two pictures have parted
_SAME_SHAPE = 0.02  # of the ratio of width to height
_UNKNOWN = "–"
_BEFORE = 2  # words that two long texts have in common are shown before those that differ


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two pictures: the largest of the three colours' at each place, (height, width)."""

    levels: NDArray[np.uint8]
    most: int
    mean: float


def difference(one: Picture, other: Picture) -> Difference | None:
    """What differs; the other is brought to the size of the one. None if their shapes differ."""
    if not same_shape(one, other):
        return None
    first, second = _pixels(one), _pixels(other, (one.width, one.height))
    levels = np.maximum(first, second) - np.minimum(first, second)
    largest = np.maximum(np.maximum(levels[..., 0], levels[..., 1]), levels[..., 2])
    return Difference(largest, int(largest.max()), float(largest.mean()))


def same_shape(one: Picture, other: Picture) -> bool:
    """Whether one can be laid over the other, once their sizes are the same."""
    ratio = one.width * other.height / (one.height * other.width)
    return abs(ratio - 1) < _SAME_SHAPE


def distance(one: Picture, other: Picture) -> float | None:
    """How different they are all in all: the root of the mean square, 0 to 255."""
    if not same_shape(one, other):
        return None
    first, second = _pixels(one), _pixels(other, (one.width, one.height))
    apart = first.astype(np.float32) - second
    return float(np.sqrt((apart * apart).mean()))


def distances(first: Sequence[Picture], others: Sequence[Sequence[Picture]]) -> list[list[float]]:
    """For each of the others, its distance from the first at each step that both have."""
    found: list[list[float]] = []
    for frames in others:
        apart = [distance(one, other) for one, other in zip(first, frames, strict=False)]
        found.append([value for value in apart if value is not None])
    return found


def parting(distances: Sequence[float]) -> int | None:
    """The step, from 1, at which two pictures first are half as far apart as they ever come.

    The end is no measure: predictions may differ most on the way. None if they end the same.
    """
    if not distances or distances[-1] < 1:
        return None
    limit = PARTED * max(distances)
    return next(step for step, apart in enumerate(distances, 1) if apart >= limit)


def recalled_of(request: GenerationRequest) -> Recalled:
    """The settings of a request, as they will be read from its picture."""
    return from_values(request_values(request))


def differing(settings: Sequence[Recalled | None]) -> list[tuple[str, tuple[str, ...]]]:
    """Name and values of each setting that is not the same in all pictures."""
    columns = [_shown(one) for one in settings]
    names = dict.fromkeys(name for column in columns for name in column)
    rows = ((name, tuple(column.get(name, _UNKNOWN) for column in columns)) for name in names)
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def shortened(values: Sequence[str]) -> list[str]:
    """Long texts without what all of them begin with, but for the last words of it."""
    known = [value.split(" ") for value in values if value not in ("", _UNKNOWN)]
    same = 0
    for words in zip(*known, strict=False):
        if len(set(words)) > 1:
            break
        same += 1
    if len({*map(tuple, known)}) < 2 or same <= _BEFORE + 1:
        return list(values)
    kept = (value.split(" ")[same - _BEFORE :] for value in values)
    cut = ("… " + " ".join(words) for words in kept)
    return [v if v in ("", _UNKNOWN) else c for v, c in zip(values, cut, strict=True)]


def _shown(one: Recalled | None) -> dict[str, str]:
    if one is None:
        return {}
    size = _UNKNOWN if one.width is None else f"{one.width} × {one.height}"
    concepts = ", ".join(f"{use.name} × {use.weight:g}" for use in one.concepts)
    values: dict[str, object] = {
        "Prompt": one.prompt,
        "Negative prompt": one.negative_prompt,
        "Seed": one.seed,
        "Steps": one.steps,
        "Guidance": one.guidance_scale,
        "Guidance rescale": one.guidance_rescale,
        "Sampler": one.sampler,
        "Size": size,
        "Model": one.model,
        "Weights of the model": (one.fingerprint or _UNKNOWN)[:12],
        "Init image": (one.parent or "none")[:12],
        "Strength": one.strength,
        "Variation seed": one.variation_seed,
        "Variation": one.variation_strength,
        "Concepts": concepts,
        "Else": ", ".join(one.left_out),
    }
    return {name: _said(value) for name, value in values.items()}


def _said(value: object) -> str:
    if value is None:
        return _UNKNOWN
    return f"{value:g}" if isinstance(value, float) else str(value)


def _pixels(picture: Picture, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """(height, width, 3)."""
    if size is None or size == (picture.width, picture.height):
        flat = np.frombuffer(picture.pixels, np.uint8)
        return flat.reshape(picture.height, picture.width, 3)
    return np.asarray(to_pil(picture).resize(size, Image.Resampling.BILINEAR))
