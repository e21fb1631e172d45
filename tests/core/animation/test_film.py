"""What stands where in a frame, and when."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sddesk.core.animation.captions import Caption
from sddesk.core.animation.film import grid_stage, make_film, mp4_look, row_stage, wanted
from sddesk.core.animation.store import FrameStore
from sddesk.core.animation.values import BOTH, CAPTIONS, NOISY, Evolution, Film, Look, enlargement
from sddesk.core.axes import parse_axis
from sddesk.core.grid import Grid
from sddesk.core.problems import ProblemError
from sddesk.core.sheet import Filled, save_sheet
from sddesk.core.values import GenerationRequest, ModelRef, Picture

MODEL = ModelRef("m", Path("m"), "sd", 8, "f")


def shade(value: int, side: int = 16) -> Picture:
    return Picture(side, side, bytes([value]) * side * side * 3)


def evolution(steps: int, prompt: str = "p", picture: Picture | None = None) -> Evolution:
    return Evolution(Path("t"), MODEL, steps, 16, 16, 7.5, prompt, picture or shade(250))


def filled_store(evolutions: list[Evolution]) -> FrameStore:
    """Predicted step k of evolution i is 100 i + k, noisy 50 more."""
    store = FrameStore()
    for index, one in enumerate(evolutions):
        for step in range(1, one.steps):
            for predicted in (True, False):
                picture = shade(100 * index + step + 50 * (not predicted))
                store.add((index, step, predicted), picture)
    return store


def shown(film: Film, frame: int, x: int, y: int) -> int:
    return np.asarray(film.draw(frame))[y, x, 0]


def test_one_frame_a_step_and_the_last_is_the_picture() -> None:
    one = [evolution(4)]
    with filled_store(one) as store:
        film = make_film(one, row_stage(one, Look()), Look(), store)
        assert film.size == (16, 16)
        assert [shown(film, frame, 8, 8) for frame in film.order] == [1, 2, 3, 250]


def test_both_kinds_side_by_side() -> None:
    look, one = Look(frames=BOTH), [evolution(3)]
    with filled_store(one) as store:
        film = make_film(one, row_stage(one, look), look, store)
        assert film.size == (32, 16)
        assert (shown(film, 1, 8, 8), shown(film, 1, 24, 8)) == (52, 2)
        assert (shown(film, 2, 8, 8), shown(film, 2, 24, 8)) == (250, 250)


def test_a_pair_in_lockstep_where_the_shorter_one_waits() -> None:
    pair = [evolution(2), evolution(4, picture=shade(240))]
    with filled_store(pair) as store:
        film = make_film(pair, row_stage(pair, Look()), Look(), store)
        left = [shown(film, frame, 8, 8) for frame in film.order]
        right = [shown(film, frame, 26, 8) for frame in film.order]
        assert left == [1, 250, 250, 250]
        assert right == [101, 102, 103, 240]


def test_pairs_of_both_kinds_stand_one_under_the_other() -> None:
    look, pair = Look(frames=BOTH), [evolution(2), evolution(2)]
    stage = row_stage(pair, look)
    assert stage.ground.size == (32, 34)


def test_only_what_is_shown_is_wanted() -> None:
    with_file = evolution(3)
    tape_alone = Evolution(Path("t"), MODEL, 3, 16, 16, 7.5, "p")
    assert wanted([with_file, tape_alone], Look()) == [
        [(1, True), (2, True)],
        [(1, True), (2, True), (4, True)],
    ]
    assert wanted([with_file], Look(frames=NOISY)) == [[(1, False), (2, False)]]
    assert wanted([evolution(1)], Look()) == [[]]


@pytest.mark.parametrize("smooth", [False, True])
def test_larger_pixel_by_pixel_or_smooth(smooth: bool) -> None:
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, 8:] = 200
    one = [evolution(1, picture=Picture(16, 16, pixels.tobytes()))]
    look = Look(scale=4, smooth=smooth)
    with FrameStore() as store:
        film = make_film(one, row_stage(one, look), look, store)
        image = np.asarray(film.draw(0))
    assert image.shape == (64, 64, 3)
    assert (len(np.unique(image)) > 2) == smooth


def test_small_pictures_are_enlarged_by_a_whole_number() -> None:
    assert [enlargement(*size) for size in ((64, 64), (128, 300), (200, 90), (256, 256))] == [
        4,
        2,
        3,
        1,
    ]
    one = [evolution(1)]
    with FrameStore() as store:
        film = make_film(one, row_stage(one, Look(scale=None)), Look(scale=None), store)
        assert film.size == film.draw(0).size == (256, 256)


def test_captions_say_step_guidance_and_prompt() -> None:
    one = [evolution(2, "a quite long prompt that needs more than one line")]
    look = Look(scale=10, captions=frozenset(CAPTIONS))
    with filled_store(one) as store:
        film = make_film(one, row_stage(one, look), look, store)
        assert film.size[0] == 160
        assert film.size[1] > 160
        below = np.asarray(film.draw(0))[160:]
        assert (below == 0).any()
        assert not np.array_equal(below, np.asarray(film.draw(1))[160:])
    caption = Caption(tuple(one), 160, look.captions)
    assert caption.text(1).replace("\n", " ").startswith("Step 1/2, guidance 7.5, a quite long")


def test_captions_leave_out_what_is_not_agreed_on() -> None:
    pair = (evolution(2, "a"), evolution(2, "b"))
    assert Caption(pair, 400, frozenset(CAPTIONS)).text(2) == "Step 2/2, guidance 7.5"


def test_the_last_frame_of_a_grid_is_its_sheet(tmp_path: Path) -> None:
    request = GenerationRequest(
        model=MODEL,
        prompt="p",
        seed=1,
        steps=3,
        guidance_scale=7,
        sampler="Euler",
        width=16,
        height=16,
    )
    grid = Grid(request, parse_axis("guidance=1,2"), parse_axis("seed=1,2"))
    cells = {(0, 0): evolution(3), (0, 1): evolution(2), (1, 1): evolution(3)}
    filled = {place: Filled(one.picture) for place, one in cells.items()}
    filled[1, 0] = Filled(failure="too much")
    save_sheet(tmp_path / "sheet.png", grid, filled)
    evolutions = list(cells.values())
    with filled_store(evolutions) as store:
        film = make_film(evolutions, grid_stage(grid, cells, filled, Look()), Look(), store)
        with Image.open(tmp_path / "sheet.png") as sheet:
            assert np.array_equal(np.asarray(film.draw(2)), np.asarray(sheet))
        assert not np.array_equal(np.asarray(film.draw(0)), np.asarray(film.draw(2)))


@pytest.mark.parametrize(
    "look", [Look(speed=0), Look(speed=1000), Look(hold=-1), Look(scale=0), Look(scale=100)]
)
def test_looks_that_cannot_be(look: Look) -> None:
    one = [evolution(1)]
    with FrameStore() as store, pytest.raises(ProblemError):
        make_film(one, row_stage(one, Look()), look, store)


def test_frames_that_are_too_large() -> None:
    large = Evolution(Path("t"), MODEL, 2, 8192, 8192, 7.5, "p")
    with pytest.raises(ProblemError, match="too large"):
        row_stage([large], Look(scale=2))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_store_without_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Path("/dev/full").open("r+b", buffering=0) as full, FrameStore() as store:
        monkeypatch.setattr(store, "_file", full)
        with pytest.raises(ProblemError, match="The disk is full"):
            store.add((0, 1, True), shade(1))
    with pytest.raises(ProblemError, match="keeping the frames"):
        FrameStore(tmp_path / "not there")


@pytest.mark.parametrize("side", [40, 200])  # less than Python keeps back, and more
def test_a_store_on_a_disk_that_is_really_full(side: int, small_disk: Path) -> None:
    def fill() -> None:
        with FrameStore(small_disk) as store:
            for step in range(1, 20):
                store.add((0, step, True), shade(step, side))

    with pytest.raises(ProblemError, match="The disk is full"):
        fill()
    assert list(small_disk.iterdir()) == []


def test_mp4_doubles_what_players_can_show_then() -> None:
    def look_of(count: int, side: int, scale: float | None = None) -> Look:
        row = [Evolution(Path("t"), MODEL, 2, side, side, 7.5, "p")] * count
        return mp4_look(Look(scale=scale), partial(row_stage, row))

    assert look_of(1, 256) == Look(scale=None, least=2)
    assert look_of(2, 512) == Look(scale=None, least=2)
    assert look_of(12, 512) == Look(scale=None)
    assert look_of(4, 64, 1.0) == Look(scale=2.0)
    assert look_of(1, 2048) == Look(scale=None)
