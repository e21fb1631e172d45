"""The sketches that pictures were made from, kept beside them under the hash of their pixels."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from sddesk.core.canvas.layers import State, new_layer
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.openraster_reading import load_drawing
from sddesk.core.infotext import is_pixel_hash
from sddesk.core.picture_files import from_pil, to_pil
from sddesk.core.problems import ProblemError
from sddesk.core.tapes import is_tape, read_init_picture
from sddesk.core.values import Picture

FOLDER = ".sketches"
_LARGEST_THUMBNAIL = 2**22  # bytes


def sketch_file(folder: Path, pixel_hash: str) -> Path | None:
    """Where the drawing with these pixels is kept for the pictures of `folder`."""
    return folder / FOLDER / f"{pixel_hash}.ora" if is_pixel_hash(pixel_hash) else None


def keep_sketch(folder: Path, pixel_hash: str, state: State) -> None:
    """Keep the drawing, unless it is there already; raises `ProblemError`."""
    path = sketch_file(folder, pixel_hash)
    if path is not None and not path.exists():
        OraWriter().save(path, state)


def load_sketch(path: Path) -> State:
    """The drawing, or the init image in a tape as a drawing of one layer; `ProblemError`."""
    if not is_tape(path):
        return load_drawing(path)
    picture = _init_picture(path)
    rgb = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    pixels = np.full((picture.height, picture.width, 4), 255, np.uint8)
    pixels[..., :3] = rgb
    layer = new_layer(path.stem, pixels)
    return State(picture.width, picture.height, (layer,), layer.id)


def sketch_thumbnail(path: Path, side: int) -> Picture:
    """What the sketch looks like, from far; raises `ProblemError`."""
    image = to_pil(_init_picture(path)) if is_tape(path) else _kept_thumbnail(path)
    image.thumbnail((side, side), Image.Resampling.BILINEAR)
    return from_pil(image)


def _init_picture(tape: Path) -> Picture:
    picture = read_init_picture(tape)
    if picture is None:
        raise ProblemError("This picture was made from noise alone", str(tape))
    return picture


def _kept_thumbnail(path: Path) -> Image.Image:
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo("Thumbnails/thumbnail.png")
            if info.file_size > _LARGEST_THUMBNAIL:
                raise ValueError("the thumbnail is too large")
            with Image.open(io.BytesIO(archive.read(info)), formats=("PNG",)) as image:
                image.load()
                return image
    except Exception as error:  # damaged archives make it raise nearly anything
        raise ProblemError("The sketch is damaged", f"{path} ({error})") from error
