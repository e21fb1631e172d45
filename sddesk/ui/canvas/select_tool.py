"""Tool for selecting: a rectangle or a lasso."""

from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

from sddesk.core.canvas.operations import selected
from sddesk.core.canvas.paths import Point
from sddesk.ui.canvas.overlays import paint_two_tone
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.tools import Tool, Touch


class SelectTool(Tool):
    """A rectangle or a lasso; Shift adds, Alt takes away, a click selects all again."""

    def __init__(self, studio: Studio, *, lasso: bool) -> None:
        super().__init__(studio)
        self._lasso = lasso
        self._points: list[Point] = []

    def press(self, touch: Touch) -> None:
        self._points = [touch.at]

    def move(self, touch: Touch) -> None:
        if self._points and self._lasso:
            self._points.append(touch.at)
        elif self._points:
            self._points = [self._points[0], touch.at]
        self.studio.overlaid.emit()

    def release(self, touch: Touch) -> None:
        way, self._points = self._way(), []
        how = "add" if touch.shift else "subtract" if touch.alt else "replace"
        self.studio.make(partial(selected, way=way, how=how, smooth=self._lasso))

    def is_making(self) -> bool:
        return bool(self._points)

    def cancel(self) -> bool:
        had, self._points = bool(self._points), []
        return had

    def paint(self, painter: QPainter, scale: float) -> None:
        if self._points:
            paint_two_tone(painter, QPolygonF([QPointF(p.x, p.y) for p in self._way()]))

    def _way(self) -> list[Point]:
        if self._lasso or len(self._points) < 2:
            return self._points
        a, b = self._points
        left, right = sorted((round(a.x), round(b.x)))
        top, bottom = sorted((round(a.y), round(b.y)))
        if left == right or top == bottom:
            return []
        right, bottom = right - 1, bottom - 1  # the last pixels inside
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return [Point(x + 0.5, y + 0.5) for x, y in corners]
