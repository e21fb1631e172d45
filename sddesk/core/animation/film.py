"""Where each evolution lies in a frame, and how a frame is drawn from what was decoded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from sddesk.core.animation.captions import Caption, caption_height
from sddesk.core.animation.store import FrameStore
from sddesk.core.animation.values import (
    BOTH,
    PREDICTED,
    Evolution,
    Film,
    Look,
    check_look,
    check_size,
    enlargement,
    rows_of,
    showing,
)
from sddesk.core.grid import Grid
from sddesk.core.picture_files import to_pil
from sddesk.core.sheet import Filled, drawn, lay_out
from sddesk.core.values import Picture

Place = tuple[int, int]
_GROUND = "white"
_DECODED = 4096 * 2304  # pixels of a frame that every decoder of H.264 takes: level 5.1


@dataclass(frozen=True, slots=True)
class Stage:
    """What stays the same in all frames, where the evolutions lie on it, what is written where.

    The places are left upper corners, in the order of the evolutions.
    """

    ground: Image.Image
    places: tuple[Place, ...]
    captions: tuple[Caption, ...]


def wanted(evolutions: Sequence[Evolution], look: Look) -> list[list[tuple[int, bool]]]:
    """The frames of each evolution that must be decoded: step, and predicted or noisy.

    The last one is the finished picture, which is decoded only where there is no file of it.
    """
    kinds = [row == PREDICTED for row in rows_of(look.frames)]
    return [
        [(step, kind) for step in range(1, one.steps) for kind in kinds]
        + ([(one.steps + 1, True)] if one.picture is None else [])
        for one in evolutions
    ]


def decoded(evolutions: Sequence[Evolution], look: Look, store: FrameStore) -> tuple[int, int]:
    """How many of the wanted frames are in the store, and how many there are."""
    frames = wanted(evolutions, look)
    keys = [(index, *one) for index, some in enumerate(frames) for one in some]
    return sum(key in store for key in keys), len(keys)


def row_stage(evolutions: Sequence[Evolution], look: Look) -> Stage:
    """One evolution alone, or some side by side; both kinds of frames one under another."""
    cells = [_cell_size(one, look) for one in evolutions]
    width, height = max(w for w, _ in cells), max(h for _, h in cells)
    gap = max(2, width // 32) if len(cells) > 1 else 0
    below = 1 if look.frames == BOTH and len(cells) > 1 else len(cells)  # in one row
    captions = [Caption((one,), width, look.captions) for one in evolutions]
    room = max(caption_height(caption) for caption in captions)
    pitch = width + gap, height + room + gap
    places = tuple((i % below * pitch[0], i // below * pitch[1]) for i in range(len(cells)))
    size = max(x for x, _ in places) + width, max(y for _, y in places) + height + room
    check_size(*size)
    written = tuple(
        replace(caption, place=(x, y + height))
        for caption, (x, y) in zip(captions, places, strict=True)
    )
    return Stage(Image.new("RGB", size, _GROUND), places, written)


def grid_stage(
    grid: Grid,
    evolutions: Mapping[Place, Evolution],
    filled: Mapping[Place, Filled],
    look: Look,
) -> Stage:
    """The sheet of the grid, on which the evolutions move; `filled` tells why others do not."""
    cell = _cell_size(next(iter(evolutions.values())), look)
    layout = lay_out(grid, cell)
    still = {place: Filled(failure=filled[place].failure) for place in filled}
    sheet = drawn(layout, still)
    caption = Caption(tuple(evolutions.values()), sheet.width, look.captions, (0, sheet.height))
    size = sheet.width, sheet.height + caption_height(caption)
    check_size(*size)
    ground = Image.new("RGB", size, _GROUND)
    ground.paste(sheet)
    places = tuple(layout.rectangle(*place)[:2] for place in evolutions)
    return Stage(ground, places, (caption,))


def mp4_look(look: Look, build: Callable[[Look], Stage]) -> Look:
    """Twice as large if players can show that: MP4 keeps one colour for two times two pixels."""
    width, height = build(look).ground.size
    if 4 * width * height > _DECODED:
        return look
    return replace(look, least=2) if look.scale is None else replace(look, scale=2 * look.scale)


def make_film(evolutions: Sequence[Evolution], stage: Stage, look: Look, store: FrameStore) -> Film:
    """All evolutions in lockstep; one that has fewer steps waits with its picture.

    Raises `ProblemError` for a look that is not possible.
    """
    check_look(look)
    order, durations = showing(max(one.steps for one in evolutions), look)

    def draw(frame: int) -> Image.Image:
        image = stage.ground.copy()
        for index, (one, place) in enumerate(zip(evolutions, stage.places, strict=True)):
            image.paste(_cell(store, index, one, frame + 1, look), place)
        pen = ImageDraw.Draw(image)
        for caption in stage.captions:
            caption.write(pen, frame + 1)
        return image

    return Film(stage.ground.size, draw, order, durations)


def _cell_size(one: Evolution, look: Look) -> tuple[int, int]:
    width, height = _scaled(one, look)
    return width * len(rows_of(look.frames)), height


def _scaled(one: Evolution, look: Look) -> tuple[int, int]:
    automatic = max(look.least, enlargement(one.width, one.height))
    scale = automatic if look.scale is None else look.scale
    return max(1, round(one.width * scale)), max(1, round(one.height * scale))


def _cell(store: FrameStore, index: int, one: Evolution, step: int, look: Look) -> Image.Image:
    """What one evolution shows at that step; at its last one, and after, the finished picture."""
    size = _scaled(one, look)
    rows = rows_of(look.frames)
    whole = Image.new("RGB", (size[0] * len(rows), size[1]))
    for column, row in enumerate(rows):
        picture = _picture(store, index, one, step, predicted=row == PREDICTED)
        image = to_pil(picture)
        if image.size != size:
            how = Image.Resampling.LANCZOS if look.smooth else Image.Resampling.NEAREST
            image = image.resize(size, how)
        whole.paste(image, (column * size[0], 0))
    return whole


def _picture(
    store: FrameStore, index: int, one: Evolution, step: int, *, predicted: bool
) -> Picture:
    if step < one.steps:
        return store.picture((index, step, predicted))
    return one.picture or store.picture((index, one.steps + 1, True))
