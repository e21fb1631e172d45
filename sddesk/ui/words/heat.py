"""Heat as colour: dark where the network did not look, glowing where it did."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

# Blue, green, red and opacity at 0, 1/3, 2/3 and 1: the picture shows through everywhere.
_STOPS = np.array(
    [[40, 12, 16, 165], [110, 30, 150, 130], [30, 110, 245, 130], [120, 240, 255, 170]], np.float32
)
_SOLID = np.array(
    [[28, 12, 14, 255], [125, 32, 120, 255], [40, 110, 240, 255], [170, 250, 255, 255]], np.float32
)


def _table(stops: NDArray[np.float32], *, premultiplied: bool) -> NDArray[np.uint8]:
    at = np.linspace(0, 1, len(stops))
    level = np.linspace(0, 1, 256)
    table = np.stack([np.interp(level, at, stops[:, c]) for c in range(4)], axis=1)
    if premultiplied:
        table[:, :3] *= table[:, 3:] / 255
    return np.round(table).astype(np.uint8)


_VEIL = _table(_STOPS, premultiplied=True)
_COLORS: list[int] = _table(_SOLID, premultiplied=False).view(np.uint32).reshape(-1).tolist()


def veil(heat: NDArray[np.float32]) -> QImage:
    """Values from 0 to 1, (height, width), to lay over a picture."""
    levels = (np.clip(heat, 0, 1) * 255).astype(np.uint8)
    return _image(_VEIL[levels], QImage.Format.Format_ARGB32_Premultiplied)


def scale() -> QImage:
    """All colours of a veil from 0 to 1, one pixel high, as they are on grey."""
    image = QImage(256, 1, QImage.Format.Format_RGB32)
    image.fill(QColor(128, 128, 128))
    painter = QPainter(image)
    painter.drawImage(0, 0, veil(np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis]))
    painter.end()
    return image


def heat_map(levels: NDArray[np.uint8], most: int) -> QImage:
    """Levels (height, width) as a picture of their own; `most` is what glows brightest."""
    height, width = levels.shape
    data = np.ascontiguousarray(levels)
    image = QImage(data.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([_COLORS[min(level * 255 // most, 255)] for level in range(256)])
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _image(pixels: NDArray[np.uint8], form: QImage.Format) -> QImage:
    height, width = pixels.shape[:2]
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, width * 4, form).copy()
