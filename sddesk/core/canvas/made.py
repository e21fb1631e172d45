"""Pixels that were made beside the drawing, in any thread, and become a layer's in no time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sddesk.core.canvas.document import Document, check_drawable
from sddesk.core.canvas.editing import Patch, PixelEdit, Whole, back_from
from sddesk.core.canvas.layers import Layer, Raster, State
from sddesk.core.canvas.rects import Rect


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The active layer as it will be: seen as `layer`, kept by `commit`.

    `dirty` is where it differs, `back` takes its pixels back, None if none differ. `state` is the
    drawing with all else that goes with it, None if nothing does.
    """

    layer: Layer
    dirty: Rect
    back: Patch | Whole | None
    state: State | None = None

    def commit(self, document: Document) -> None:
        """Keep it, as one step to undo."""
        document.replace(self.layer.pixels, self.back, self.state)


def drawn(state: State, draw: Callable[[PixelEdit], Rect]) -> Made:
    """The active layer with what `draw` draws on a copy of it; it says where.

    Raises `ProblemError` if nothing can be drawn there.
    """
    before = state.layer(state.active)
    check_drawable(before)
    layer = replace(before, raster=Raster(before.pixels.copy()))
    dirty = draw(PixelEdit(layer, state.bounds, state.selection))
    return Made(layer, dirty, back_from(layer.pixels, before, dirty))
