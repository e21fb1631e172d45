"""How like one picture is to another."""

from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from tests.core.animation.films import Pixels


def psnr(one: Pixels, other: Pixels) -> float:
    """Of the pictures as the eye puts neighbouring dots together."""
    a, b = (gaussian_filter(image.astype(float), (1, 1, 0)) for image in (one, other))
    return float(10 * np.log10(255**2 / np.mean((a - b) ** 2)))


def luma(image: Pixels) -> Any:
    """Brightness, as BT.601 has it."""
    return image @ np.array([0.299, 0.587, 0.114])


def ssim(a: Any, b: Any) -> float:
    """Wang et al. 2004, with a Gaussian window of sigma 1.5."""
    mean_a, mean_b = gaussian_filter(a, 1.5), gaussian_filter(b, 1.5)
    spread_a = gaussian_filter(a * a, 1.5) - mean_a**2
    spread_b = gaussian_filter(b * b, 1.5) - mean_b**2
    common = gaussian_filter(a * b, 1.5) - mean_a * mean_b
    one, two = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + one) * (2 * common + two)
    return float((top / ((mean_a**2 + mean_b**2 + one) * (spread_a + spread_b + two))).mean())


def color_ssim(one: Pixels, other: Pixels) -> float:
    """The mean over red, green and blue."""
    return float(np.mean([ssim(one[..., c] / 1.0, other[..., c] / 1.0) for c in range(3)]))
