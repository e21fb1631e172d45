"""Undo to the pixel after any operations, compositing, the memory that undo may take."""

import contextlib
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.brush import Brush
from sddesk.core.canvas.compositing import color_at, compose, flatten, is_blank
from sddesk.core.canvas.document import Document, blank_state
from sddesk.core.canvas.filling import Filling, fill_source, like_area
from sddesk.core.canvas.layers import State
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.shapes import SHAPES, area, combined, outline
from sddesk.core.canvas.strokes import Stroke
from sddesk.core.canvas.transforming import Lift, Turn
from sddesk.core.problems import ProblemError

SIDE = 40


def facts(state: State) -> list[object]:
    """All that a drawing is, to be compared."""
    selection = None if state.selection is None else state.selection.tobytes()
    layers = [
        (x.id, x.name, x.opacity, x.visible, x.locked, x.alpha_locked, x.pixels.tobytes())
        for x in state.layers
    ]
    return [state.width, state.height, state.background, selection, state.parents, layers]


def draw(document: Document, *points: tuple[float, float], brush: Brush, color=(255, 0, 0)) -> None:
    edit = document.begin()
    stroke = Stroke(edit, brush, color)
    for x, y in points:
        stroke.add(Point(x, y))
    stroke.end()
    document.commit(edit)


def spot(dice: random.Random) -> Point:
    return Point(dice.uniform(-5, SIDE + 5), dice.uniform(-5, SIDE + 5), dice.random())


def color(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


def some_stroke(document: Document, dice: random.Random) -> None:
    edit = document.begin()
    brush = Brush(dice.uniform(1, 15), dice.random(), dice.random(), dice.random())
    made = Stroke(edit, brush, dice.choice([None, color(dice)]))
    for _ in range(4):
        made.add(spot(dice))
    made.end()
    document.commit(edit)


def some_fill(document: Document, dice: random.Random) -> None:
    document.check_drawable()
    x, y = dice.randrange(SIDE), dice.randrange(SIDE)
    filling = Filling(x, y, color(dice), dice.random(), 20, dice.random() < 0.5)
    filling.made(document.state).commit(document)


def some_transform(document: Document, dice: random.Random) -> None:
    lift = Lift(document)
    lift.laid(Turn(3, 4, 2, 1, 30))
    turn = Turn(dice.uniform(-9, 9), dice.uniform(-9, 9), 0.7, -1.3, dice.uniform(0, 90))
    lift.laid(turn).commit(document)


def some_selection(document: Document, dice: random.Random) -> None:
    state = document.state
    mask = area([spot(dice) for _ in range(3)], state.width, state.height)
    mask = combined(state.selection, mask, dice.choice(["add", "subtract", "replace"]))
    ops.set_selection(document, mask)


def some_shape(document: Document, dice: random.Random) -> None:
    edit = document.begin()
    made = Stroke(edit, Brush(4), color(dice))
    for point in outline(dice.choice(SHAPES), spot(dice), spot(dice)):
        made.add(point)
    document.commit(edit)


def some_size(document: Document, dice: random.Random) -> None:
    made = ops.resized(document.state, SIDE + dice.randrange(-9, 9), SIDE)
    if made is not None:
        made.commit(document)


def some_layer_setting(document: Document, dice: random.Random) -> None:
    chosen = dice.choice(document.state.layers).id
    settings: list[dict[str, Any]] = [
        {"opacity": dice.random()},
        {"visible": dice.random() < 0.8},
        {"locked": dice.random() < 0.2},
        {"alpha_locked": dice.random() < 0.3, "name": "n"},
    ]
    ops.set_layer(document, chosen, **dice.choice(settings))


KINDS: list[Callable[[Document, random.Random], object]] = [
    *[some_stroke] * 6,
    *[some_layer_setting] * 3,
    some_fill,
    some_transform,
    some_selection,
    some_shape,
    lambda document, dice: ops.set_selection(document, None),
    lambda document, dice: ops.add_layer(document),
    lambda document, dice: ops.duplicated(document.state).commit(document),
    lambda document, dice: ops.delete_layer(document),
    lambda document, dice: ops.merged_down(document.state).commit(document),
    lambda document, dice: ops.move_layer(document, dice.randrange(4)),
    lambda document, dice: ops.set_background(document, dice.choice([None, color(dice)])),
    some_size,
    lambda document, dice: ops.cleared(document.state).commit(document),
    lambda document, dice: ops.add_picture(document, BAND, "p", ("0" * 64,)),
    lambda document, dice: document.choose(dice.choice(document.state.layers).id),
]
BAND = np.full((9, 60, 4), 99, np.uint8)


def do_something(document: Document, dice: random.Random) -> None:
    """One operation of any kind; one that is refused counts as none."""
    with contextlib.suppress(ProblemError):
        dice.choice(KINDS)(document, dice)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32))
def test_500_operations_undone_and_redone(seed: int) -> None:
    dice = random.Random(seed)
    document = Document(blank_state(SIDE, SIDE), limit=2**40)
    first = facts(document.state)
    for _ in range(500):
        do_something(document, dice)
    last, revision = facts(document.state), document.revision
    steps = len(document.undo_stack.done)
    assert steps > 200
    for _ in range(steps):
        document.undo()
    assert facts(document.state) == first
    assert not document.undo()
    for _ in range(steps):
        document.redo()
    assert facts(document.state) == last
    assert document.revision == revision


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32))
def test_dirty_rectangles_tell_all_that_changed(seed: int) -> None:
    dice = random.Random(seed)
    document = Document(blank_state(SIDE, SIDE))
    for _ in range(60):
        do_something(document, dice)
    for _ in range(40):
        state = document.state
        before = compose(state, state.bounds)
        dirty = document.undo()
        if document.state.bounds == state.bounds:
            after = compose(document.state, document.state.bounds)
            outside = np.ones(before.shape[:2], bool)
            outside[dirty.rows, dirty.columns] = False
            assert np.array_equal(before[outside], after[outside])


def test_undo_memory_is_bounded_and_the_oldest_goes() -> None:
    limit = 400_000
    document = Document(blank_state(256, 256), limit)
    for i in range(30):
        draw(document, (20, 8 * i), (230, 8 * i), brush=Brush(6))
    assert 0 < document.undo_stack.nbytes <= limit
    steps = len(document.undo_stack.done)
    assert 1 < steps < 30
    while document.undo():
        pass
    assert not is_blank(document.state)  # the first strokes are there to stay


def test_an_undo_step_takes_the_tiles_it_touched() -> None:
    document = Document(blank_state(2048, 2048))
    draw(document, (100, 100), (140, 140), brush=Brush(10))
    assert document.undo_stack.nbytes <= 9 * 64 * 64 * 4


def test_a_picture_comes_out_as_it_went_in() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (17, 23, 4), np.uint8)
    noise[..., 3] = 255
    document = Document(blank_state(23, 17))
    ops.add_picture(document, noise, "noise", ("hash",))
    picture = flatten(document.state)
    assert picture.pixels == noise[..., :3].tobytes()
    assert document.state.parents == ("hash",)


def test_layers_lie_over_each_other() -> None:
    document = Document(blank_state(2, 2))
    ops.add_picture(document, np.full((2, 2, 4), (200, 0, 0, 255), np.uint8), "red", ())
    ops.add_picture(document, np.full((2, 2, 4), (0, 100, 0, 128), np.uint8), "green", ())
    ops.set_layer(document, document.active.id, opacity=0.5)
    share = 128 / 255 * 0.5
    expected = (round(200 * (1 - share)), round(100 * share), 0)
    assert color_at(document.state, 1, 1) == expected
    ops.merged_down(document.state).commit(document)
    assert color_at(document.state, 1, 1) == expected
    ops.set_background(document, None)
    ops.delete_layer(document)
    assert compose(document.state, Rect(0, 0, 1, 1)).tolist() == [[[0, 0, 0, 0]]]
    assert color_at(document.state, 0, 0) == (255, 255, 255)


def test_locks_hold() -> None:
    document = Document(blank_state(20, 20))
    draw(document, (0, 5), (20, 5), brush=Brush(4, hardness=1))
    ops.set_layer(document, document.active.id, alpha_locked=True)
    alpha = document.active.pixels[..., 3].copy()
    draw(document, (5, 0), (5, 20), brush=Brush(6), color=(0, 0, 255))
    assert np.array_equal(document.active.pixels[..., 3], alpha)
    assert document.active.pixels[5, 5].tolist() == [0, 0, 255, 255]
    draw(document, (5, 0), (5, 20), brush=Brush(6), color=None)
    assert np.array_equal(document.active.pixels[..., 3], alpha)
    ops.set_layer(document, document.active.id, locked=True)
    with pytest.raises(ProblemError, match="locked"):
        document.begin()
    ops.set_layer(document, document.active.id, locked=False, visible=False)
    with pytest.raises(ProblemError, match="hidden"):
        document.begin()


def test_only_what_is_selected_is_painted_and_moved() -> None:
    document = Document(blank_state(30, 30))
    corners = [Point(10, 10), Point(20, 10), Point(20, 20), Point(10, 20)]
    ops.set_selection(document, area(corners, 30, 30))
    draw(document, (0, 15), (30, 15), brush=Brush(40, hardness=1))
    alpha = document.active.pixels[..., 3]
    assert alpha[11:19, 11:19].min() == 255
    assert alpha[:9].max() == alpha[:, 21:].max() == 0
    before = alpha.copy()
    Lift(document).laid(Turn(dx=5, dy=-3)).commit(document)
    assert np.array_equal(document.active.pixels[..., 3], np.roll(before, (-3, 5), (0, 1)))
    Lift(document).laid(Turn(dx=-5, dy=3)).commit(document)  # the selection went with it
    assert np.array_equal(document.active.pixels[..., 3], before)


def test_fill_keeps_within_lines_and_looks_at_what_it_is_told() -> None:
    document = Document(blank_state(40, 40))
    edit = document.begin()
    ring = Stroke(edit, Brush(3, hardness=1), (0, 0, 0))
    for point in outline("ellipse", Point(8, 8), Point(32, 32)):
        ring.add(point)
    ring.end()
    document.commit(edit)
    ops.add_layer(document)
    for all_layers, outside in ((True, 0), (False, 255)):
        source = fill_source(document.state, all_layers=all_layers)
        mask = like_area(source, 20, 20, 30)
        assert mask[20, 20] == 255
        assert mask[2, 2] == outside
    assert not like_area(source, 99, 0, 30).any()


def ringed(document: Document, brush: Brush) -> None:
    edit = document.begin()
    ring = Stroke(edit, brush, (0, 0, 60))
    for point in outline("ellipse", Point(10, 10), Point(54, 50)):
        ring.add(point)
    ring.end()
    document.commit(edit)


def seen(document: Document) -> np.ndarray:
    state = document.state
    return np.frombuffer(flatten(state).pixels, np.uint8).reshape(state.height, state.width, 3)


@pytest.mark.parametrize("hardness", [1.0, 0.8])
@pytest.mark.parametrize("size", [2, 6])
@pytest.mark.parametrize("where", ["same layer", "above", "below", "on paint"])
def test_a_fill_leaves_no_light_rim_along_soft_lines(
    where: str, size: float, hardness: float
) -> None:
    document = Document(blank_state(64, 64))
    if where == "on paint":
        document.active.pixels[...] = 255
    ringed(document, Brush(size, hardness=hardness))
    before = seen(document).astype(int)
    if where == "below":
        ops.add_layer(document)
    elif where == "above":
        ops.add_layer(document)
        ops.move_layer(document, 0)
    Filling(32, 30, (200, 0, 0), 1.0, 32, True).made(document.state).commit(document)
    after = seen(document).astype(int)
    y, x = np.mgrid[0:64, 0:64]
    ring = before[..., 1].min()
    distance = np.hypot((x + 0.5 - 32) / 22, (y + 0.5 - 30) / 20)
    inside, outside = distance < 0.99, distance > 1.01
    # Green is in the paper alone: where it is seen, the rim is light.
    assert before[inside, 1].max() == 255
    assert after[inside, 1].max() <= 30, "a light rim is left"
    assert np.array_equal(after[outside], before[outside]), "it came out on the other side"
    assert ring < 30
    middle = before[..., 1] < 10
    assert np.abs(after - before)[middle].max() <= 40, "the line itself is painted over"


def test_fill_follows_a_way_up_and_down_through_a_tall_canvas() -> None:
    source = np.zeros((1000, 70, 4), np.uint8)
    for number, left in enumerate(range(4, 70, 8)):  # walls with one gap each, at their ends
        source[:, left : left + 4] = 255
        source[slice(0, 2) if number % 2 else slice(998, 1000), left : left + 4] = 0
    source[:, 36] = 255  # a wall without any
    mask = like_area(source, 0, 500, 30)
    assert np.array_equal(mask[:, :36] > 0, source[:, :36, 0] == 0)
    assert not mask[:, 36:].any()


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (20_000, 20_000), (8193, 8)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ProblemError, match="canvas size"):
        blank_state(*size)
    document = Document(blank_state(4, 4))
    with pytest.raises(ProblemError, match="canvas size"):
        ops.resized(document.state, *size)


def test_nothing_is_not_a_picture() -> None:
    document = Document(blank_state(4, 4))
    with pytest.raises(ProblemError, match="nothing in this picture"):
        ops.add_picture(document, np.zeros((0, 4, 4), np.uint8), "clipboard", ())


def test_changes_of_one_kind_are_one_step() -> None:
    document = Document(blank_state(4, 4))
    for percent in range(100):
        ops.set_layer(document, document.active.id, opacity=percent / 100)
    document.undo()
    assert document.active.opacity == 1.0
    assert not document.undo()
