"""Tools for areas: selecting, and moving, scaling and turning what is selected."""

import contextlib
import math
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from sddesk.core.canvas.operations import set_selection
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.transforming import Transform, Turn
from sddesk.core.problems import ProblemError
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.tools import Tool, Touch

_NEAR = 9.0  # view pixels around a handle
_LEAST = 0.01


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
        self.studio.restructured.emit()

    def release(self, touch: Touch) -> None:
        from sddesk.core.canvas.shapes import area, combined

        way, self._points = self._way(), []
        state = self.studio.state
        mask = area(way, state.width, state.height, smooth=self._lasso)
        how = "add" if touch.shift else "subtract" if touch.alt else "replace"
        if mask.any() or state.selection is not None:
            chosen = combined(state.selection, mask, how) if mask.any() else None
            self.studio.do(set_selection, chosen)

    def is_making(self) -> bool:
        return bool(self._points)

    def cancel(self) -> bool:
        had, self._points = bool(self._points), []
        return had

    def paint(self, painter: QPainter, scale: float) -> None:
        if self._points:
            _two_tone(painter, QPolygonF([QPointF(p.x, p.y) for p in self._way()]))

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


class MoveTool(Tool):
    """Lifts the layer, or what is selected: inside moves, handles scale, outside turns.

    It is lifted as soon as the tool is chosen, so that the handles are seen, and stays so until
    Enter or something else is done; Esc lays it back.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._lifted: Transform | None = None
        self._turn = self._before = Turn()
        self._start = Point(0, 0)
        self._grip = ""

    @property
    def lifts(self) -> bool:
        """Whether there are handles, which may lie beside the canvas."""
        return self._lifted is not None

    def is_making(self) -> bool:
        return self.lifts and (bool(self._grip) or self._turn != Turn())

    def take(self) -> None:
        with contextlib.suppress(ProblemError):  # nothing to lift, and nobody has pulled at it
            self._lifted, self._turn = Transform(self.studio.document), Turn()

    def press(self, touch: Touch) -> None:
        if not self._lift():
            return
        self._start, self._before = touch.at, self._turn
        self._grip = self._what_is_at(touch)

    def move(self, touch: Touch) -> None:
        if self._lifted is not None and self._grip:
            self._turn = self._pulled(touch)
            self.studio.painted.emit(self._lifted.show(self._turn, fine=False))

    def release(self, touch: Touch) -> None:
        if self._lifted is not None and self._grip:
            self.studio.painted.emit(self._lifted.show(self._turn))
        self._grip = ""
        self.studio.restructured.emit()

    def flip(self, *, upright: bool) -> None:
        """Mirror it, left and right or upside down."""
        if self._lift() and self._lifted is not None:
            turn = self._turn
            x, y = (1, -1) if upright else (-1, 1)
            self._turn = replace(turn, scale_x=turn.scale_x * x, scale_y=turn.scale_y * y)
            self.studio.painted.emit(self._lifted.show(self._turn))

    def finish(self) -> None:
        lifted, self._lifted = self._lifted, None
        if lifted is not None:
            lifted.commit()
            self._turn = Turn()
            self.studio.restructured.emit()

    def cancel(self) -> bool:
        making, lifted = self.is_making(), self._lifted
        self._lifted, self._turn, self._grip = None, Turn(), ""
        if lifted is not None:
            self.studio.painted.emit(lifted.cancel())
            self.studio.restructured.emit()
        return making

    def paint(self, painter: QPainter, scale: float) -> None:
        if self._lifted is None:
            return
        corners = self._corners()
        _two_tone(painter, QPolygonF([*corners.values()]))
        side = 7 / scale
        for name in (*corners, "e", "s"):
            at = self._handle(name)
            painter.setPen(QPen(QColor("black"), 0))
            painter.setBrush(QColor("white"))
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _lift(self) -> bool:
        if self._lifted is None:
            self.studio.before_change()
            try:
                self._lifted = Transform(self.studio.document)
            except ProblemError as error:
                self.studio.tell(error.problem)
                return False
            self._turn = Turn()
        return True

    def _map(self) -> QTransform:
        assert self._lifted is not None
        box, turn = self._lifted.box, self._turn
        middle = QPointF((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        map_to = QTransform.fromTranslate(middle.x() + turn.dx, middle.y() + turn.dy)
        map_to.rotate(turn.angle)
        map_to.scale(turn.scale_x, turn.scale_y)
        return map_to.translate(-middle.x(), -middle.y())

    def _corners(self) -> dict[str, QPointF]:
        return {name: self._handle(name) for name in ("nw", "ne", "se", "sw")}

    def _handle(self, name: str) -> QPointF:
        assert self._lifted is not None
        box = self._lifted.box
        x = box.left if "w" in name else box.right if "e" in name else (box.left + box.right) / 2
        y = box.top if "n" in name else box.bottom if "s" in name else (box.top + box.bottom) / 2
        return self._map().map(QPointF(x, y))

    def _what_is_at(self, touch: Touch) -> str:
        here = QPointF(touch.at.x, touch.at.y)
        for name in ("nw", "ne", "se", "sw", "e", "s"):
            way = self._handle(name) - here
            if math.hypot(way.x(), way.y()) * touch.scale <= _NEAR:
                return name
        inside = QPolygonF([*self._corners().values()])
        return "move" if inside.containsPoint(here, Qt.FillRule.OddEvenFill) else "turn"

    def _pulled(self, touch: Touch) -> Turn:
        before, at, start = self._before, touch.at, self._start
        if self._grip == "move":
            dx, dy = before.dx + at.x - start.x, before.dy + at.y - start.y
            return replace(before, dx=round(dx), dy=round(dy))
        assert self._lifted is not None
        box = self._lifted.box
        x = (box.left + box.right) / 2 + before.dx
        y = (box.top + box.bottom) / 2 + before.dy
        if self._grip == "turn":
            turned = math.atan2(at.y - y, at.x - x) - math.atan2(start.y - y, start.x - x)
            angle = before.angle + math.degrees(turned)
            return replace(before, angle=round(angle / 15) * 15 if touch.shift else angle)
        back = QTransform().rotate(-before.angle)
        now, then = (
            back.map(QPointF(at.x - x, at.y - y)),
            back.map(QPointF(start.x - x, start.y - y)),
        )
        across, down = _ratio(now.x(), then.x()), _ratio(now.y(), then.y())
        if len(self._grip) == 2 and not touch.shift:  # corners keep the shape
            across = down = max(across, down, key=abs)
        return replace(
            before,
            scale_x=before.scale_x * (1 if self._grip == "s" else across),
            scale_y=before.scale_y * (1 if self._grip == "e" else down),
        )


def _ratio(now: float, then: float) -> float:
    ratio = now / then if abs(then) > 1e-6 else 1.0
    return ratio if abs(ratio) > _LEAST else math.copysign(_LEAST, ratio)


def _two_tone(painter: QPainter, way: QPolygonF) -> None:
    """Seen on any ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("white"), 0))
    painter.drawPolygon(way)
    painter.setPen(QPen(QColor("black"), 0, Qt.PenStyle.DashLine))
    painter.drawPolygon(way)
