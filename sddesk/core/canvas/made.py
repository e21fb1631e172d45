"""Pixels that were made beside the drawing, in any thread, and become a layer's in no time."""

from dataclasses import dataclass

from sddesk.core.canvas.document import Document
from sddesk.core.canvas.editing import Patch, Whole
from sddesk.core.canvas.layers import Layer, State
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
