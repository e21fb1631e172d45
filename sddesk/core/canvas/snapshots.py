"""Copies of a drawing that another thread may read while it is drawn on."""

from dataclasses import replace

from sddesk.core.canvas.layers import Layer, Raster, State


class Snapshots:
    """Copies only the layers that have changed since the last time."""

    def __init__(self) -> None:
        self._kept: dict[int, Raster] = {}  # by version

    def take(self, state: State) -> State:
        """The drawing as it is now, sharing nothing that changes."""
        layers = tuple(replace(layer, raster=self._copy(layer)) for layer in state.layers)
        self._kept = {layer.raster.version: layer.raster for layer in layers}
        return replace(state, layers=layers)

    def _copy(self, layer: Layer) -> Raster:
        version = layer.raster.version
        if version not in self._kept:
            copy = Raster(layer.pixels.copy())
            copy.version = version
            self._kept[version] = copy
        return self._kept[version]
