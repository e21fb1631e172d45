"""Samplers by the names that people write."""

import pytest

from sddesk.core.problems import ProblemError
from sddesk.core.samplers import DEFAULT_SAMPLER, SAMPLERS, sampler_named, schedule_type


@pytest.mark.parametrize("name", SAMPLERS)
def test_any_case_and_spacing(name: str) -> None:
    assert sampler_named(name) == name
    assert sampler_named(f"  {name.upper()} ".replace(" ", "  ")) == name
    assert sampler_named(name.lower()) == name


def test_the_default_is_one_of_them() -> None:
    assert DEFAULT_SAMPLER in SAMPLERS


def test_a_slip_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(ProblemError) as caught:
        sampler_named("Eulr")
    assert "Euler" in caught.value.problem.hint
    assert "PNDM" not in caught.value.problem.hint


@pytest.mark.parametrize("text", ["", "☂", "DPM++ 2M\nKarras?"])
def test_anything_else_is_answered_with_names(text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        sampler_named(text)
    assert "choose one of: " in caught.value.problem.hint


def test_schedule_type() -> None:
    assert schedule_type("DPM++ 2M SDE Karras") == ("DPM++ 2M SDE", "Karras")
    assert schedule_type("Euler a") == ("Euler a", "")
