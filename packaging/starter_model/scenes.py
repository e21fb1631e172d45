"""Describes a scene (things, how they stand, ground, treatment) and draws it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image

from starter_model.artwork import Art, Pixels
from starter_model.config import PICTURE
from starter_model.treatments import TREATMENTS, Floats

COLOURS = {
    "red": (214, 60, 52),
    "orange": (240, 140, 40),
    "yellow": (250, 214, 70),
    "green": (96, 170, 80),
    "blue": (66, 128, 210),
    "purple": (140, 90, 180),
    "pink": (245, 170, 190),
    "brown": (130, 90, 60),
    "black": (25, 25, 25),
    "grey": (150, 150, 150),
}
SKY, GRASS, NIGHT, WALL, WOOD = (
    (150, 205, 245),
    (110, 180, 90),
    (28, 34, 74),
    (236, 226, 208),
    (150, 102, 62),
)
COLOURED = 80  # the saturation, of 255, from which on a colour is painted over wholly


class Relation(StrEnum):
    """How the first thing stands to the second."""

    ALONE = "alone"
    NEXT_TO = "next to"
    UNDER = "under"
    ON = "on"
    EATING = "eating"


class Place(StrEnum):
    """What kind of ground the things stand on."""

    WHITE = "white"
    PLAIN = "plain"
    HALVES = "halves"
    PARK = "park"
    NIGHT = "night"
    TABLE = "table"


OUTDOORS = frozenset({Place.PARK, Place.NIGHT, Place.TABLE})


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of a scene; the colours are named, one for plain, two for halves."""

    place: Place = Place.WHITE
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a picture shows, before it is drawn."""

    first: Art
    second: Art | None = None
    relation: Relation = Relation.ALONE
    ground: Ground = Ground()
    treatment: str | None = None
    tint: str | None = None  # the colour that the first thing is painted in, if not its own


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing stands: centre of its foot, and its longer side, in pixels."""

    x: float
    foot: float
    size: float


def draw(scene: Scene, r: np.random.Generator) -> Pixels:
    """The picture of a scene (PICTURE, PICTURE, 3)."""
    picture = draw_ground(scene.ground, r)
    for art, spot in layout(scene, r):
        pixels = art.pixels
        if scene.tint and art is scene.first:
            pixels = tinted(pixels, shade(COLOURS[scene.tint], r))
        paste(picture, pixels, spot)
    if scene.treatment:
        picture = TREATMENTS[scene.treatment](picture, r)
    return np.clip(picture, 0, 255).astype(np.uint8)


def tinted(pixels: Pixels, colour: Floats) -> Pixels:
    """A thing (height, width, 4) painted in a colour (3): what is white, grey or black stays.

    It takes on the colour's hue, and its saturation and value on average.
    """
    old = np.asarray(Image.fromarray(pixels[..., :3]).convert("HSV"), np.float32)
    swatch = Image.fromarray(colour.astype(np.uint8)[None, None])
    hue, *wanted = np.asarray(swatch.convert("HSV"), np.float32)[0, 0]
    coloured = np.clip(old[..., 1:2] / COLOURED, 0, 1)  # (height, width, 1)
    seen = coloured * pixels[..., 3:]
    mean = (old * seen).sum((0, 1)) / max(float(seen.sum()), 1.0)
    new = old * (1, *(np.array(wanted) / np.maximum(mean[1:], 1)))
    new[..., 0] = hue
    painted = Image.fromarray(np.clip(new, 0, 255).astype(np.uint8), "HSV").convert("RGB")
    mixed = np.asarray(painted) * coloured + pixels[..., :3] * (1 - coloured)
    return np.dstack([mixed.astype(np.uint8), pixels[..., 3]])


def shade(colour: tuple[int, int, int], r: np.random.Generator) -> Floats:
    return np.clip(np.array(colour) + r.integers(-10, 11, 3), 0, 255).astype(np.float32)


def draw_ground(ground: Ground, r: np.random.Generator) -> Floats:
    """The empty ground (PICTURE, PICTURE, 3), 0 to 255."""
    picture = np.full((PICTURE, PICTURE, 3), 255, np.float32)
    named = [shade(COLOURS[name], r) for name in ground.colours]
    horizon = int(r.integers(70, 76))
    match ground.place:
        case Place.WHITE:
            pass
        case Place.PLAIN:
            picture[:] = named[0]
        case Place.HALVES:
            picture[:], picture[PICTURE // 2 :] = named
        case Place.PARK:
            picture[:], picture[horizon:] = shade(SKY, r), shade(GRASS, r)
        case Place.NIGHT:
            picture[:], picture[horizon + 20 :] = shade(NIGHT, r), shade((40, 62, 52), r)
            draw_stars(picture, horizon + 12, r)
        case Place.TABLE:
            picture[:], picture[horizon + 14 :] = shade(WALL, r), shade(WOOD, r)
    return picture


def draw_stars(picture: Floats, below: int, r: np.random.Generator) -> None:
    """White dots above the row `below`."""
    for x, y in r.integers(3, PICTURE - 3, (14, 2)):
        if y < below:
            picture[y : y + 2, x : x + 2] = 235


def layout(scene: Scene, r: np.random.Generator) -> list[tuple[Art, Spot]]:
    """Where each thing stands, those behind first."""
    near, jitter = r.uniform(-4, 4), r.uniform(-4, 4)
    first, second = scene.first, scene.second
    if second is None:
        return [(first, alone(scene, r))]
    match scene.relation:
        case Relation.UNDER:
            behind = Spot(64 + jitter, 84 + near, r.uniform(76, 84))
            return [(second, behind), (first, Spot(64 - jitter, 122 + near / 2, r.uniform(50, 58)))]
        case Relation.ON:
            below = Spot(64 + jitter, 122 + near / 2, r.uniform(66, 76))
            top = below.foot - height(second, below.size) * 0.86
            return [(second, below), (first, Spot(64 + near, max(top, 50), r.uniform(46, 54)))]
        case Relation.EATING:
            eater = Spot(58 + jitter, 118 + near, r.uniform(92, 102))
            return [(first, eater), (second, Spot(84 + near, 122 + jitter / 2, r.uniform(42, 50)))]
        case _:
            left = Spot(35 + jitter, 100 + near, r.uniform(54, 62))
            return [(second, Spot(93 + jitter, 100 - near, r.uniform(54, 62))), (first, left)]


def alone(scene: Scene, r: np.random.Generator) -> Spot:
    """A single thing: in the middle, or with its foot on the ground outdoors.

    It hardly moves: a small network learns what a thing looks like far sooner than everywhere.
    """
    if scene.ground.place in OUTDOORS:
        return Spot(64 + r.uniform(-4, 4), r.uniform(110, 116), r.uniform(80, 88))
    size = r.uniform(102, 114)
    foot = 64 + height(scene.first, size) / 2 + r.uniform(-4, 4)
    return Spot(64 + r.uniform(-4, 4), foot, size)


def height(art: Art, size: float) -> float:
    """How high the art stands when its longer side measures `size`."""
    return art.pixels.shape[0] * size / max(art.pixels.shape[:2])


def paste(picture: Floats, pixels: Pixels, spot: Spot) -> None:
    """Blend the art into the picture, cut off at its edges."""
    rows, columns = pixels.shape[:2]
    scale = spot.size / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    art = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC), np.float32)
    x, y = round(spot.x - size[0] / 2), round(spot.foot - size[1])
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + size[0], PICTURE), min(y + size[1], PICTURE)
    seen = art[top - y : bottom - y, left - x : right - x]
    alpha = seen[..., 3:] / 255
    part = picture[top:bottom, left:right]
    part[:] = part * (1 - alpha) + seen[..., :3] * alpha
