"""From points of a pen, however far apart, to evenly spaced touches along a round curve."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ROPE = 60.0  # pixels by which full smoothing lets the brush lag
_SHARPEST = 0.25  # cosine of the turn from where on a corner is a corner


@dataclass(frozen=True, slots=True)
class Point:
    """Where the pen was, in canvas pixels, and how hard it was pressed (0 to 1)."""

    x: float
    y: float
    pressure: float = 1.0

    def toward(self, other: "Point", share: float) -> "Point":
        """The point on the way to another."""
        return Point(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.pressure + (other.pressure - self.pressure) * share,
        )

    def distance(self, other: "Point") -> float:
        """In pixels."""
        return math.hypot(other.x - self.x, other.y - self.y)


class Path:
    """Takes points and gives touches, `step(pressure)` pixels apart along the curve.

    Smoothing pulls the brush behind the pen on a rope, so that it depends on the way alone and not
    on the number of events.
    """

    def __init__(self, step: Callable[[float], float], smoothing: float = 0.0) -> None:
        self._step = step
        self._rope = max(0.0, min(1.0, smoothing)) * _ROPE
        self._pen: Point | None = None
        self._points: list[Point] = []  # the last two
        self._second: Point | None = None  # waits for the third, which tells how the curve begins
        self._left = 0.0  # pixels until the next touch

    def add(self, point: Point) -> list[Point]:
        """The touches up to `point`."""
        self._pen = point
        if not self._points:
            self._points = [point]
            self._left = self._step(point.pressure)
            return [point]
        here = self._second or self._points[-1]
        distance = here.distance(point)
        if distance <= self._rope or distance < 1e-6:
            return []
        to = here.toward(point, 1 - self._rope / distance)
        if self._second is None and len(self._points) == 1:
            self._second = to
            return []
        return self._begin(to) + self._go(to)

    def end(self) -> list[Point]:
        """The touches that are still missing at the end of the rope."""
        touches = self._begin(None)
        if self._pen is None or self._points[-1].distance(self._pen) < 1e-6:
            return touches
        return touches + self._go(self._pen)

    def _begin(self, third: Point | None) -> list[Point]:
        """The way from the first to the second point, now that the third is known."""
        second, self._second = self._second, None
        if second is None:
            return []
        first = self._points[0]
        if third is None:
            return self._go(second)
        way = [*_curve(third, second, first)[::-1][1:], second]
        self._points = [first, second]
        return self._follow(first, way)

    def _go(self, to: Point) -> list[Point]:
        here = self._points[-1]
        before = self._points[0] if len(self._points) > 1 else None
        self._points = [here, to]
        return self._follow(here, _curve(before, here, to))

    def _follow(self, here: Point, way: list[Point]) -> list[Point]:
        touches: list[Point] = []
        for there in way:
            touches += self._walk(here, there)
            here = there
        return touches

    def _walk(self, start: Point, end: Point) -> Iterator[Point]:
        length = start.distance(end)
        gone = 0.0
        while length - gone >= self._left:
            gone += self._left
            touch = start.toward(end, gone / length)
            self._left = self._step(touch.pressure)
            yield touch
        self._left -= length - gone


def _curve(before: Point | None, here: Point, to: Point) -> list[Point]:
    """Points behind `here` up to `to`, on the parabola through all three."""
    count = max(1, min(64, math.ceil(here.distance(to) / 3)))
    line = [here.toward(to, (i + 1) / count) for i in range(count)]
    if before is None or count == 1:
        return line
    first, second = before.distance(here), here.distance(to)
    if first < 1e-6 or first > 8 * second or second > 8 * first:
        return line
    ax, ay = (here.x - before.x) / first, (here.y - before.y) / first
    bx, by = (to.x - here.x) / second, (to.y - here.y) / second
    if ax * bx + ay * by < _SHARPEST:
        return line
    # Newton's divided differences over the chord lengths.
    qx, qy = (bx - ax) / (first + second), (by - ay) / (first + second)
    return [_bent(point, second * i / count, second, (qx, qy)) for i, point in enumerate(line, 1)]


def _bent(p: Point, along: float, length: float, q: tuple[float, float]) -> Point:
    bend = along * (along - length)
    return Point(p.x + q[0] * bend, p.y + q[1] * bend, p.pressure)
