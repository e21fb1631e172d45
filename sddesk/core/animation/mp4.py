"""MP4 with H.264, as every browser and player shows it."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from PIL import Image

from sddesk.core.animation.values import Film
from sddesk.core.problems import ProblemError

LONGEST = 8192  # pixels of a side that decoders still take
_TICKS = 1000  # a second: durations are in milliseconds
_RATE = 60  # of frames, which only decides the level that a decoder must have
# CRF 18 is called visually lossless, but noise is what one looks at here. Without B-frames,
# packets come in the order of the frames.
_OPTIONS = {"crf": "8", "preset": "slow", "bf": "0", "x264-params": "chromaloc=1"}
_YUV = "yuv420p"
_BT601, _LIMITED = 5, 1  # in swscale's numbers


def write_mp4(path: Path, film: Film, images: Iterator[Image.Image]) -> None:
    """Each frame once, with its own duration; an odd last row or column is doubled (4:2:0)."""
    av, failure = _library()
    width, height = (side + side % 2 for side in film.size)
    if max(width, height) > LONGEST:
        size, hint = f"{film.size[0]}x{film.size[1]}", "make it smaller, or choose WebP"
        raise ProblemError("The animation is too large for MP4", size, hint)
    starts = dict(zip(accumulate((0, *film.durations)), film.durations, strict=False))
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as file:
            stream = file.add_stream("libx264", _RATE, _OPTIONS)
            _set_up(stream, width, height)
            for start, image in zip(starts, images, strict=True):
                frame = _as_video(av, _even(image, width, height))
                frame.pts, frame.time_base = start, Fraction(1, _TICKS)
                _put(file, stream.encode(frame), starts)
            _put(file, stream.encode(None), starts)
    except failure as error:
        _raise(error, film)


def read_mp4(path: Path, size: tuple[int, int]) -> Iterator[Image.Image]:
    """The frames of such a file, without the row or column that was doubled."""
    av, _ = _library()
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            pixels: Any = frame.to_ndarray(format="rgb24")
            yield Image.fromarray(np.ascontiguousarray(pixels[: size[1], : size[0]]))


def _library() -> tuple[Any, type[Exception]]:
    """PyAV and what it raises: 100 MB, for this format alone."""
    import av
    import av.error

    return av, av.error.FFmpegError


def _put(file: Any, packets: Iterable[Any], durations: Mapping[int, int]) -> None:
    for packet in packets:
        packet.duration = durations[packet.pts]  # else the last frame would be gone at once
        file.mux(packet)


def _set_up(stream: Any, width: int, height: int) -> None:
    stream.width, stream.height, stream.pix_fmt = width, height, _YUV
    codec = stream.codec_context
    stream.time_base = codec.time_base = Fraction(1, _TICKS)
    # BT.601, which players assume too that do not look; limited range; sRGB's primaries and curve.
    codec.colorspace, codec.color_range = 6, _LIMITED
    codec.color_primaries, codec.color_trc = 1, 13


def _as_video(av: Any, image: Image.Image) -> Any:
    """Of two times two pixels the mean colour, which lies in their middle: `chromaloc`.

    The usual filters take in the colours around them, which is most of what noise then loses.
    """
    return av.VideoFrame.from_image(image).reformat(
        format=_YUV,
        dst_colorspace=_BT601,
        dst_color_range=_LIMITED,
        interpolation=av.video.reformatter.Interpolation.AREA,
    )


def _even(image: Image.Image, width: int, height: int) -> Image.Image:
    if image.size == (width, height):
        return image
    whole = Image.new("RGB", (width, height))
    for x, y in ((width - image.width, height - image.height), (0, 0)):
        whole.paste(image, (x, y))
    return whole


def _raise(error: Exception, film: Film) -> NoReturn:
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        raise OSError(error.errno, error.strerror) from error
    size, hint = f"{film.size[0]}x{film.size[1]}", "choose another size, or WebP"
    raise ProblemError("MP4 could not be made", f"{size} ({error})", hint) from error
