"""One palette for all frames of a film, chosen where colour differences are as the eye sees them.

k-means in OKLab (B. Ottosson, "A perceptual color space for image processing", 2020). The most
extreme colours come first: dithering mixes neighbours, and cannot mix what lies outside of them.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sddesk.core.animation.nearest import Neighbours

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

COLORS = 256
_EXTREMES = 48
_ROUNDS = 16
_SAMPLES, _FROM_FRAME = 60_000, 20_000  # pixels that are looked at
_TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def shared_palette(frames: Iterable[Bytes]) -> Bytes:
    """At most 256 colours (n, 3) for frames (height, width, 3)."""
    random = np.random.default_rng(0)  # the same frames give the same file
    directions = random.normal(size=(3, 200))
    samples: list[Bytes] = []
    extremes: list[Bytes] = []
    for frame in frames:
        pixels = _some(frame.reshape(-1, 3), _FROM_FRAME, random)
        extremes.append(np.unique(pixels[(pixels @ directions).argmax(axis=0)], axis=0))
        samples.append(pixels)
        if sum(map(len, samples)) > 8 * _SAMPLES:
            samples = [_some(np.concatenate(samples), 4 * _SAMPLES, random)]
    pixels = _some(np.concatenate(samples), _SAMPLES, random)
    outer = _far_apart(_outermost(np.concatenate(extremes), directions), _EXTREMES)
    inner = _clustered(_to_lab(pixels), _to_lab(outer), random)
    return np.unique(np.concatenate([outer, _from_lab(inner)]), axis=0)


def _some(pixels: Bytes, most: int, random: np.random.Generator) -> Bytes:
    if len(pixels) <= most:
        return pixels
    return pixels[random.choice(len(pixels), most, replace=False)]


def _outermost(colors: Bytes, directions: Floats) -> Bytes:
    return np.unique(colors[(colors @ directions).argmax(axis=0)], axis=0)


def _far_apart(colors: Bytes, most: int) -> Bytes:
    """Up to `most` of the colours, each as far as can be from those before it."""
    points = colors.astype(float)
    chosen = [0]
    distance = ((points - points[0]) ** 2).sum(axis=1)
    while len(chosen) < min(most, len(points)):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return colors[chosen]


def _clustered(points: Floats, fixed: Floats, random: np.random.Generator) -> Floats:
    """The centres of k-means beside some that are `fixed`."""
    count = min(COLORS - len(fixed), len(np.unique(points, axis=0)))
    centers = points[random.choice(len(points), count, replace=False)]
    for _ in range(_ROUNDS):
        nearest = Neighbours(np.concatenate([fixed, centers])).of(points, 1)[:, 0] - len(fixed)
        mine, own = nearest[nearest >= 0], points[nearest >= 0]
        members = np.bincount(mine, minlength=count)[:, None]
        sums = np.stack([np.bincount(mine, axis, count) for axis in own.T], axis=1)
        fresh = points[random.choice(len(points), count)]  # for centres that nobody is near to
        centers = np.where(members > 0, sums / np.maximum(members, 1), fresh)
    return centers


def _to_lab(colors: Bytes) -> Floats:
    values = colors / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_CONE.T) @ _TO_LAB.T


def _from_lab(lab: Floats) -> Bytes:
    cone = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = (cone @ np.linalg.inv(_TO_CONE).T).clip(0, 1)
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (values * 255).round().astype(np.uint8)
