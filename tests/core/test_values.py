"""What can make a picture and what cannot."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sddesk.core.problems import ProblemError
from sddesk.core.values import MAX_SEED, Picture, check_request, steps_to_run
from tests.core.helpers import a_model, a_request

PICTURE = Picture(2, 1, b"abcdef")


def test_a_picture_has_as_many_bytes_as_its_size_says() -> None:
    with pytest.raises(ValueError, match="5 bytes for 2x1"):
        Picture(2, 1, b"abcde")


def test_the_pixel_hash_depends_on_the_shape() -> None:
    assert Picture(1, 2, b"abcdef").pixel_hash() != PICTURE.pixel_hash()
    assert Picture(2, 1, b"abcdef").pixel_hash() == PICTURE.pixel_hash()


GOOD: list[dict[str, Any]] = [
    {},
    {"prompt": ""},
    {"seed": 0},
    {"seed": MAX_SEED},
    {"steps": 1},
    {"steps": 1000},
    {"guidance_scale": 0.0},
    {"guidance_rescale": 1.0},
    {"width": 8, "height": 8192},
    {"sampler": "LCM", "steps": 50},
    {"init": PICTURE, "strength": 1.0},
    {"init": PICTURE, "strength": 0.05},
    {"strength": 0.0},  # means nothing without an init image
    {"prompt": "🍎" * 100_000},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"width": 0}, "picture size"),
    ({"height": -64}, "picture size"),
    ({"width": 8200}, "picture size"),
    ({"width": 10**30}, "picture size"),
    ({"width": 65}, "multiples of 8"),
    ({"steps": 0}, "number of steps"),
    ({"steps": -1}, "number of steps"),
    ({"steps": 1001}, "number of steps"),
    ({"sampler": "LCM", "steps": 51}, "number of steps"),
    ({"sampler": "euler"}, "sampler"),
    ({"guidance_scale": math.nan}, "guidance scale"),
    ({"guidance_scale": math.inf}, "guidance scale"),
    ({"guidance_scale": -1.0}, "guidance scale"),
    ({"guidance_rescale": 1.01}, "guidance rescale"),
    ({"guidance_rescale": math.nan}, "guidance rescale"),
    ({"strength": math.nan}, "strength"),
    ({"strength": 1.5}, "strength"),
    ({"seed": -1}, "seed"),
    ({"seed": MAX_SEED + 1}, "seed"),
    ({"prompt": "x" * 100_001}, "too long"),
    ({"negative_prompt": "a\udcffb"}, "not text"),
    ({"init": PICTURE, "strength": 0.0}, "No step"),
    ({"init": PICTURE, "strength": 0.04}, "No step"),
]


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_possible(changes: dict[str, Any]) -> None:
    check_request(a_request(**changes))


@pytest.mark.parametrize(("changes", "word"), BAD, ids=lambda value: str(value)[:60])
def test_impossible(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ProblemError, match=word) as caught:
        check_request(a_request(**changes))
    assert caught.value.problem.hint
    assert not caught.value.problem.ours


@given(st.integers(1, 8192), st.integers(1, 8192), st.sampled_from([8, 16, 64]))
def test_the_size_that_is_proposed_is_possible(width: int, height: int, multiple: int) -> None:
    model = a_model(size_multiple=multiple)
    try:
        check_request(a_request(model=model, width=width, height=height))
    except ProblemError as error:
        proposed = error.problem.hint.rpartition(" ")[2].split("x")
        sides = [int(side) for side in proposed]
        check_request(a_request(model=model, width=sides[0], height=sides[1]))


@given(st.integers(1, 1000), st.floats(0, 1))
def test_image_to_image_runs_a_share_of_the_steps(steps: int, strength: float) -> None:
    # diffusers, pipeline_stable_diffusion_img2img.py, get_timesteps
    init_timestep = min(int(steps * strength), steps)
    t_start = max(steps - init_timestep, 0)
    assert steps_to_run(steps, strength) == steps - t_start
    request = a_request(init=PICTURE, steps=steps, strength=strength)
    assert request.steps_run == steps_to_run(steps, strength)
    assert a_request(steps=steps, strength=strength).steps_run == steps
