"""Draws, as SVG and in variations, the few things that the sets of emoji lack."""

import random
from collections.abc import Callable, Iterator

from starter_model.sources import Drawing
from starter_model.subjects import FOOD, THING, Subject

WOODS = (
    ("#8d5a2b", "#6e4520"),
    ("#b07a3f", "#8a5c2c"),
    ("#6d4c41", "#4e342e"),
    ("#c58b4e", "#99652f"),
)
METALS = ("#37474f", "#455a64", "#263238", "#5d4037")
CHIPS = ("#f6c445", "#ffd75e", "#eab233", "#ffcf40")
PLATES = (
    ("#eceff1", "#cfd8dc"),
    ("#e3f2fd", "#90caf9"),
    ("#ffffff", "#d7ccc8"),
    ("#fff3e0", "#ef9a9a"),
)
PICTURES = ("#9ccc65", "#81d4fa", "#ffe0b2", "#ce93d8")


def box(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" {more}/>'


def bench(r: random.Random) -> str:
    """A park bench: two or three slats as a back, a seat, legs of iron or wood."""
    light, dark = r.choice(WOODS)
    metal = r.choice((*METALS, dark))
    slats, top, seat = r.choice((2, 3)), r.uniform(28, 36), r.uniform(66, 72)
    step = (seat - 6 - top) / slats
    legs = [box(x, top - 4, 7, 104 - top, metal) for x in (18, 103)]
    back = [box(6, top + i * step, 116, step - 4, light, 'rx="3"') for i in range(slats)]
    seats = [box(2, seat, 124, 9, light, 'rx="3"'), box(2, seat + 9, 124, 6, dark, 'rx="3"')]
    feet = [box(x, seat + 12, 8, 96 - seat, metal) for x in (10, 110)]
    return "".join(legs + back + seats + feet)


def plate_of_chips(r: random.Random) -> str:
    """A heap of chips on a plate."""
    plate, rim = r.choice(PLATES)
    parts = [
        f'<ellipse cx="64" cy="92" rx="60" ry="20" fill="{rim}"/>',
        f'<ellipse cx="64" cy="89" rx="58" ry="18" fill="{plate}"/>',
    ]
    for _ in range(r.randint(16, 22)):
        x, y, turn = r.gauss(64, 17), r.uniform(48, 86), r.uniform(-75, 75)
        fill = r.choice(CHIPS)
        shape = box(-4, -19, 8, 38, fill, 'rx="2" stroke="#c98a1b" stroke-width="1.5"')
        parts.append(f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})">{shape}</g>')
    return "".join(parts)


def picture_frame(r: random.Random) -> str:
    """A wooden picture frame around a plain or empty picture."""
    light, dark = r.choice(WOODS)
    inside = r.choice(("#ffffff", "#f5f0e6", *PICTURES))
    width, upright = r.uniform(12, 18), r.random() < 0.5
    x, y = (16.0, 4.0) if upright else (4.0, 16.0)
    parts = [
        box(x, y, 128 - 2 * x, 128 - 2 * y, dark, 'rx="3"'),
        box(x + 3, y + 3, 122 - 2 * x, 122 - 2 * y, light, 'rx="2"'),
        box(x + width, y + width, 128 - 2 * (x + width), 128 - 2 * (y + width), dark),
        box(x + width + 2, y + width + 2, 124 - 2 * (x + width), 124 - 2 * (y + width), inside),
    ]
    return "".join(parts)


OWN: tuple[tuple[Subject, Callable[[random.Random], str]], ...] = (
    (Subject(("bench", "park bench"), THING), bench),
    (Subject(("plate of chips", "chips on a plate"), FOOD), plate_of_chips),
    (Subject(("picture frame", "wooden picture frame"), THING), picture_frame),
)


def own_drawings(styles: tuple[str, ...], per_style: int) -> Iterator[tuple[Subject, Drawing]]:
    """Some variations of each of our own drawings for every style."""
    r = random.Random(1)
    for subject, draw in OWN:
        for style in styles * per_style:
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">{draw(r)}</svg>'
            yield subject, Drawing(subject.name, style, svg)
