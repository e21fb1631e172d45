"""From layers to what is seen, for any rectangle of the canvas."""

import numpy as np
from numpy.typing import NDArray

from sddesk.core.canvas.layers import Layer, Pixels, State
from sddesk.core.canvas.rects import Rect
from sddesk.core.values import Picture

_BAND = 128  # rows composed at once, which bounds the memory for float pixels


def compose(state: State, rect: Rect) -> Pixels:
    """What is seen in `rect`: (height, width, 4), 8 bit, premultiplied with alpha."""
    ground = (0, 0, 0, 0) if state.background is None else (*state.background, 255)
    planes = np.empty((4, rect.height, rect.width), np.float32)  # premultiplied, 0 to 255
    planes[...] = np.array(ground, np.float32)[:, None, None]
    for layer in state.layers:
        if layer.visible and layer.opacity > 0:
            _lay_over(planes, layer.pixels[rect.rows, rect.columns], layer.opacity)
    planes += 0.5
    return _interleaved(planes)


def _lay_over(planes: NDArray[np.float32], pixels: Pixels, opacity: float) -> None:
    """Porter and Duff's "over" (Compositing Digital Images, 1984) in place.

    Colour by colour: arrays whose last axis has only four numbers are four times as slow.
    """
    opaque = pixels[..., 3]
    if not opaque.any():
        return
    alpha = opaque * np.float32(opacity / 255)  # (height, width)
    planes *= 1 - alpha
    for channel in range(3):
        planes[channel] += pixels[..., channel] * alpha
    planes[3] += alpha * 255


def _interleaved(planes: NDArray[np.float32]) -> Pixels:
    """(4, height, width), cut to 8 bit, as (height, width, 4)."""
    pixels = np.empty((*planes.shape[1:], 4), np.uint8)
    for channel, plane in enumerate(planes):
        pixels[..., channel] = plane
    return pixels


def flatten(state: State) -> Picture:
    """The whole drawing as a picture; where nothing lies, it is white."""
    bands: list[bytes] = []
    for top in range(0, state.height, _BAND):
        rect = Rect(0, top, state.width, min(top + _BAND, state.height))
        bands.append(on_white(compose(state, rect)).tobytes())
    return Picture(state.width, state.height, b"".join(bands))


def on_white(composed: Pixels) -> NDArray[np.uint8]:
    """Premultiplied pixels (height, width, 4) laid on white: (height, width, 3)."""
    return composed[..., :3] + (255 - composed[..., 3:])


def merged(below: Layer, above: Layer) -> Pixels:
    """Both layers as one of full opacity, not premultiplied: (height, width, 4)."""
    result = np.empty_like(below.pixels)
    for top in range(0, len(result), _BAND):
        rows = slice(top, top + _BAND)
        planes = np.zeros((4, *result[rows].shape[:2]), np.float32)
        for layer in (below, above):
            if layer.visible:
                _lay_over(planes, layer.pixels[rows], layer.opacity)
        planes[:3] *= 255 / np.maximum(planes[3], 1e-6)
        result[rows] = _interleaved(np.minimum(planes + 0.5, 255))
    return result


def is_blank(state: State) -> bool:
    """Whether no visible layer shows anything: then there is no drawing to start from."""
    return not any(layer.visible and layer.opacity > 0 and _shows(layer) for layer in state.layers)


def _shows(layer: Layer) -> bool:
    """Whether any pixel has alpha: the highest byte of its four read as one number."""
    pixels = np.ascontiguousarray(layer.pixels).view("<u4")  # (height, width, 1)
    bands = (pixels[top : top + _BAND] for top in range(0, len(pixels), _BAND))
    return any(int(band.max(initial=0)) > 0xFFFFFF for band in bands)


def color_at(state: State, x: int, y: int) -> tuple[int, int, int]:
    """The colour that is seen at a pixel; white where there is nothing. Raises `ValueError`."""
    if not (0 <= x < state.width and 0 <= y < state.height):
        raise ValueError("outside of the canvas")
    red, green, blue = on_white(compose(state, Rect(x, y, x + 1, y + 1)))[0, 0]
    return int(red), int(green), int(blue)
