"""What is packed is read back by another program's decoder, pixel for pixel."""

import io

import numpy as np
import pytest
from PIL import Image

from sddesk.core.canvas.png_writing import FAST, SMALL, Packer, png_bytes


@pytest.mark.parametrize("level", [FAST, SMALL])
@pytest.mark.parametrize("shape", [(1, 1, 4), (63, 5, 3), (64, 7, 4), (65, 300, 3), (200, 3, 4)])
def test_every_pixel_is_read_back(shape: tuple[int, int, int], level: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, shape, np.uint8)
    with Image.open(io.BytesIO(png_bytes(pixels, level)), formats=("PNG",)) as image:
        image.verify()  # the checksums of all chunks
    with Image.open(io.BytesIO(png_bytes(pixels, level))) as image:
        assert image.mode == {3: "RGB", 4: "RGBA"}[shape[2]]
        assert np.array_equal(np.asarray(image), pixels)


def test_parts_of_other_pictures_and_one_colour_are_packed() -> None:
    canvas = np.random.default_rng(4).integers(0, 256, (90, 80, 4), np.uint8)
    ground = np.broadcast_to(np.array((9, 8, 7), np.uint8), (70, 30, 3))
    for pixels in (canvas[5:77, 10:40], ground):
        with Image.open(io.BytesIO(png_bytes(pixels))) as image:
            assert np.array_equal(np.asarray(image), pixels)


def test_only_strips_that_changed_are_packed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (640, 30, 4), np.uint8)
    packer, packed = Packer(), list[int]()
    packer.parts(pixels)
    real = Packer._pack
    monkeypatch.setattr(
        Packer, "_pack", lambda self, strip: packed.append(len(strip)) or real(self, strip)
    )
    pixels[300:310, 5] = 0
    for _ in range(2):
        with Image.open(io.BytesIO(b"".join(packer.parts(pixels)))) as image:
            assert np.array_equal(np.asarray(image), pixels)
    assert len(packed) == 1
