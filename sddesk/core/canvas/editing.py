"""Drawing on one layer so that it can be taken back: each tile is kept before it is touched."""

from dataclasses import dataclass

import numpy as np

from sddesk.core.canvas.layers import Layer, Mask, Pixels
from sddesk.core.canvas.rasters import TILE
from sddesk.core.canvas.rects import NOTHING, Rect


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The other content of some tiles of a layer."""

    layer_id: int
    tiles: tuple[tuple[Rect, Pixels], ...]

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return sum(pixels.nbytes for _, pixels in self.tiles)

    def swap(self, layer: Layer) -> Rect:
        """Exchange its content with the layer's; where that was."""
        dirty = NOTHING
        for rect, kept in self.tiles:
            layer.raster.changing(rect)
            there = layer.pixels[rect.rows, rect.columns]
            now = there.copy()
            there[...] = kept
            kept[...] = now
            dirty |= rect
        return dirty


@dataclass(slots=True, eq=False)
class Whole:
    """All the other pixels of a layer, which differ in `dirty`; exchanged without copying any."""

    layer_id: int
    pixels: Pixels
    dirty: Rect

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self.pixels.nbytes

    def swap(self, layer: Layer) -> Rect:
        """Exchange its pixels with the layer's; where they differ."""
        now = layer.pixels
        layer.raster.replace(self.pixels)
        self.pixels = now
        return self.dirty


def back_from(pixels: Pixels, layer: Layer, rect: Rect) -> Patch | Whole | None:
    """What brings back the layer's pixels after these, which differ in `rect` only."""
    height, width = pixels.shape[:2]
    part = rect.rows, rect.columns
    if np.array_equal(layer.pixels[part], pixels[part]):
        return None
    if 2 * rect.width * rect.height > height * width:
        return Whole(layer.id, layer.pixels, rect)
    tiles: list[tuple[Rect, Pixels]] = []
    for tile in rect.tiles(TILE):
        tile &= Rect(0, 0, width, height)
        part = tile.rows, tile.columns
        if not np.array_equal(layer.pixels[part], pixels[part]):
            tiles.append((tile, layer.pixels[part].copy()))
    return Patch(layer.id, tuple(tiles))


class PixelEdit:
    """One change in the making: what is drawn shows at once, and can still be reverted.

    `pixels` is the layer's array to draw into, `before` what was there: both only sound where
    `touch` was called.
    """

    def __init__(self, layer: Layer, bounds: Rect, selection: Mask | None) -> None:
        self.layer, self.bounds, self.selection = layer, bounds, selection
        self.pixels = layer.pixels  # (height, width, 4)
        self.before = np.empty_like(self.pixels)  # (height, width, 4), filled as it is touched
        self._touched: dict[Rect, None] = {}

    def touch(self, rect: Rect) -> Rect:
        """Keep what is in `rect`, which is about to change; the part of it on the canvas."""
        rect &= self.bounds
        self.layer.raster.changing(rect)
        for tile in rect.tiles(TILE):
            tile &= self.bounds
            if tile not in self._touched:
                self._touched[tile] = None
                part = tile.rows, tile.columns
                self.before[part] = self.pixels[part]
        return rect

    def revert(self) -> Rect:
        """Bring back what was there, and begin anew; where something changes."""
        dirty = NOTHING
        for tile in self._touched:
            self.layer.raster.changing(tile)
            part = tile.rows, tile.columns
            self.pixels[part] = self.before[part]
            dirty |= tile
        return dirty

    def patch(self) -> Patch | None:
        """What takes it back; None if nothing has changed."""
        tiles: list[tuple[Rect, Pixels]] = []
        for tile in self._touched:
            part = tile.rows, tile.columns
            if not np.array_equal(self.before[part], self.pixels[part]):
                tiles.append((tile, self.before[part].copy()))
        return Patch(self.layer.id, tuple(tiles)) if tiles else None
