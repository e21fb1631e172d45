"""APNG by its specification (W3C PNG, third edition, 11.3.6): one frame in memory at a time."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from sddesk.core.animation.values import Film

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_apng(path: Path, film: Film, images: Iterator[Image.Image]) -> None:
    """Every pixel as it is, every frame whole; endless. Programs without APNG show the first."""
    number = 0  # of fcTL and fdAT chunks together
    with path.open("wb") as file:
        for index, image in enumerate(images):
            head, data = _png(image)
            if index == 0:
                file.write(_SIGNATURE + _chunk(b"IHDR", head))
                if len(film.order) > 1:
                    file.write(_chunk(b"acTL", struct.pack(">II", len(film.order), 0)))
            if len(film.order) > 1:
                file.write(_chunk(b"fcTL", _control(number, film, index)))
                number += 1
            if index == 0:
                file.write(_chunk(b"IDAT", data))
            else:
                file.write(_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
        file.write(_chunk(b"IEND", b""))


def _png(image: Image.Image) -> tuple[bytes, bytes]:
    """Header and compressed pixels, as Pillow makes them."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    raw, place, found = buffer.getvalue(), len(_SIGNATURE), {b"IHDR": b"", b"IDAT": b""}
    while place < len(raw):
        length, kind = struct.unpack_from(">I4s", raw, place)
        if kind in found:
            found[kind] += raw[place + 8 : place + 8 + length]
        place += length + 12
    return found[b"IHDR"], found[b"IDAT"]


def _control(number: int, film: Film, index: int) -> bytes:
    """The frame covers all, takes so many thousandths of a second, and replaces what was there."""
    milliseconds = min(film.durations[index], 0xFFFF)
    return struct.pack(">IIIIIHHBB", number, *film.size, 0, 0, milliseconds, 1000, 0, 0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
