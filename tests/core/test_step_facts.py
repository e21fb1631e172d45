"""What a step changed, and how much detail it has."""

import numpy as np
import pytest

from sddesk.core.step_facts import step_facts
from sddesk.core.values import Picture


def picture(pixels: np.ndarray) -> Picture:
    return Picture(pixels.shape[1], pixels.shape[0], pixels.astype(np.uint8).tobytes())


def wave(frequency: int, width: int = 16, height: int = 12) -> Picture:
    """A cosine across, of so many half periods."""
    x = np.arange(width)
    row = 128 + 100 * np.cos(np.pi * frequency * (2 * x + 1) / (2 * width))
    return picture(np.broadcast_to(row[None, :, None], (height, width, 3)))


def plain(shade: int) -> Picture:
    return picture(np.full((12, 16, 3), shade))


def test_change_is_the_share_of_the_whole_range() -> None:
    assert step_facts(1.0, plain(51), plain(0)).change == pytest.approx(0.2)
    assert step_facts(1.0, plain(7), plain(7)).change == 0
    assert step_facts(1.0, plain(7), None).change is None


def test_detail_is_the_share_of_high_frequencies() -> None:
    assert step_facts(1.0, plain(90), None).detail == pytest.approx(0, abs=1e-6)
    assert step_facts(1.0, wave(2), None).detail == pytest.approx(0, abs=1e-3)
    assert step_facts(1.0, wave(14), None).detail == pytest.approx(1, abs=1e-3)


def test_noise_has_more_detail_than_its_blur() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (16, 16, 3))
    calm = (
        noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1) + np.roll(noise, (1, 1), (0, 1))
    ) / 4
    sharp, soft = (step_facts(1.0, picture(one), None).detail for one in (noise, calm))
    assert sharp > 0.7
    assert soft < sharp / 1.5
