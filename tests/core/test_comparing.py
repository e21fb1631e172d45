"""What tells pictures apart: pixels, settings, the step where they part."""

import pytest

from sddesk.core.comparing import (
    difference,
    differing,
    distance,
    distances,
    parting,
    same_shape,
    shortened,
)
from sddesk.core.recall import Recalled
from sddesk.core.values import Picture


def plain(shade: int, width: int = 4, height: int = 4) -> Picture:
    return Picture(width, height, bytes([shade]) * (width * height * 3))


def test_the_largest_difference_of_the_colours_counts() -> None:
    one = Picture(2, 1, bytes([10, 20, 30, 0, 0, 0]))
    other = Picture(2, 1, bytes([10, 25, 0, 0, 0, 0]))
    found = difference(one, other)
    assert found is not None
    assert found.levels.tolist() == [[30, 0]]
    assert (found.most, found.mean) == (30, 15)


def test_sizes_are_brought_together_and_shapes_are_not() -> None:
    found = difference(plain(10), plain(12, 8, 8))
    assert found is not None
    assert found.levels.shape == (4, 4)
    assert found.most == 2
    assert difference(plain(1), plain(1, 8, 4)) is None
    assert distance(plain(1), plain(1, 8, 4)) is None
    assert same_shape(plain(1, 64, 64), plain(1, 65, 65))


def test_pictures_part_where_they_stay_apart() -> None:
    assert parting([1, 2, 6, 4, 7, 9, 10]) == 3  # half of 10
    assert parting([3, 4, 9, 10, 8, 4, 3]) == 3  # predictions differ most on the way
    assert parting([10, 10]) == 1
    assert parting([0, 0, 0]) is None
    assert parting([]) is None
    found = distances([plain(0), plain(0)], [[plain(1), plain(9)], [plain(5)]])
    assert found == [[1, 9], [5]]
    assert distances([plain(0)], [[plain(0, 8, 4)]]) == [[]]


def test_settings_that_are_the_same_are_left_out() -> None:
    one = Recalled(prompt="red apple", seed=1, steps=20, guidance_scale=7.5)
    other = Recalled(prompt="apple", seed=1, steps=20, guidance_scale=7.0)
    assert differing([one, other]) == [
        ("Prompt", ("red apple", "apple")),
        ("Guidance", ("7.5", "7")),
    ]
    assert differing([one, one]) == []


@pytest.mark.parametrize("settings", [[None, None], []])
def test_pictures_without_settings_differ_in_none(settings: list[None]) -> None:
    assert differing(settings) == []


def test_a_picture_without_settings_says_so() -> None:
    rows = dict(differing([Recalled(prompt="apple"), None]))
    assert rows["Prompt"] == ("apple", "–")


def test_long_texts_are_told_from_where_they_differ() -> None:
    one, other = "a ring of two serpents, red", "a ring of two serpents, blue and gold"
    assert shortened([one, other]) == ["… two serpents, red", "… two serpents, blue and gold"]
    assert shortened([one, one, "–"]) == [one, one, "–"]
    assert shortened([one, "–"]) == [one, "–"]
    assert shortened(["a red apple", "a apple"]) == ["a red apple", "a apple"]
    assert shortened([one, one + " and gold", ""]) == [
        "… serpents, red",
        "… serpents, red and gold",
        "",
    ]
