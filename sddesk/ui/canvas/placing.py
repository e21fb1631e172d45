"""How large the canvas is, and how pictures come to lie on it."""

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from sddesk.core.canvas.layers import Pixels
from sddesk.core.values import Picture

LARGEST = 2048  # pixels of a side of a picture that is laid on the canvas
_ROOMY = 512  # pixels of the longer side: less is no place to draw


def canvas_size(width: int, height: int) -> tuple[int, int]:
    """The size to draw at for a picture of that size: the same, or a whole multiple of it."""
    times = -(-_ROOMY // max(width, height, 1))
    return width * times, height * times


def pixels_of(picture: Picture) -> Pixels:
    """The picture as an opaque layer: (height, width, 4)."""
    pixels = np.full((picture.height, picture.width, 4), 255, np.uint8)
    rgb = np.frombuffer(picture.pixels, np.uint8)
    pixels[..., :3] = rgb.reshape(picture.height, picture.width, 3)
    return pixels


def enlarged(pixels: Pixels, width: int, height: int) -> Pixels:
    """The pixels at a multiple of their size, as squares: made small again, they are the same.

    Just as they are if the size is no multiple of theirs.
    """
    rows, columns = pixels.shape[:2]
    times = width // columns
    if times < 2 or (columns * times, rows * times) != (width, height):
        return pixels
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def fitting(pixels: Pixels, width: int, height: int, *, fill: bool = False) -> Pixels:
    """The pixels no larger than a canvas of that size; with `fill` as large as they fit."""
    from PIL import Image

    rows, columns = pixels.shape[:2]
    if not (columns and rows) or (columns <= width and rows <= height and not fill):
        return pixels
    share = min(width / columns, height / rows)
    size = max(1, round(columns * share)), max(1, round(rows * share))
    if size == (columns, rows):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def not_too_large(image: QImage) -> QImage:
    """The image with no side above `LARGEST`."""
    if max(image.width(), image.height()) <= LARGEST:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(LARGEST, LARGEST), keep, smooth)
