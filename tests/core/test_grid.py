"""Axes as people write them, the cells that they make, and the order of filling."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sddesk.core.axes import AXES, Axis, parse_axis
from sddesk.core.grid import Grid, by_rows, cells_of, evaluations, spread
from sddesk.core.problems import ProblemError
from sddesk.core.values import BranchPoint, ConceptUse, Picture
from tests.core.helpers import a_request


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("guidance=1,2.5, 5", "guidance", (1.0, 2.5, 5.0)),
        ("Steps=10,20", "steps", (10, 20)),
        ("sampler=euler A|dpm++ 2m karras", "sampler", ("Euler a", "DPM++ 2M Karras")),
        ("prompt=a cat, red|a dog, blue", "prompt", ("a cat, red", "a dog, blue")),
        ("prompt=a cat, red|", "prompt", ("a cat, red",)),
        ("negative=|ugly, bad", "negative", ("", "ugly, bad")),
        ("word=apple,pear,", "word", ("apple", "pear", "")),
        ("guidance-rescale=0,.7", "guidance-rescale", (0.0, 0.7)),
        ("seed=7", "seed", (7,)),
        ("prompt=a=b,c", "prompt", ("a=b", "c")),
        ("concept:Doodle=0, .5,1", "concept:Doodle", (0.0, 0.5, 1.0)),
    ],
)
def test_what_is_written_is_read(text: str, kind: str, values: tuple[object, ...]) -> None:
    axis = parse_axis(text)
    assert (axis.kind, axis.values) == (kind, values)
    assert [type(value) for value in axis.values] == [type(value) for value in values]
    assert parse_axis(axis.text()) == axis


@given(st.lists(st.text("ab ,é☂", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_prompts_survive_being_written(prompts: list[str]) -> None:
    axis = Axis("prompt", tuple(prompts))
    assert parse_axis(axis.text()) == axis


@pytest.mark.parametrize(
    "text",
    [
        "guidance",
        "guidance=",
        "guidance=1,,2",
        "guidance=warm",
        "steps=2.5",
        "sampler=Eule",
        "colour=red",
        "word=",
        "=1,2",
        "",
        "seed=1,2,x",
        "concept:=1",
        "concept:doodle=much",
        "concept:doodle",
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        parse_axis(text)
    assert caught.value.problem.hint


def test_a_near_name_is_offered() -> None:
    with pytest.raises(ProblemError) as caught:
        parse_axis("guidence=1")
    assert caught.value.problem.hint == "did you mean guidance?"


def test_cells_cross_rows_and_columns() -> None:
    grid = Grid(a_request(), parse_axis("guidance=1,7.5"), parse_axis("seed=3,4,5"))
    cells = cells_of(grid)
    found = [(c.row, c.column, c.request.guidance_scale, c.request.seed) for c in cells]
    assert found == [
        *[(0, 0, 1.0, 3), (0, 1, 1.0, 4), (0, 2, 1.0, 5)],
        *[(1, 0, 7.5, 3), (1, 1, 7.5, 4), (1, 2, 7.5, 5)],
    ]
    assert {c.request.prompt for c in cells} == {"red apple"}


def test_a_word_is_replaced_in_the_prompt_of_the_other_axis() -> None:
    base = a_request(negative_prompt="no apple")
    grid = Grid(base, parse_axis("word=apple,pear"), parse_axis("prompt=red apple,big apple"))
    pairs = [(c.request.prompt, c.request.negative_prompt) for c in cells_of(grid)]
    assert pairs == [
        *[("red apple", "no apple"), ("big apple", "no apple")],
        *[("red pear", "no pear"), ("big pear", "no pear")],
    ]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("guidance=1,2", "guidance=3,4"),
        ("word=plum,pear", None),
        ("word=apple,pear", "word=apple,plum"),
        ("strength=.5,.6", None),  # without an init image
        ("branch=1,2", None),  # without a tape
        ("steps=5,0", None),
        ("guidance=1,-3", "seed=1,2"),
        ("guidance=nan,1", None),
        ("concept:doodle=1", None),  # without any concept
        ("seed=-1,2", None),
        (f"seed={','.join(map(str, range(50)))}", f"steps={','.join(map(str, range(1, 50)))}"),
    ],
)
def test_grids_that_cannot_be_made(rows: str, columns: str | None) -> None:
    grid = Grid(a_request(), parse_axis(rows), columns and parse_axis(columns))  # type: ignore
    with pytest.raises(ProblemError):
        cells_of(grid)


def test_a_grid_of_branches_keeps_what_the_tape_decides() -> None:
    base = a_request(branch=BranchPoint(Path("a.tape.safetensors"), 5))
    grid = Grid(base, parse_axis("branch=0,10,19"), parse_axis("guidance=1,2"))
    steps = [c.request.branch.step for c in cells_of(grid) if c.request.branch]
    assert steps == [0, 0, 10, 10, 19, 19]
    for refused in ("seed=1,2", "steps=5", "sampler=DDIM", "branch=20"):
        with pytest.raises(ProblemError):
            cells_of(Grid(base, parse_axis(refused)))


def test_the_weight_of_a_concept_is_an_axis() -> None:
    uses = tuple(
        ConceptUse(Path(f"/c/{name}.safetensors"), "embedding", name, (f"<{name}>",), name)
        for name in ("doodle", "ink")
    )
    base = a_request(concepts=uses)
    for name in ("doodle", "Doodle", "<doodle>"):
        cells = cells_of(Grid(base, parse_axis(f"concept:{name}=0,0.5")))
        weights = [[use.weight for use in cell.request.concepts] for cell in cells]
        assert weights == [[0.0, 1.0], [0.5, 1.0]]
    assert parse_axis("concept:doodle=0.5").label(0) == "doodle at 0.5"
    with pytest.raises(ProblemError, match="no concept of that name") as caught:
        cells_of(Grid(base, parse_axis("concept:pencil=1")))
    assert caught.value.problem.hint == "there are: doodle, ink"
    both = Grid(base, parse_axis("concept:ink=0,1"), parse_axis("concept:doodle=0,1"))
    assert len({cell.request for cell in cells_of(both)}) == 4


def test_evaluations_are_those_of_the_samplers() -> None:
    assert evaluations(a_request(steps=48)) == 48
    assert evaluations(a_request(steps=48, sampler="Heun")) == 95
    assert evaluations(a_request(steps=48, sampler="PNDM")) == 49
    kept = BranchPoint(Path("t"), 24)
    assert evaluations(a_request(steps=48, branch=kept)) == 24
    assert evaluations(a_request(steps=48, sampler="Heun", branch=kept)) == 47
    assert evaluations(a_request(steps=48, sampler="PNDM", branch=kept)) == 24
    init = Picture(64, 64, bytes(64 * 64 * 3))
    assert evaluations(a_request(steps=48, init=init, strength=0.5)) == 24


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 4), (4, 7), (2, 2), (13, 5)])
def test_every_place_is_filled_once(shape: tuple[int, int]) -> None:
    places = by_rows(*shape)
    order = spread(*shape)
    assert sorted(order) == places
    assert len(order) == len(places)
    corners = {(r, c) for r in (0, shape[0] - 1) for c in (0, shape[1] - 1)}
    assert set(order[: len(corners)]) == corners


def test_labels_say_what_differs() -> None:
    assert [parse_axis(t).label(0) for t in ("guidance=2.5", "word=cat", "negative=|a")] == [
        "guidance 2.5",
        "cat",
        "negative (empty)",
    ]
    assert all(kind == kind.lower() for kind in AXES)
