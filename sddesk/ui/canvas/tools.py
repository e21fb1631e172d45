"""What happens between pressing and letting go: one class for each kind of tool."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from sddesk.core.canvas.compositing import color_at
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.strokes import Stroke
from sddesk.core.problems import ProblemError
from sddesk.ui.canvas.overlays import paint_drawing, region
from sddesk.ui.canvas.studio import Studio

if TYPE_CHECKING:
    from sddesk.core.canvas.shape_drawing import Drawing

_Mod = Qt.KeyboardModifier


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the pen or the mouse is, on the canvas, and the keys that are held."""

    at: Point
    shift: bool = False
    alt: bool = False
    scale: float = 1.0  # view pixels for one of the canvas

    @classmethod
    def of(cls, at: Point, keys: Qt.KeyboardModifier, scale: float) -> "Touch":
        """With the keys as Qt tells them."""
        return cls(at, bool(keys & _Mod.ShiftModifier), bool(keys & _Mod.AltModifier), scale)


class Tool:
    """Does nothing: what all tools have in common."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def take(self) -> None:
        """It is in hand from now on."""

    def is_making(self) -> bool:
        """Whether `cancel` would give something up."""
        return False

    def press(self, touch: Touch) -> None:
        """The button went down."""

    def move(self, touch: Touch) -> None:
        """The pen moved while the button is down."""

    def release(self, touch: Touch) -> None:
        """The button came up."""

    def hover(self, touch: Touch) -> None:
        """The pen moved with no button down."""

    def finish(self) -> None:
        """Something else is about to begin: keep what there is."""

    def cancel(self) -> bool:
        """Give up what is in the making; False if there was nothing."""
        return False

    def paint(self, painter: QPainter, scale: float) -> None:
        """Draw aids over the canvas, in canvas coordinates."""

    def paint_made(self, painter: QPainter, waiting: list[Rect]) -> None:
        """Draw what it made last where that is not composed yet, in canvas coordinates."""

    def outline(self) -> float:
        """Diameter of the circle at the cursor in canvas pixels, 0 for none."""
        return 0.0

    def _may_draw(self) -> bool:
        """Whether the layer takes anything, with all else that was in the making kept."""
        self.studio.settling.finish()
        try:
            self.studio.document.check_drawable()
        except ProblemError as error:
            self.studio.tell(error.problem)
            return False
        return True


class StrokeTool(Tool):
    """Brush and eraser; with Shift a straight line from where the last stroke ended."""

    def __init__(self, studio: Studio, *, erases: bool) -> None:
        super().__init__(studio)
        self._erases = erases
        self._edit: PixelEdit | None = None
        self._stroke: Stroke | None = None
        self._last: Point | None = None

    def press(self, touch: Touch) -> None:
        if not self._may_draw():
            return
        edit = self.studio.document.begin()
        brush = self.studio.eraser if self._erases else self.studio.brush
        color = None if self._erases else self.studio.colors.front
        self._edit, self._stroke = edit, Stroke(edit, brush, color)
        if touch.shift and self._last is not None:
            start = replace(self._last, pressure=touch.at.pressure)
            self.studio.painted.emit(self._stroke.add(start))
        self.move(touch)

    def move(self, touch: Touch) -> None:
        if self._stroke is not None:
            dirty = self._stroke.add(touch.at)
            self._last = touch.at
            if dirty:
                self.studio.painted.emit(dirty)

    def release(self, touch: Touch) -> None:
        self.finish()

    def finish(self) -> None:
        edit, stroke = self._edit, self._stroke
        self._edit = self._stroke = None
        if edit is not None and stroke is not None:
            self.studio.painted.emit(stroke.end())
            self.studio.document.commit(edit)
            if not self._erases:
                self.studio.note_color()
            self.studio.restructured.emit()

    def is_making(self) -> bool:
        return self._edit is not None

    def cancel(self) -> bool:
        edit, self._edit, self._stroke = self._edit, None, None
        if edit is not None:
            self.studio.painted.emit(edit.revert())
        return edit is not None

    def outline(self) -> float:
        return (self.studio.eraser if self._erases else self.studio.brush).size


class ShapeTool(Tool):
    """A line, rectangle or ellipse between two corners, drawn with the brush or filled.

    Qt shows it while it is pulled, and until it is drawn in the background and composed.
    """

    def __init__(self, studio: Studio, shape: str) -> None:
        super().__init__(studio)
        self._shape = shape
        self._start: Point | None = None  # while it is pulled
        self._drawing: Drawing | None = None
        self._made: tuple[Drawing, int] | None = None  # and the revision that has it

    def press(self, touch: Touch) -> None:
        if self._may_draw():
            self._start = replace(touch.at, pressure=1.0)
            self.move(touch)

    def move(self, touch: Touch) -> None:
        if self._start is None:
            return
        from sddesk.core.canvas.shape_drawing import Drawing
        from sddesk.core.canvas.shapes import constrained, outline

        end, studio = replace(touch.at, pressure=1.0), self.studio
        if touch.shift:
            end = constrained(self._shape, self._start, end)
        way = outline(self._shape, self._start, end)
        filled = studio.options.filled and self._shape != "line"
        self._drawing = Drawing(way, studio.brush, studio.colors.front, filled)
        studio.overlaid.emit()

    def release(self, touch: Touch) -> None:
        self.move(touch)
        self.finish()

    def finish(self) -> None:
        drawing, making = self._drawing, self.is_making()
        self._start = None
        if drawing is not None and making:
            self.studio.note_color()
            self.studio.make(drawing.made, self._keep)

    def is_making(self) -> bool:
        return self._start is not None

    def cancel(self) -> bool:
        making, self._start = self.is_making(), None
        if making:
            self._drop()
        return making

    def paint(self, painter: QPainter, scale: float) -> None:
        if self._drawing is not None:
            state = self.studio.state
            painter.setClipRect(QRectF(0, 0, state.width, state.height))
            paint_drawing(painter, self._drawing)
            painter.setClipping(False)

    def outline(self) -> float:
        return self.studio.brush.size

    def paint_made(self, painter: QPainter, waiting: list[Rect]) -> None:
        if self._made is not None and self._made[1] == self.studio.document.revision and waiting:
            painter.save()
            painter.setClipRegion(region(waiting), Qt.ClipOperation.IntersectClip)
            paint_drawing(painter, self._made[0])
            painter.restore()
        else:
            self._made = None

    def _keep(self) -> None:
        if self._drawing is not None:
            self._made = self._drawing, self.studio.document.revision
        self._drop()

    def _drop(self) -> None:
        self._drawing = None
        self.studio.overlaid.emit()


class PickTool(Tool):
    """Takes the colour that is seen."""

    def press(self, touch: Touch) -> None:
        self.move(touch)

    def move(self, touch: Touch) -> None:
        x, y = int(touch.at.x // 1), int(touch.at.y // 1)
        state = self.studio.state
        if 0 <= x < state.width and 0 <= y < state.height:
            self.studio.set_color(color_at(state, x, y))


class FillTool(Tool):
    """Fills what is alike around the place that was pressed; `run` does it in the background."""

    def __init__(self, studio: Studio, run: Callable[..., None]) -> None:
        super().__init__(studio)
        self._run = run

    def take(self) -> None:
        self._run(_load, _ignore, self.studio.tell)

    def press(self, touch: Touch) -> None:
        from sddesk.core.canvas.filling import Filling

        if not self._may_draw():
            return
        studio, options = self.studio, self.studio.options
        x, y = int(touch.at.x // 1), int(touch.at.y // 1)
        color, opacity = studio.colors.front, studio.brush.opacity
        filling = Filling(x, y, color, opacity, options.tolerance, options.all_layers)
        studio.note_color()
        studio.make(filling.made)


def _load() -> None:
    """What fills loads slowly: not only when the first place is pressed."""
    from scipy import ndimage  # noqa: F401 # pyright: ignore


def _ignore(_: object) -> None:
    """It is loaded: nothing to tell."""
