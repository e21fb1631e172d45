"""The drawing in the hands of the user: document, brush, colours, and what has just changed."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from sddesk.core.canvas.brush import MAX_BRUSH, Brush
from sddesk.core.canvas.compositing import is_blank
from sddesk.core.canvas.document import Document, blank_state
from sddesk.core.canvas.layers import Color, State
from sddesk.core.canvas.made import Made
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.snapshots import Snapshot, Snapshots
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.canvas.settling import Settling

RECENT = 12
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


@dataclass(slots=True)
class Options:
    """What the tools do besides painting; `tolerance` is 0 to 255."""

    tolerance: int = 32
    all_layers: bool = True
    filled: bool = False


@dataclass(slots=True)
class Colors:
    """The two colours at hand, and those used last."""

    front: Color = _BLACK
    back: Color = _WHITE
    recent: list[Color] = field(default_factory=list[Color])


class Studio(QObject):
    """Holds the document; all that changes it goes through here, so that all views follow.

    Signals:
        painted(object): the `Rect` whose pixels are others.
        overlaid(): what hovers over the drawing, or an aid, is another.
        restructured(): layers, size, background or selection may be others.
        replaced(): it is another document.
        brush_changed(): brush or options are others.
        colors_changed(): the colours are others.
        failed(object): the `Problem` that kept something from being done.
    """

    painted = Signal(object)
    overlaid = Signal()
    restructured = Signal()
    replaced = Signal()
    brush_changed = Signal()
    colors_changed = Signal()
    failed = Signal(object)

    def __init__(self, width: int = 512, height: int = 512) -> None:
        super().__init__()
        self.document = Document(blank_state(width, height))
        self.brush, self.eraser = Brush(), Brush(size=24, pressure_opacity=False)
        self.options, self.colors = Options(), Colors()
        self.settling = Settling()
        self.preview: State | None = None  # seen in the place of the drawing
        self._saved = self.document.revision
        self._blank: tuple[int, bool] = (0, True)
        self._snapshots = Snapshots()

    @property
    def state(self) -> State:
        """The drawing as it is now."""
        return self.document.state

    @property
    def seen(self) -> State:
        """The drawing as it is shown, perhaps with something taken out that hovers above it."""
        return self.preview or self.state

    @property
    def unsaved(self) -> bool:
        """Whether there is a drawing that no file has."""
        return self.document.revision != self._saved and not self.blank

    @property
    def blank(self) -> bool:
        """Whether there is nothing to start from."""
        revision = self.document.revision
        if self._blank[0] != revision:
            self._blank = revision, is_blank(self.state)
        return self._blank[1]

    def snapshot(self) -> Snapshot:
        """The drawing as it is now, for another thread."""
        return self._snapshots.take(self.state)

    def mark_saved(self, revision: int) -> None:
        """A file has the drawing of that revision."""
        self._saved = revision

    def open(self, state: State, *, saved: bool) -> None:
        """Work on that drawing from now on."""
        self.settling.settled(partial(self._open, state, saved))

    def _open(self, state: State, saved: bool) -> None:
        self.document = Document(state)
        self._saved = self.document.revision if saved else -1
        self.replaced.emit()
        self.restructured.emit()
        self.painted.emit(self.state.bounds)

    def new(self, width: int, height: int) -> None:
        """An empty drawing."""
        self.open(blank_state(width, height), saved=True)

    def do(self, operation: Callable[..., Any], *args: Any, **named: Any) -> None:
        """Call `operation` with the document in its turn; if it is refused, that is told."""
        self.settling.settled(lambda: self._do(operation, args, named))

    def _do(self, operation: Callable[..., Any], args: Any, named: Any) -> None:
        before = self.state.bounds
        try:
            operation(self.document, *args, **named)
        except ProblemError as error:
            self.failed.emit(error.problem)
            return
        self.restructured.emit()
        self.painted.emit(before | self.state.bounds)

    def make(
        self, making: Callable[[State], Made | None], then: Callable[[], object] = lambda: None
    ) -> None:
        """Change the drawing in its turn by what `making` makes of it in the background.

        `then` is called when that is done or was refused, which is told.
        """
        self.settling.settled(partial(self._make, making, then))

    def _make(self, making: Callable[[State], Made | None], then: Callable[[], object]) -> None:
        def keep(made: Made | None) -> None:
            if made is not None:
                made.commit(self.document)
            then()
            if made is not None:
                self._after(made.dirty)

        def refused(problem: Problem) -> None:
            then()
            self.tell(problem)

        self.settling.beside(partial(making, self.state), keep, refused)

    def undo(self) -> None:
        """Take back the last change."""
        self.settling.settled(lambda: self._after(self.document.undo()))

    def redo(self) -> None:
        """Do again what was taken back."""
        self.settling.settled(lambda: self._after(self.document.redo()))

    def choose_layer(self, layer_id: int) -> None:
        """Draw on that layer."""
        if layer_id != self.state.active or self.settling.busy:
            self.settling.settled(partial(self._choose, layer_id))

    def _choose(self, layer_id: int) -> None:
        with contextlib.suppress(KeyError):  # it was deleted before its turn came
            self.document.choose(layer_id)
        self.restructured.emit()

    def tell(self, problem: Problem) -> None:
        """Something was not possible."""
        self.failed.emit(problem)

    # Brush and colours

    def set_brush(self, brush: Brush, *, erases: bool = False) -> None:
        """Paint, or erase, with that."""
        size = max(1.0, min(MAX_BRUSH, brush.size))
        brush = replace(brush, size=size, hardness=_share(brush.hardness))
        brush = replace(brush, opacity=max(0.01, _share(brush.opacity)))
        if erases:
            self.eraser = brush
        else:
            self.brush = brush
        self.brush_changed.emit()

    def set_color(self, color: Color) -> None:
        """Paint in that colour."""
        self.colors.front = color
        self.colors_changed.emit()

    def note_color(self) -> None:
        """The front colour was used: it is among the recent ones now."""
        colors = self.colors
        if colors.recent[:1] != [colors.front]:
            kept = [color for color in colors.recent if color != colors.front]
            colors.recent = [colors.front, *kept][:RECENT]
            self.colors_changed.emit()

    def swap_colors(self) -> None:
        """Front and back colour change places."""
        self.colors.front, self.colors.back = self.colors.back, self.colors.front
        self.colors_changed.emit()

    def default_colors(self) -> None:
        """Black before white."""
        self.colors.front, self.colors.back = _BLACK, _WHITE
        self.colors_changed.emit()

    def _after(self, dirty: Rect) -> None:
        self.restructured.emit()
        if dirty:
            self.painted.emit(dirty)


def _share(value: float) -> float:
    return max(0.0, min(1.0, value))
