"""Packs pixels as PNG strip by strip: faster than Pillow, and no other thread waits for it."""

import hashlib
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FAST, SMALL = 1, 6  # zlib's levels
_STRIP = 64  # rows
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {3: 2, 4: 6}  # by channels: RGB, RGBA
_ZLIB_HEADER, _LAST_BLOCK = b"\x78\x01", b"\x03\x00"  # RFC 1950, and an empty block
_UP = 2  # the filter: a row is stored as its difference from the one above


class Packer:
    """Makes PNG files of one picture again and again; strips that stay the same are packed once.

    For one thread at a time.
    """

    def __init__(self, level: int = FAST) -> None:
        self._level = level
        self._packed: dict[bytes, bytes] = {}  # chunks of the last time, by what they hold

    def parts(self, pixels: NDArray[np.uint8]) -> list[bytes]:
        """A PNG file of (height, width, 3 or 4) pixels (specification: W3C PNG, second edition)."""
        height, width, channels = pixels.shape
        header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
        parts = [_SIGNATURE + _chunk(b"IHDR", header), _chunk(b"IDAT", _ZLIB_HEADER)]
        packed: dict[bytes, bytes] = {}
        checksum = zlib.adler32(b"")
        for strip in _strips(pixels):
            checksum = zlib.adler32(strip, checksum)
            key = hashlib.sha256(strip).digest()
            packed[key] = packed.get(key) or self._packed.get(key) or self._pack(strip)
            parts.append(packed[key])
        self._packed = packed
        end = _LAST_BLOCK + struct.pack(">I", checksum)
        return [*parts, _chunk(b"IDAT", end), _chunk(b"IEND", b"")]

    def _pack(self, strip: memoryview) -> bytes:
        """As deflate blocks (RFC 1951) that need nothing of what comes before."""
        packer = zlib.compressobj(self._level, zlib.DEFLATED, -zlib.MAX_WBITS)
        return _chunk(b"IDAT", packer.compress(strip) + packer.flush(zlib.Z_FULL_FLUSH))


def png_bytes(pixels: NDArray[np.uint8], level: int = FAST) -> bytes:
    """A PNG file of (height, width, 3 or 4) pixels."""
    return b"".join(Packer(level).parts(pixels))


def _strips(pixels: NDArray[np.uint8]) -> Iterator[memoryview]:
    height, width, channels = pixels.shape
    above = np.zeros((1, width * channels), np.uint8)
    for top in range(0, height, _STRIP):
        rows = pixels[top : top + _STRIP].reshape(-1, width * channels)
        yield _filtered(rows, above).data.cast("B")
        above = rows[-1:]


def _filtered(rows: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each row as it is packed: the filter's number, then the differences modulo 256."""
    filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _UP
    np.subtract(rows[:1], above, out=filtered[:1, 1:])
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
