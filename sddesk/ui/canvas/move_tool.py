"""Tool for moving, scaling and turning a layer, or what of it is selected."""

import contextlib
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.transforming import Turn
from sddesk.core.problems import ProblemError
from sddesk.ui.canvas.lifting import Lifting
from sddesk.ui.canvas.overlays import paint_two_tone
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.tools import Tool, Touch

_NEAR = 9.0  # view pixels around a handle
_LEAST = 0.01


class MoveTool(Tool):
    """Lifts the layer, or what is selected: inside moves, handles scale, outside turns.

    The side opposite to the handle stays where it is, with Alt the middle; Shift sets the shape
    free, and turns by steps. It is lifted as soon as the tool is chosen, so that the handles are
    seen, and stays so until Enter or something else is done; Esc lays it back.
    """

    def __init__(self, studio: Studio, run: Callable[..., None]) -> None:
        super().__init__(studio)
        self._run = run
        self._lifting: Lifting | None = None
        self._before = Turn()
        self._start = Point(0, 0)
        self._grip = ""

    @property
    def lifts(self) -> bool:
        """Whether there are handles, which may lie beside the canvas."""
        return self._held is not None

    @property
    def _held(self) -> Lifting | None:
        lifting = self._lifting
        return None if lifting is None or lifting.kept or lifting.over else lifting

    @property
    def hovers(self) -> bool:
        """Whether it is not laid down yet as it is now."""
        return self._lifting is not None and self._lifting.hovers

    def is_making(self) -> bool:
        held = self._held
        return held is not None and (bool(self._grip) or held.turn != Turn())

    def take(self) -> None:
        with contextlib.suppress(ProblemError):  # nothing to lift, and nobody has pulled at it
            self._lifting = Lifting(self.studio, self._run)

    def press(self, touch: Touch) -> None:
        lifting = self._lift()
        if lifting is not None:
            self._start, self._before = touch.at, lifting.turn
            self._grip = self._what_is_at(lifting, touch)

    def move(self, touch: Touch) -> None:
        if self._held is not None and self._grip:
            self._held.place(self._pulled(self._held, touch))

    def release(self, touch: Touch) -> None:
        if self._held is not None and self._grip:
            self._held.rest()
        self._grip = ""
        self.studio.overlaid.emit()

    def flip(self, *, upright: bool) -> None:
        """Mirror it, left and right or upside down."""
        self.studio.settling.in_turn(partial(self._flip, upright))

    def _flip(self, upright: bool) -> None:
        lifting = self._lift()
        if lifting is not None:
            turn = lifting.turn
            x, y = (1, -1) if upright else (-1, 1)
            lifting.place(replace(turn, scale_x=turn.scale_x * x, scale_y=turn.scale_y * y))
            lifting.rest()

    def finish(self) -> None:
        if self._held is not None:
            self._grip = ""
            self._held.keep()
            self.studio.overlaid.emit()

    def cancel(self) -> bool:
        making, held = self.is_making(), self._held
        if held is not None:
            self._lifting, self._grip = None, ""
            held.drop()
            self.studio.overlaid.emit()
        return making

    def paint_lifted(self, painter: QPainter, waiting: list[Rect]) -> None:
        """Paint what hovers; `waiting` is what of the drawing is not composed yet."""
        if self._lifting is not None and not (self._lifting.over and not waiting):
            self._lifting.paint(painter, waiting)

    def paint(self, painter: QPainter, scale: float) -> None:
        lifting = self._held
        if lifting is None:
            return
        to = lifting.map()
        corners = _corners(lifting.box, to)
        paint_two_tone(painter, QPolygonF([*corners.values()]))
        side = 7 / scale
        for name in (*corners, "e", "s"):
            at = _handle(lifting.box, to, name)
            painter.setPen(QPen(QColor("black"), 0))
            painter.setBrush(QColor("white"))
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _lift(self) -> Lifting | None:
        """What is lifted, now if nothing was; None if that is not possible, which is told."""
        if self._held is None:
            try:
                self._lifting = Lifting(self.studio, self._run)
            except ProblemError as error:
                self.studio.tell(error.problem)
        return self._held

    def _what_is_at(self, lifting: Lifting, touch: Touch) -> str:
        box, to = lifting.box, lifting.map()
        here = QPointF(touch.at.x, touch.at.y)
        for name in ("nw", "ne", "se", "sw", "e", "s"):
            way = _handle(box, to, name) - here
            if math.hypot(way.x(), way.y()) * touch.scale <= _NEAR:
                return name
        inside = QPolygonF([*_corners(box, to).values()])
        return "move" if inside.containsPoint(here, Qt.FillRule.OddEvenFill) else "turn"

    def _pulled(self, lifting: Lifting, touch: Touch) -> Turn:
        before, at, start = self._before, touch.at, self._start
        if self._grip == "move":
            dx, dy = before.dx + at.x - start.x, before.dy + at.y - start.y
            return replace(before, dx=round(dx), dy=round(dy))
        box = lifting.box
        x = (box.left + box.right) / 2 + before.dx
        y = (box.top + box.bottom) / 2 + before.dy
        if self._grip == "turn":
            turned = math.atan2(at.y - y, at.x - x) - math.atan2(start.y - y, start.x - x)
            angle = before.angle + math.degrees(turned)
            return replace(before, angle=round(angle / 15) * 15 if touch.shift else angle)
        back = QTransform().rotate(-before.angle)
        now = back.map(QPointF(at.x - x, at.y - y))
        then = back.map(QPointF(start.x - x, start.y - y))
        fixed = QPointF() if touch.alt else _opposite(self._grip, box, before)
        across = _ratio(now.x() - fixed.x(), then.x() - fixed.x())
        down = _ratio(now.y() - fixed.y(), then.y() - fixed.y())
        if len(self._grip) == 2 and not touch.shift:  # corners keep the shape
            across = down = max(across, down, key=abs)
        across, down = 1 if self._grip == "s" else across, 1 if self._grip == "e" else down
        away = QPointF(fixed.x() * (1 - across), fixed.y() * (1 - down))
        away = QTransform().rotate(before.angle).map(away)
        return replace(
            before,
            dx=before.dx + away.x(),
            dy=before.dy + away.y(),
            scale_x=before.scale_x * across,
            scale_y=before.scale_y * down,
        )


def _corners(box: Rect, to: QTransform) -> dict[str, QPointF]:
    return {name: _handle(box, to, name) for name in ("nw", "ne", "se", "sw")}


def _opposite(grip: str, box: Rect, turn: Turn) -> QPointF:
    """The corner or edge that stays while that handle is pulled, from the middle, not turned."""
    x = ("w" in grip) - ("e" in grip)
    y = ("n" in grip) - ("s" in grip)
    return QPointF(x * box.width / 2 * turn.scale_x, y * box.height / 2 * turn.scale_y)


def _handle(box: Rect, to: QTransform, name: str) -> QPointF:
    x = box.left if "w" in name else box.right if "e" in name else (box.left + box.right) / 2
    y = box.top if "n" in name else box.bottom if "s" in name else (box.top + box.bottom) / 2
    return to.map(QPointF(x, y))


def _ratio(now: float, then: float) -> float:
    ratio = now / then if abs(then) > 1e-6 else 1.0
    return ratio if abs(ratio) > _LEAST else math.copysign(_LEAST, ratio)
