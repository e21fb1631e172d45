"""Lines, rectangles and ellipses as ways for the brush or as areas; masks of selections."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from sddesk.core.canvas.layers import Mask
from sddesk.core.canvas.paths import Point

SHAPES = ("line", "rectangle", "ellipse")
_BAND = 64  # rows drawn at once
_FINER = 4  # times, so that the edges of areas are smooth


def outline(shape: str, start: Point, end: Point) -> list[Point]:
    """The way around the shape between two corners, closed; raises `ValueError`."""
    match shape:
        case "line":
            return [start, end]
        case "rectangle":
            corners = [(start.x, start.y), (end.x, start.y), (end.x, end.y), (start.x, end.y)]
            return [Point(x, y) for x, y in (*corners, corners[0])]
        case "ellipse":
            return _around(start, end)
        case _:
            raise ValueError(f"no such shape: {shape}")


def _around(start: Point, end: Point) -> list[Point]:
    middle = start.toward(end, 0.5)
    a, b = (end.x - start.x) / 2, (end.y - start.y) / 2
    count = max(16, min(360, int(max(abs(a), abs(b)) * 2)))
    turns = [2 * math.pi * i / count for i in range(count + 1)]
    return [Point(middle.x + a * math.cos(t), middle.y + b * math.sin(t)) for t in turns]


def constrained(shape: str, start: Point, end: Point) -> Point:
    """The end that makes it a square, a circle, or a line at a multiple of 15°."""
    dx, dy = end.x - start.x, end.y - start.y
    if shape == "line":
        step = math.pi / 12
        angle = round(math.atan2(dy, dx) / step) * step
        length = math.hypot(dx, dy)
        return Point(start.x + length * math.cos(angle), start.y + length * math.sin(angle))
    side = max(abs(dx), abs(dy))
    return Point(start.x + math.copysign(side, dx), start.y + math.copysign(side, dy))


def area(points: Sequence[Point], width: int, height: int, *, smooth: bool = True) -> Mask:
    """What the closed way encloses: (height, width), 0 to 255."""
    mask = np.zeros((height, width), np.uint8)
    if len(points) < 3:
        return mask
    left = max(0, math.floor(min(p.x for p in points)))
    top = max(0, math.floor(min(p.y for p in points)))
    right = min(width, math.ceil(max(p.x for p in points)) + 1)
    bottom = min(height, math.ceil(max(p.y for p in points)) + 1)
    if right <= left or bottom <= top:
        return mask
    finer = _FINER if smooth else 1
    way = [(int((p.x - left) * finer - 0.5), int((p.y - top) * finer - 0.5)) for p in points]
    # In bands, because no other thread goes on while Pillow draws.
    for first in range(top, bottom, _BAND):
        rows, above = min(_BAND, bottom - first), (first - top) * finer
        image = Image.new("L", ((right - left) * finer, rows * finer))
        ImageDraw.Draw(image).polygon([(x, y - above) for x, y in way], fill=255)
        if finer > 1:
            image = image.reduce(finer)
        mask[first : first + rows, left:right] = np.asarray(image)
    return mask


def combined(old: Mask | None, new: Mask, how: str) -> Mask:
    """Selections put together: "replace", "add" or "subtract"; raises `ValueError`."""
    match how:
        case "replace":
            return new
        case "add":
            return new if old is None else np.maximum(old, new)
        case "subtract":
            return 255 - new if old is None else np.minimum(old, 255 - new)
        case _:
            raise ValueError(f"no such combination: {how}")
