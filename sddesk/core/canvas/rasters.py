"""Pixels that are drawn on, and copies of them that are made while the drawing goes on."""

import itertools
import threading
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.rects import Rect

TILE = 64
Pixels = NDArray[np.uint8]  # (height, width, 4): red, green, blue, alpha, not premultiplied

_versions = itertools.count(1)


class Raster:
    """Pixels that are drawn on; two rasters of one `version` have the same content."""

    __slots__ = ("_copies", "array", "version")

    def __init__(self, array: Pixels, version: int | None = None) -> None:
        self.array = array  # (height, width, 4)
        self.version = next(_versions) if version is None else version
        self._copies: WeakSet[RasterCopy] = WeakSet()

    def changing(self, rect: Rect) -> None:
        """The pixels in `rect` are about to be others."""
        for copy in self._copies:
            copy.keep(rect)
        self.version = next(_versions)

    def replace(self, array: Pixels) -> None:
        """Let these be the pixels, which is quick; copies go on to read the old ones."""
        self.array = array
        self.version = next(_versions)

    def copy(self) -> "RasterCopy":
        """The pixels as they are now, without copying them yet."""
        made = RasterCopy(self)
        self._copies.add(made)
        return made


class RasterCopy:
    """What a raster was at one moment: tiles are kept when they change, all else is read later.

    No lock guards the pixels: a tile is kept before it changes, and those that are kept are laid
    over what was read, so whatever was read of a tile in change is replaced.
    """

    def __init__(self, raster: Raster) -> None:
        self.version = raster.version
        self._array: Pixels | None = raster.array  # None once it is copied
        self._tiles: dict[Rect, Pixels] = {}
        self._made: Raster | None = None
        self._making = threading.Lock()

    def keep(self, rect: Rect) -> None:
        """The raster's pixels in `rect` change next; called by whoever draws."""
        array = self._array
        if array is None:
            return
        height, width = array.shape[:2]
        for tile in rect.tiles(TILE):
            if tile not in self._tiles:
                part = tile & Rect(0, 0, width, height)
                self._tiles[tile] = array[part.rows, part.columns].copy()

    def raster(self) -> Raster:
        """The copy itself, in any thread; made when it is asked for first."""
        with self._making:
            if self._made is None:
                assert self._array is not None
                array = self._array.copy()
                for tile, pixels in list(self._tiles.items()):
                    array[tile.rows, tile.columns] = pixels
                self._made = Raster(array, self.version)
                self._array = None
                self._tiles.clear()
            return self._made
