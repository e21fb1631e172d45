"""Moving, scaling, turning and flipping a layer, or what of it is selected."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from sddesk.core.canvas.document import Document
from sddesk.core.canvas.layers import Mask, Pixels, alpha_bounds
from sddesk.core.canvas.rects import Rect
from sddesk.core.problems import ProblemError
from sddesk.core.values import MAX_SIDE

_FILTERS = Image.Resampling


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to the lifted pixels, around their middle: scale, then turn, then move.

    A negative scale flips; `angle` is in degrees, clockwise; `dx` and `dy` are in pixels.
    """

    dx: float = 0.0
    dy: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    angle: float = 0.0


class Transform:
    """Pixels lifted from the active layer; `show` lays them down anew until `commit`.

    Raises `ProblemError` where there is nothing to lift.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._edit = document.begin()
        layer, selection = document.active, document.state.selection
        if layer.alpha_locked:
            raise ProblemError("The layer's transparency is locked", layer.name, "unlock it first")
        alpha = layer.pixels[..., 3]
        if selection is not None:
            alpha = _times(alpha, selection)
        self.box = alpha_bounds(alpha)
        if not self.box:
            raise ProblemError("There is nothing to move", layer.name, "draw or select something")
        self._piece: Pixels = layer.pixels[self.box.rows, self.box.columns].copy()
        self._piece[..., 3] = alpha[self.box.rows, self.box.columns]
        self._selection = selection
        self._turn = Turn()
        self._shown = self.box

    def show(self, turn: Turn, *, fine: bool = True) -> Rect:
        """Lay the pixels down as `turn` says; what of the canvas changed."""
        self._turn = turn
        dirty = self._edit.revert() | self._cut_out()
        piece, left, top = _turned(self._piece, self.box, turn, fine=fine)
        height, width = piece.shape[:2]
        rect = self._edit.touch(Rect(left, top, left + width, top + height))
        if rect:
            cut = piece[rect.top - top : rect.bottom - top, rect.left - left : rect.right - left]
            _lay(self._edit.pixels[rect.rows, rect.columns], cut)
        return dirty | rect

    def cancel(self) -> Rect:
        """Everything as it was; what of the canvas changed."""
        return self._edit.revert()

    def commit(self) -> None:
        """Keep it, as one step to undo; a selection moves with the pixels."""
        state = None
        if self._selection is not None and self._turn != Turn():
            moved = self._moved_selection(self._selection)
            state = replace(self._document.state, selection=moved if moved.any() else None)
        self._document.commit(self._edit, state)

    def _cut_out(self) -> Rect:
        rect = self._edit.touch(self.box)
        there = self._edit.pixels[rect.rows, rect.columns]
        if self._selection is None:
            there[...] = 0
        else:
            keep = 255 - self._selection[rect.rows, rect.columns]
            there[..., 3] = _times(there[..., 3], keep)
        return rect

    def _moved_selection(self, selection: Mask) -> Mask:
        box = self.box
        part = selection[box.rows, box.columns]
        piece = np.zeros((*part.shape, 4), np.uint8)
        piece[..., 3] = part
        turned, left, top = _turned(piece, box, self._turn, fine=True)
        result = np.zeros_like(selection)
        height, width = turned.shape[:2]
        rect = Rect(left, top, left + width, top + height) & self._document.state.bounds
        cut = turned[rect.top - top : rect.bottom - top, rect.left - left : rect.right - left, 3]
        result[rect.rows, rect.columns] = cut
        return result


def _times(one: Mask, other: Mask) -> Mask:
    product = one.astype(np.uint16) * other + 127
    return (product // 255).astype(np.uint8)


def _turned(piece: Pixels, box: Rect, turn: Turn, *, fine: bool) -> tuple[Pixels, int, int]:
    """The pixels as they come to lie, with their left and top."""
    width, height = box.width, box.height
    new_width = max(1, min(2 * MAX_SIDE, round(width * abs(turn.scale_x))))
    new_height = max(1, min(2 * MAX_SIDE, round(height * abs(turn.scale_y))))
    flipped = piece[:: -1 if turn.scale_y < 0 else 1, :: -1 if turn.scale_x < 0 else 1]
    x = (box.left + box.right) / 2 + turn.dx
    y = (box.top + box.bottom) / 2 + turn.dy
    if (new_width, new_height) == (width, height) and turn.angle % 360 == 0:
        return flipped, round(x - width / 2), round(y - height / 2)
    image = Image.fromarray(np.ascontiguousarray(flipped))
    if (new_width, new_height) != (width, height):
        kind = _FILTERS.LANCZOS if fine else _FILTERS.BILINEAR
        image = image.resize((new_width, new_height), kind)
    if turn.angle % 360:
        kind = _FILTERS.BICUBIC if fine else _FILTERS.BILINEAR
        image = image.rotate(-turn.angle, kind, expand=True)  # Pillow turns to the left
    made = np.asarray(image)
    return made, math.floor(x - made.shape[1] / 2 + 0.5), math.floor(y - made.shape[0] / 2 + 0.5)


def _lay(below: Pixels, above: Pixels) -> None:
    """ "Over" in place, neither premultiplied; untouched where nothing comes to lie."""
    top = above[..., 3:].astype(np.float32) / 255
    under = below[..., 3:].astype(np.float32) / 255 * (1 - top)
    alpha = top + under
    mixed = (above[..., :3] * top + below[..., :3] * under) / np.maximum(alpha, 1e-6)
    there = top > 0
    below[..., :3] = np.where(there, np.minimum(mixed + 0.5, 255), below[..., :3])
    below[..., 3:] = np.where(there, np.minimum(alpha * 255 + 0.5, 255), below[..., 3:])
