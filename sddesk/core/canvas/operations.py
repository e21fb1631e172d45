"""What is done to layers as a whole; each is one step to undo."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sddesk.core.canvas.compositing import merged
from sddesk.core.canvas.document import Document, check_drawable, check_size
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.layers import (
    Color,
    Layer,
    Mask,
    Pixels,
    Raster,
    State,
    alpha_bounds,
    clear_pixels,
    new_layer,
)
from sddesk.core.canvas.made import Made, drawn
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.problems import ProblemError

MAX_LAYERS = 64
_BAND = 128  # rows changed at once


def add_layer(document: Document, name: str = "") -> Layer:
    """An empty layer above the active one, which becomes active; raises `ProblemError`."""
    state = document.state
    return _insert(document, state, new_layer(name or _free_name(state), _clear(state)))


def duplicated(state: State) -> Made:
    """A copy above the active layer, which becomes active; raises `ProblemError`."""
    old = state.layer(state.active)
    copy = new_layer(f"{old.name} copy", old.pixels.copy())
    copy = replace(copy, opacity=old.opacity, alpha_locked=old.alpha_locked)
    return Made(copy, state.bounds, None, _with(state, copy))


def add_picture(document: Document, pixels: Pixels, name: str, parents: tuple[str, ...]) -> Layer:
    """A layer above the active one with `pixels` (height, width, 4) in the middle.

    Pixels beyond the canvas are cut off. `parents` are hashes that are noted in the drawing.
    Raises `ProblemError` for too many layers and for pixels of no size.
    """
    state = document.state
    if not pixels.size:
        raise ProblemError("There is nothing in this picture", name, "copy something else")
    state = replace(state, parents=tuple(dict.fromkeys((*state.parents, *parents))))
    layer = new_layer(name, centred(pixels, state.width, state.height))
    return _insert(document, state, layer)


def start_with(document: Document, pixels: Pixels, name: str, parents: tuple[str, ...]) -> None:
    """A drawing of one layer of that size and nothing else; raises `ProblemError`."""
    height, width = pixels.shape[:2]
    check_size(width, height)
    layer = new_layer(name, pixels.copy())
    background = document.state.background
    document.change(State(width, height, (layer,), layer.id, background, None, parents))


def replace_all(document: Document, state: State) -> None:
    """Another drawing in the place of this one."""
    document.change(state)


def clear_all(document: Document, width: int, height: int) -> None:
    """An empty drawing of that size; raises `ProblemError`."""
    start_with(document, clear_pixels(width, height), "Layer 1", ())


def delete_layer(document: Document) -> None:
    """Without the active layer; the last one is emptied instead."""
    state = document.state
    index = state.index(state.active)
    left = [layer for layer in state.layers if layer.id != state.active]
    if not left:
        left = [new_layer("Layer 1", _clear(state))]
    active = left[max(0, min(index, len(left)) - 1)].id
    document.change(replace(state, layers=tuple(left), active=active))


def move_layer(document: Document, to: int) -> None:
    """Let the active layer lie at that place, 0 is the lowest."""
    state = document.state
    rest = [layer for layer in state.layers if layer.id != state.active]
    rest.insert(max(0, min(to, len(rest))), document.active)
    if tuple(rest) != state.layers:
        document.change(replace(state, layers=tuple(rest)))


def merged_down(state: State) -> Made:
    """The active layer and the one below it as one; raises `ProblemError` for the lowest."""
    index, above = state.index(state.active), state.layer(state.active)
    if index == 0:
        raise ProblemError("There is no layer below this one", above.name)
    below = state.layers[index - 1]
    if below.locked:
        raise ProblemError("The layer below is locked", below.name, "unlock it first")
    one = replace(below, raster=Raster(merged(below, above)), opacity=1.0, visible=True)
    layers = (*state.layers[: index - 1], one, *state.layers[index + 1 :])
    after = replace(state, layers=layers, active=one.id)
    return Made(one, state.bounds, None, after)


def set_layer(
    document: Document,
    layer_id: int,
    *,
    name: str | None = None,
    opacity: float | None = None,
    visible: bool | None = None,
    locked: bool | None = None,
    alpha_locked: bool | None = None,
) -> None:
    """Other properties for one layer; None leaves one as it is. Raises `KeyError`."""
    old = document.state.layer(layer_id)
    new = replace(
        old,
        name=old.name if name is None else name,
        opacity=old.opacity if opacity is None else max(0.0, min(1.0, opacity)),
        visible=old.visible if visible is None else visible,
        locked=old.locked if locked is None else locked,
        alpha_locked=old.alpha_locked if alpha_locked is None else alpha_locked,
    )
    layers = tuple(new if layer is old else layer for layer in document.state.layers)
    kind = None if opacity is None else f"opacity {layer_id}"
    document.change(replace(document.state, layers=layers), kind)


def set_background(document: Document, color: Color | None) -> None:
    """What lies below all layers; None is transparent."""
    document.change(replace(document.state, background=color), "background")


def set_selection(document: Document, selection: Mask | None) -> None:
    """Limit what is drawn to `selection` (height, width); None or nothing selects all."""
    if selection is not None and not selection.any():
        selection = None
    if selection is not document.state.selection:
        document.change(replace(document.state, selection=selection))


def selected(state: State, way: Sequence[Point], how: str, *, smooth: bool) -> Made | None:
    """What the closed way encloses, selected as `combined` says; nothing there selects all.

    None if that is selected already.
    """
    from sddesk.core.canvas.shapes import area, combined

    mask, chosen = area(way, state.width, state.height, smooth=smooth), None
    if mask.any():
        chosen = combined(state.selection, mask, how)
        chosen = chosen if chosen.any() else None
    if chosen is state.selection:
        return None
    after = replace(state, selection=chosen)
    return Made(state.layer(state.active), NOTHING, None, after)


def resized(state: State, width: int, height: int) -> Made | None:
    """The drawing on a canvas of another size, in its middle; what lies beyond is cut off.

    None if it is of that size already. Raises `ProblemError` for an impossible one.
    """
    check_size(width, height)
    if (width, height) == (state.width, state.height):
        return None
    layers = tuple(
        replace(layer, raster=Raster(centred(layer.pixels, width, height)))
        for layer in state.layers
    )
    after = replace(state, width=width, height=height, layers=layers, selection=None)
    return Made(after.layer(after.active), state.bounds | after.bounds, None, after)


def cleared(state: State) -> Made:
    """The active layer, transparent where it is selected; raises `ProblemError`."""
    layer = state.layer(state.active)
    check_drawable(layer)
    if layer.alpha_locked:
        raise ProblemError("The layer's transparency is locked", layer.name)
    return drawn(state, _clear_selected)


def _clear_selected(edit: PixelEdit) -> Rect:
    chosen = edit.bounds if edit.selection is None else alpha_bounds(edit.selection)
    rect = edit.touch(chosen)
    for top in range(rect.top, rect.bottom, _BAND):
        rows = slice(top, min(top + _BAND, rect.bottom))
        pixels = edit.pixels[rows, rect.columns]
        if edit.selection is None:
            pixels[...] = 0
        else:
            keep = (255 - edit.selection[rows, rect.columns]).astype(np.uint16)
            pixels[..., 3] = (pixels[..., 3] * keep + 127) // 255
    return rect


def centred(pixels: Pixels, width: int, height: int) -> Pixels:
    """`pixels` in the middle of transparent ones: (height, width, 4)."""
    result = clear_pixels(width, height)
    rows, columns = pixels.shape[:2]
    x, y = (width - columns) // 2, (height - rows) // 2
    to_left, to_top = max(0, x), max(0, y)
    from_left, from_top = max(0, -x), max(0, -y)
    wide, high = min(width, columns), min(height, rows)
    cut = pixels[from_top : from_top + high, from_left : from_left + wide]
    result[to_top : to_top + high, to_left : to_left + wide] = cut
    return result


def _insert(document: Document, state: State, layer: Layer) -> Layer:
    document.change(_with(state, layer))
    return layer


def _with(state: State, layer: Layer) -> State:
    """The layer above the active one, and active; raises `ProblemError` if there are too many."""
    if len(state.layers) >= MAX_LAYERS:
        raise ProblemError(
            "There are too many layers", str(len(state.layers)), "merge or delete some first"
        )
    at = state.index(state.active) + 1
    layers = (*state.layers[:at], layer, *state.layers[at:])
    return replace(state, layers=layers, active=layer.id)


def _clear(state: State) -> Pixels:
    return clear_pixels(state.width, state.height)


def _free_name(state: State) -> str:
    names = {layer.name for layer in state.layers}
    number = len(names) + 1
    while f"Layer {number}" in names:
        number += 1
    return f"Layer {number}"
