"""Copies of a drawing that another thread may read while it is drawn on."""

from dataclasses import replace

from sddesk.core.canvas.layers import State
from sddesk.core.canvas.rasters import RasterCopy


class Snapshot:
    """The drawing at one moment, taken in no time; its pixels are copied when they are read."""

    def __init__(self, state: State, copies: dict[int, RasterCopy]) -> None:
        self._state, self._copies = state, copies  # by version
        self._versions = [layer.raster.version for layer in state.layers]

    def state(self) -> State:
        """The drawing as it was, sharing nothing that changes; in any thread."""
        layers = tuple(
            replace(layer, raster=self._copies[version].raster())
            for layer, version in zip(self._state.layers, self._versions, strict=True)
        )
        return replace(self._state, layers=layers)


class Snapshots:
    """Copies only the layers that have changed since the last time."""

    def __init__(self) -> None:
        self._kept: dict[int, RasterCopy] = {}  # by version

    def take(self, state: State) -> Snapshot:
        """The drawing as it is now; in the thread that draws."""
        rasters = [layer.raster for layer in state.layers]
        known = self._kept
        self._kept = {r.version: known.get(r.version) or r.copy() for r in rasters}
        return Snapshot(state, self._kept)
