"""A drawing that is worked on: its state, and the way back."""

from dataclasses import replace

from sddesk.core.canvas.editing import Patch, PixelEdit, Whole
from sddesk.core.canvas.layers import Layer, Pixels, State, clear_pixels, new_layer
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.canvas.undo import LIMIT, Change, Undo, held_bytes, new_revision
from sddesk.core.problems import ProblemError
from sddesk.core.values import MAX_SIDE


def check_size(width: int, height: int) -> None:
    """Raise `ProblemError` for a canvas that is empty or too large."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ProblemError(
            "That canvas size is not possible", f"{width}x{height}", f"use 1 to {MAX_SIDE} pixels"
        )


def blank_state(width: int, height: int) -> State:
    """One empty layer on white; raises `ProblemError`."""
    check_size(width, height)
    layer = new_layer("Layer 1", clear_pixels(width, height))
    return State(width, height, (layer,), layer.id)


def check_drawable(layer: Layer) -> None:
    """Raise `ProblemError` if nothing can be drawn on that layer."""
    if layer.locked:
        raise ProblemError("The layer is locked", layer.name, "unlock it or choose another")
    if not layer.visible:
        raise ProblemError("The layer is hidden", layer.name, "show it or choose another")


class Document:
    """The drawing; whoever changes it calls `begin` … `commit` for pixels, else `change`."""

    def __init__(self, state: State, limit: int = LIMIT) -> None:
        self.state = state
        self.undo_stack = Undo(limit)

    @property
    def revision(self) -> int:
        """Names the content: equal numbers, equal drawings."""
        return self.undo_stack.revision

    @property
    def active(self) -> Layer:
        """The layer that is drawn on."""
        return self.state.layer(self.state.active)

    def check_drawable(self) -> None:
        """Raise `ProblemError` if nothing can be drawn on the active layer."""
        check_drawable(self.active)

    def begin(self) -> PixelEdit:
        """Start to draw on the active layer; raises `ProblemError` if that is not possible."""
        self.check_drawable()
        return PixelEdit(self.active, self.state.bounds, self.state.selection)

    def commit(self, edit: PixelEdit) -> None:
        """The edit is finished: from now on it can be undone."""
        self._done(edit.patch(), None)

    def replace(self, pixels: Pixels, back: Patch | Whole | None, state: State | None) -> None:
        """Other pixels for the active layer and another state; `back` takes the pixels back."""
        if back is not None:
            self.active.raster.replace(pixels)
        self._done(back, state)

    def _done(self, patch: Patch | Whole | None, state: State | None) -> None:
        if patch is None and state is None:
            return
        before, held = None, 0
        if state is not None:
            before, held = self.state, held_bytes(self.state, state)
            self.state = state
        size = held + (0 if patch is None else patch.nbytes)
        self.undo_stack.push(Change(patch, before, size, new_revision()))

    def change(self, state: State, kind: str | None = None) -> None:
        """Let the drawing be `state`; changes of the same `kind` in a row are undone together."""
        done, before = self.undo_stack.done, self.state
        if kind is not None and done and done[-1].kind == kind and not self.undo_stack.undone:
            last = done.pop()
            assert last.state is not None
            before = last.state
        held = held_bytes(before, state)
        self.state = state
        self.undo_stack.push(Change(None, before, held, new_revision(), kind))

    def choose(self, layer_id: int) -> None:
        """Draw on that layer from now on, which is nothing to undo; raises `KeyError`."""
        self.state.layer(layer_id)
        self.state = replace(self.state, active=layer_id)

    def undo(self) -> Rect:
        """Take the last change back; where the picture is another (empty if nowhere)."""
        return self._swap(self.undo_stack.done, self.undo_stack.undone)

    def redo(self) -> Rect:
        """Do again what was taken back last; where the picture is another."""
        return self._swap(self.undo_stack.undone, self.undo_stack.done)

    def _swap(self, source: list[Change], target: list[Change]) -> Rect:
        if not source:
            return NOTHING
        change = source.pop()
        dirty, other = NOTHING, change.state
        layers = self.state
        if other is not None:
            layers, self.state = self.state, other
            dirty = layers.bounds | other.bounds
        if change.patch is not None:
            dirty |= change.patch.swap(layers.layer(change.patch.layer_id))
        now = None if other is None else layers
        target.append(replace(change, state=now))
        return dirty
