"""A line, rectangle or ellipse as it is drawn on the active layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sddesk.core.canvas.brush import Brush
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.layers import Color, State
from sddesk.core.canvas.made import Made, drawn
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.canvas.shapes import area
from sddesk.core.canvas.strokes import Stroke, fill_mask


@dataclass(frozen=True, slots=True)
class Drawing:
    """The brush goes along `way`; or else, `filled`, the paint lies within."""

    way: Sequence[Point]
    brush: Brush
    color: Color
    filled: bool

    def made(self, state: State) -> Made:
        """The layer with it, in any thread, while the drawing stays as it is.

        Raises `ProblemError` if nothing can be drawn there.
        """
        return drawn(state, self._fill if self.filled else self._follow)

    def _fill(self, edit: PixelEdit) -> Rect:
        mask = area(self.way, edit.bounds.width, edit.bounds.height)
        return fill_mask(edit, mask, self.color, self.brush.opacity)

    def _follow(self, edit: PixelEdit) -> Rect:
        stroke, dirty = Stroke(edit, replace(self.brush, smoothing=0.0), self.color), NOTHING
        for point in self.way:
            dirty |= stroke.add(point)
        return dirty | stroke.end()
