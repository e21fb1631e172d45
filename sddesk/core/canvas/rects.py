"""Rectangles of pixels, as drawing dirties them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """Whole pixels from `left`, `top` up to but without `right`, `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across, 0 if there are none."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels down, 0 if there are none."""
        return max(0, self.bottom - self.top)

    @property
    def rows(self) -> slice:
        """For the first axis of an array."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """For the second axis of an array."""
        return slice(self.left, self.right)

    def __bool__(self) -> bool:
        """Whether there is any pixel in it."""
        return self.right > self.left and self.bottom > self.top

    def __or__(self, other: "Rect") -> "Rect":
        """The smallest rectangle around both."""
        if not self or not other:
            return self if self else other
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def __and__(self, other: "Rect") -> "Rect":
        """What lies in both."""
        cut = Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        return cut if cut else NOTHING

    def moved(self, right: int, down: int) -> "Rect":
        """The same somewhere else; nothing stays nothing."""
        if not self:
            return NOTHING
        return Rect(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def grown(self, by: int) -> "Rect":
        """With so many pixels more on each side."""
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def tiles(self, side: int) -> "list[Rect]":
        """The squares of a fixed grid that it touches."""
        if not self:
            return []
        return [
            Rect(x, y, x + side, y + side)
            for y in range(self.top // side * side, self.bottom, side)
            for x in range(self.left // side * side, self.right, side)
        ]


NOTHING = Rect(0, 0, 0, 0)
