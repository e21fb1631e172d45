"""What a drawing consists of: immutable descriptions around arrays of pixels."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.rasters import Pixels, Raster
from sddesk.core.canvas.rects import NOTHING, Rect

Mask = NDArray[np.uint8]  # (height, width): 0 outside, 255 inside
Color = tuple[int, int, int]

_ids = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One sheet of the drawing; `opacity` is 0 to 1.

    `locked` forbids drawing on it, `alpha_locked` lets colours change but not the alpha.
    """

    id: int
    name: str
    raster: Raster
    opacity: float = 1.0
    visible: bool = True
    locked: bool = False
    alpha_locked: bool = False

    @property
    def pixels(self) -> Pixels:
        """The layer's pixels, (height, width, 4)."""
        return self.raster.array


def new_layer(name: str, pixels: Pixels) -> Layer:
    """A layer that is not in any drawing yet."""
    return Layer(next(_ids), name, Raster(pixels))


def clear_pixels(width: int, height: int) -> Pixels:
    """Transparent pixels; the memory is taken only where something is drawn."""
    return np.zeros((height, width, 4), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All of a drawing at one moment, the lowest layer first.

    `background` lies below all layers, None is transparent. `selection` limits what is drawn, None
    selects all. `parents` are the pixel hashes of pictures that were laid on the canvas.
    """

    width: int
    height: int
    layers: tuple[Layer, ...]
    active: int
    background: Color | None = (255, 255, 255)
    selection: Mask | None = None
    parents: tuple[str, ...] = ()

    @property
    def bounds(self) -> Rect:
        """The whole canvas."""
        return Rect(0, 0, self.width, self.height)

    def layer(self, layer_id: int) -> Layer:
        """The layer of that id; raises `KeyError`."""
        return self.layers[self.index(layer_id)]

    def index(self, layer_id: int) -> int:
        """Where the layer lies, 0 is the lowest; raises `KeyError`."""
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise KeyError(layer_id)


def alpha_bounds(alpha: NDArray[np.uint8 | np.bool_]) -> Rect:
    """The smallest rectangle around all that is not 0; `alpha` is (height, width)."""
    rows = np.flatnonzero(alpha.any(axis=1))
    if not rows.size:
        return NOTHING
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(alpha[top:bottom].any(axis=0))
    return Rect(int(columns[0]), top, int(columns[-1]) + 1, bottom)
