"""Reading pictures of any origin, and writing PNGs that carry their settings."""

import contextlib
import io
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageStat, PngImagePlugin

from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.values import Picture

FORMATS = ("PNG", "JPEG", "WEBP")
_BAND = 256  # rows copied at once
_EXIF_IFD, _USER_COMMENT = 0x8769, 0x9286
_HINT = "open a PNG, JPEG or WebP picture"


def load_picture(path: Path) -> Picture:
    """The picture in `path`, upright (EXIF), transparency laid on white.

    Raises `ProblemError` for missing, damaged, foreign and absurdly large files.
    """
    with _opened(path) as image:
        return from_pil(_upright(image))


def load_thumbnail(path: Path, side: int) -> Picture:
    """The picture made to fit into a square of that side; raises `ProblemError`."""
    with _opened(path) as image:
        image.draft("RGB", (side, side))  # lets JPEG decode at a fraction of its size
        upright = _upright(image)
        upright.thumbnail((side, side), Image.Resampling.BILINEAR)
        return from_pil(upright)


def load_rgba(path: Path, largest: int) -> tuple[int, int, bytes]:
    """Width, height and pixels of 4 bytes (not premultiplied) of the picture in `path`, upright.

    One with a side above `largest` is made smaller. Raises `ProblemError` as `load_picture` does.
    """
    with _opened(path) as image:
        if max(image.size) > largest:
            image.draft("RGB", (largest, largest))
        upright = _eight_bit(_upright(image)).convert("RGBA")
        if max(upright.size) > largest:
            upright.thumbnail((largest, largest), Image.Resampling.LANCZOS)
        return upright.width, upright.height, upright.tobytes()


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera noted; a damaged note costs the turn, not the picture."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever its parser of camera notes came to
        return image


def from_pil(image: Image.Image) -> Picture:
    """A Pillow image of any mode as a `Picture`."""
    image = _eight_bit(image)
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    rgb = image.convert("RGB")
    return Picture(rgb.width, rgb.height, rgb.tobytes())


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    return image


def to_pil(picture: Picture) -> Image.Image:
    """The picture for Pillow; in bands, because all other threads wait while it copies."""
    image = Image.new("RGB", (picture.width, picture.height), None)
    row, pixels = 3 * picture.width, memoryview(picture.pixels)
    for top in range(0, picture.height, _BAND):
        bottom = min(top + _BAND, picture.height)
        part = pixels[row * top : row * bottom]
        image.paste(Image.frombytes("RGB", (picture.width, bottom - top), part), (0, top))
    return image


def resized(picture: Picture, width: int, height: int) -> Picture:
    """The picture stretched to another size (Lanczos); itself if the size is right."""
    if (picture.width, picture.height) == (width, height):
        return picture
    return from_pil(_scaled(to_pil(picture), width, height))


def fitted_to(picture: Picture, width: int, height: int, fit: str) -> Picture:
    """The picture brought to a size: "crop" cuts what is too much, "pad" adds a border of the
    edge's mean colour, "stretch" changes its shape. Raises `ValueError` for another `fit`.
    """
    if picture.width * height == picture.height * width:  # of the same shape
        return resized(picture, width, height)
    image = to_pil(picture)
    match fit:
        case "crop":
            made = ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)
        case "pad":
            colour = _edge_colour(image)
            made = ImageOps.pad(image, (width, height), Image.Resampling.LANCZOS, color=colour)
        case "stretch":
            return resized(picture, width, height)
        case _:
            raise ValueError(f"no such fit: {fit}")
    return from_pil(made)


def _scaled(image: Image.Image, width: int, height: int) -> Image.Image:
    """By Lanczos; to a whole fraction by the mean of squares, which undoes a sharp enlargement."""
    times = image.width // width
    if times > 1 and image.size == (width * times, height * times):
        return image.reduce(times)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _edge_colour(image: Image.Image) -> tuple[int, ...]:
    """The mean colour of the outermost pixels."""
    width, height = image.size
    edges = [
        image.crop(box)
        for box in (
            (0, 0, width, 1),
            (0, height - 1, width, height),
            (0, 0, 1, height),
            (width - 1, 0, width, height),
        )
    ]
    means = [ImageStat.Stat(edge).mean for edge in edges]
    return tuple(round(sum(channel) / len(means)) for channel in zip(*means, strict=True))


def png_bytes(picture: Picture, texts: dict[str, str]) -> bytes:
    """A PNG file with text chunks; non-Latin text goes into iTXt by itself."""
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    buffer = io.BytesIO()
    to_pil(picture).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def save_png(path: Path, picture: Picture, texts: dict[str, str]) -> None:
    """Write the PNG whole or not at all; raises `ProblemError` when the disk refuses."""
    write_bytes_atomically(path, png_bytes(picture, texts))


def read_texts(path: Path) -> dict[str, str]:
    """The text chunks of a PNG (empty for other formats); raises `ProblemError`."""
    with _opened(path) as image:
        image.load()  # text after the pixel data counts too
        return {str(k): v for k, v in image.info.items() if isinstance(v, str)}


def read_metadata(path: Path) -> dict[str, str]:
    """Texts about the picture, read without decoding it where possible; raises `ProblemError`.

    PNG: its text chunks (behind the pixels only if there are none before them). JPEG and WebP: the
    EXIF comment, where A1111 puts its text, as `parameters`.
    """
    with _opened(path) as image:
        texts = _texts_of(image)
        if not texts and image.format == "PNG":
            image.load()
            texts = _texts_of(image)
        if image.format != "PNG":
            comment = _exif_comment(image)
            texts |= {"parameters": comment} if comment else {}
        return texts


def _texts_of(image: Image.Image) -> dict[str, str]:
    return {str(k): v for k, v in image.info.items() if isinstance(v, str)}


def _exif_comment(image: Image.Image) -> str:
    """EXIF 2.3, UserComment: eight bytes that name the encoding, then the text."""
    try:
        raw = image.getexif().get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
    except Exception:  # damaged notes cost the notes, not the picture
        return ""
    if isinstance(raw, str):
        return raw
    code, text = bytes(raw[:8]), bytes(raw[8:])
    if code.startswith(b"UNICODE"):
        little = text[1:2] == b"\0"
        return text.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    return text.decode("utf-8", errors="replace").strip("\0")


def read_settings(path: Path) -> dict[str, Any] | None:
    """SD Desk's own settings in a PNG, or None if it carries none; raises `ProblemError`."""
    text = read_texts(path).get("sddesk")
    if text is None:
        return None
    try:
        return parse_object(text)
    except ValueError as error:
        raise ProblemError(
            "The picture's settings are damaged", f"{path} ({error})", "the picture itself is sound"
        ) from error


@contextlib.contextmanager
def _opened(path: Path) -> Generator[Image.Image]:
    """The picture file for Pillow; whatever goes wrong inside becomes a `ProblemError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on small damage that it mends
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ProblemError("The picture is too large", str(path), "make it smaller") from error
    except Image.UnidentifiedImageError as error:
        raise ProblemError("This is not a picture", str(path), _HINT) from error
    except Exception as error:  # damage makes Pillow's decoders raise nearly anything
        if isinstance(error, OSError) and error.errno is not None:
            raise disk_problem(error, f"reading {path}") from error
        raise ProblemError("The picture is damaged", f"{path} ({error})", _HINT) from error
