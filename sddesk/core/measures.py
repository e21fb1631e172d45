"""What can be counted in a picture: contrast, saturation and sharpness."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sddesk.core.values import Picture

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LUMINANCE = (0.2126, 0.7152, 0.0722)  # of sRGB's primaries (ITU-R BT.709)


@dataclass(frozen=True, slots=True)
class Measures:
    """All from 0 (none of it) upwards.

    `contrast` is the standard deviation of the luma, 0 to 0.5 (RMS contrast, Peli 1990);
    `saturation` the mean of (max - min) / max over the channels, 0 to 1; `sharpness` the standard
    deviation of the luma's Laplacian (Pech-Pacheco et al. 2000).
    """

    contrast: float
    saturation: float
    sharpness: float


def measure(picture: Picture) -> Measures:
    """Look at every pixel: some milliseconds for 512×512."""
    import numpy as np  # slow to load, and needed by grids alone

    flat = np.frombuffer(picture.pixels, np.uint8).astype(np.float32) / 255
    pixels = flat.reshape(picture.height, picture.width, 3)  # (height, width, RGB)
    luma = pixels @ np.array(_LUMINANCE, np.float32)  # (height, width)
    highest, lowest = pixels.max(axis=2), pixels.min(axis=2)
    saturation = (highest - lowest) / np.maximum(highest, 1e-6)
    return Measures(float(luma.std()), float(saturation.mean()), _sharpness(luma))


def curves(
    values: Mapping[tuple[int, int], float], shape: tuple[int, int], *, down: bool
) -> tuple[list[list[float | None]], list[float | None]]:
    """What is known of the cells, by (row, column), as lines along an axis, and their mean.

    Down: one line for each column, from row to row; else one for each row. The mean is that of the
    cells which are known.
    """
    along, across = shape if down else shape[::-1]
    lines = [[values.get((a, b) if down else (b, a)) for a in range(along)] for b in range(across)]
    columns = [[line[a] for line in lines] for a in range(along)]
    known = [[value for value in column if value is not None] for column in columns]
    return lines, [sum(column) / len(column) if column else None for column in known]


def _sharpness(luma: "npt.NDArray[np.floating[Any]]") -> float:
    if min(luma.shape) < 3:
        return 0.0
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float((around - 4 * luma[1:-1, 1:-1]).std())
