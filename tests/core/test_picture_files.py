"""Pictures of any origin become RGB pixels or a clear problem; PNGs carry their texts."""

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from sddesk.core.picture_files import (
    from_pil,
    load_picture,
    png_bytes,
    read_settings,
    read_texts,
    resized,
    save_png,
    to_pil,
)
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import Picture

RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(picture: Picture) -> list[tuple[int, ...]]:
    return [tuple(picture.pixels[i : i + 3]) for i in range(0, len(picture.pixels), 3)]


def problem_of(read: Callable[[Path], Any], path: Path) -> Problem | None:
    """What is told when `path` cannot be read; anything but a `ProblemError` goes through."""
    try:
        read(path)
    except ProblemError as error:
        return error.problem
    return None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "picture.png"


def loaded(path: Path, image: Image.Image, kind: str = "PNG", **options: Any) -> Picture:
    path.write_bytes(encoded(image, kind, **options))
    return load_picture(path)


def test_plain(path: Path) -> None:
    image = Image.new("RGB", (3, 2), RED)
    image.putpixel((2, 0), GREEN)
    picture = loaded(path, image)
    assert (picture.width, picture.height) == (3, 2)
    assert pixels(picture) == [RED, RED, GREEN, RED, RED, RED]
    assert from_pil(to_pil(picture)) == picture


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_formats_whatever_the_name(path: Path, kind: str) -> None:
    picture = loaded(path, Image.new("RGB", (16, 8), (200, 100, 50)), kind, quality=95)
    assert (picture.width, picture.height) == (16, 8)
    assert np.abs(np.array(pixels(picture)) - (200, 100, 50)).max() <= 4


def test_the_camera_was_held_sideways(path: Path) -> None:
    image = Image.new("RGB", (32, 16), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = loaded(path, image, "JPEG", exif=exif)
    assert (picture.width, picture.height) == (16, 32)


def test_damaged_exif_costs_the_rotation_not_the_picture(path: Path) -> None:
    for exif in (
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0MM\x11\0*\0\0\0\x08\0\0",
    ):
        assert loaded(path, Image.new("RGB", (8, 8), RED), "JPEG", exif=exif).width == 8


def test_palette_with_and_without_transparency(path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *GREEN])
    image.putpixel((1, 0), 1)
    assert pixels(loaded(path, image)) == [RED, GREEN]
    assert pixels(loaded(path, image, transparency=1)) == [RED, WHITE]
    assert pixels(loaded(path, image, transparency=bytes([127, 255]))) == [(255, 128, 128), GREEN]


def test_transparency_is_laid_on_white(path: Path) -> None:
    image = Image.new("RGBA", (3, 1))
    for x, alpha in enumerate((0, 128, 255)):
        image.putpixel((x, 0), (0, 0, 0, alpha))
    assert pixels(loaded(path, image)) == [WHITE, (127, 127, 127), (0, 0, 0)]
    assert pixels(loaded(path, Image.new("LA", (1, 1), (0, 0)))) == [WHITE]
    assert pixels(loaded(path, Image.new("RGB", (1, 1), RED), transparency=RED)) == [WHITE]
    assert pixels(loaded(path, Image.new("L", (1, 1), 9), transparency=9)) == [WHITE]


def test_grey_black_and_white_and_print_colours(path: Path) -> None:
    assert pixels(loaded(path, Image.new("L", (1, 1), 77))) == [(77, 77, 77)]
    assert pixels(loaded(path, Image.new("1", (1, 1), 1))) == [WHITE]
    picture = loaded(path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=100)
    assert pixels(picture)[0][0] > 200 > 60 > pixels(picture)[0][1]


def test_sixteen_bits(path: Path) -> None:
    levels = np.array([[0, 255, 256, 32768, 65535]], dtype=np.uint16)
    picture = loaded(path, Image.fromarray(levels))
    assert [pixel[0] for pixel in pixels(picture)] == [0, 0, 1, 128, 255]
    assert pixels(loaded(path, Image.fromarray(levels), transparency=65535))[4] == WHITE


def test_animations_show_their_first_frame(path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN)]
    for kind in ("PNG", "WEBP"):
        options = {"save_all": True, "append_images": frames[1:], "lossless": True}
        assert pixels(loaded(path, frames[0], kind, **options))[0] == RED


def chunk(kind: bytes, data: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


def png(width: int, height: int, data: bytes, *extra: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = head + b"".join(extra) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_bombs(path: Path, side: int) -> None:
    path.write_bytes(png(side, side, b"\0"))
    with pytest.raises(ProblemError, match="too large"):
        load_picture(path)
    with pytest.raises(ProblemError, match="too large"):
        read_texts(path)


def test_text_bombs(path: Path) -> None:
    bomb = chunk(b"zTXt", b"sddesk\0\0" + zlib.compress(b"a" * 50_000_000))
    path.write_bytes(png(1, 1, b"\0abc", bomb))
    with pytest.raises(ProblemError):
        read_texts(path)


WHOLE = png_bytes(Picture(8, 8, bytes(range(192))), {"sddesk": '{"version": 1}'})
DAMAGED = {
    "empty": b"",
    "text": b"Dear diary, this is not a picture.",
    "a TIFF": encoded(Image.new("RGB", (8, 8)), "TIFF"),
    "a GIF": encoded(Image.new("RGB", (8, 8)), "GIF"),
    "only a signature": WHOLE[:8],
    "cut in the header": WHOLE[:20],
    "cut in the pixels": WHOLE[: WHOLE.index(b"IDAT") + 10],
    "wrong checksum": WHOLE.replace(b"IDAT", b"IDAX"),
    "no pixels": png(0, 0, b""),
    "a cut JPEG": encoded(Image.new("RGB", (64, 64), RED), "JPEG")[:-200],
    "a cut WebP": encoded(Image.new("RGB", (64, 64), RED), "WEBP")[:40],
    "a profile that is none": png(1, 1, b"\0abc", chunk(b"iCCP", b"x\0\0oops")),
    "text that is not packed": png(1, 1, b"\0abc", chunk(b"zTXt", b"sddesk\0\0oops")),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage(path: Path, name: str) -> None:
    path.write_bytes(DAMAGED[name])
    problem = problem_of(load_picture, path) or problem_of(read_settings, path)
    if name in ("a profile that is none", "text that is not packed"):
        assert problem is None or "damaged" in problem.title
    else:
        assert problem is not None
        assert str(path) in problem.detail
        assert problem.hint


SOURCES = [
    WHOLE,
    encoded(Image.linear_gradient("L").resize((16, 16)), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0"),
    encoded(Image.linear_gradient("L").resize((16, 16)), "WEBP"),
    encoded(Image.new("P", (8, 8)), "PNG", transparency=0),
]


@settings(max_examples=200)
@given(source=st.sampled_from(SOURCES), place=st.floats(0, 1), data=st.binary(max_size=12))
def test_any_bytes_may_be_wrong(
    tmp_path_factory: pytest.TempPathFactory, source: bytes, place: float, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.png"
    start = int(place * len(source))
    path.write_bytes(source[:start] + data + source[start + len(data) :])
    for read in (load_picture, read_settings):
        problem = problem_of(read, path)
        assert problem is None or problem.hint


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for read in (load_picture, read_texts):
        with pytest.raises(ProblemError, match="No such file"):
            read(tmp_path / "none.png")
        with pytest.raises(ProblemError, match="folder"):
            read(tmp_path)


def test_texts_come_back_to_the_letter(path: Path) -> None:
    texts = {
        "latin": "grün, plain; 7°",
        "beyond": "東京 ☂ 🍎\nsecond line",
        "long": "🍎" * 100_000,
        "empty": "",
    }
    save_png(path, Picture(1, 1, b"abc"), texts)
    assert read_texts(path) == texts
    assert load_picture(path) == Picture(1, 1, b"abc")


def test_texts_after_the_pixels_count_too(path: Path) -> None:
    end = chunk(b"IEND", b"")
    text = chunk(b"tEXt", b'sddesk\0{"version": 1}')
    path.write_bytes(png(1, 1, b"\0abc").removesuffix(end) + text + end)
    assert read_settings(path) == {"version": 1}


def test_a_picture_without_settings(path: Path) -> None:
    loaded(path, Image.new("RGB", (8, 8)), "JPEG")
    assert read_settings(path) is None
    assert read_texts(path) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000])
def test_damaged_settings(path: Path, text: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("sddesk", text)
    path.write_bytes(encoded(Image.new("RGB", (1, 1)), pnginfo=info))
    with pytest.raises(ProblemError, match="settings are damaged") as caught:
        read_settings(path)
    assert caught.value.problem.hint


def test_resized() -> None:
    picture = Picture(2, 2, bytes(range(12)))
    assert resized(picture, 2, 2) is picture
    assert (resized(picture, 16, 8).width, resized(picture, 16, 8).height) == (16, 8)


def test_json_in_a_picture_is_plain_ascii(path: Path) -> None:
    """So that even readers which take tEXt for UTF-8 understand it."""
    save_png(path, Picture(1, 1, b"abc"), {"sddesk": json.dumps({"prompt": "grün 🍎"})})
    assert b"tEXtsddesk" in path.read_bytes()
    assert read_settings(path) == {"prompt": "grün 🍎"}
