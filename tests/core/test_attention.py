"""Maps of single steps added up: resolutions, shares, words that nobody heard."""

import numpy as np
import pytest

from sddesk.core.attention import MapSum, Resolution, StepMaps, normalised, unheard

A, B = ("apple", 0), ("boat", 0)


def resolution(values: list[list[list[float]]], layers: int = 1) -> Resolution:
    array = np.array(values, np.float16)
    return Resolution(array.shape[2], array.shape[1], layers, array.tobytes())


def step(number: int, *values: float, words: tuple[tuple[str, int], ...] = (A, B)) -> StepMaps:
    """Every word in the left half of a 2×2 map."""
    maps = [[[value, 0.0], [value, 0.0]] for value in values]
    return StepMaps(number, words, (resolution(maps),))


def test_steps_are_averaged_and_none_counts_twice() -> None:
    total = MapSum([step(1, 0.2, 0.4), step(2, 0.4, 0.0), step(2, 0.9, 0.9)])
    heat = total.heat(A)
    assert heat is not None
    assert heat == pytest.approx(np.array([[0.3, 0], [0.3, 0]]), abs=1e-3)
    assert total.shares() == {A: pytest.approx(0.6, abs=1e-3), B: pytest.approx(0.4, abs=1e-3)}
    assert total.steps == {1, 2}


def test_a_word_of_some_steps_is_averaged_over_these() -> None:
    total = MapSum([step(1, 0.2, words=(A,)), step(2, 0.4, words=(B,))])
    assert total.words() == (A, B)
    assert total.shares()[B] == pytest.approx(2 / 3, abs=1e-3)


def test_resolutions_come_together_at_the_finest_by_their_layers() -> None:
    fine, coarse = resolution([[[1.0, 0.0], [0.0, 0.0]]], 1), resolution([[[0.5]]], 3)
    total = MapSum([StepMaps(1, (A,), (fine, coarse))])
    assert total.sizes() == ((2, 2), (1, 1))
    heat = total.heat(A)
    assert heat is not None
    assert heat == pytest.approx(np.array([[2.5, 1.5], [1.5, 1.5]]) / 4)
    alone = total.heat(A, (1, 1))
    assert alone is not None
    assert alone.tolist() == [[0.5]]
    assert total.heat(B) is None
    assert total.heat(A, (7, 7)) is None


def test_a_word_that_nearly_nothing_listens_to_is_pointed_out() -> None:
    shares = {A: 0.5, B: 0.02, ("red", 0): 0.48}
    assert unheard(shares, [A, B, ("red", 0)]) == (B,)
    assert unheard({A: 0.01}, [A]) == ()
    assert unheard(shares, [A, ("red", 0)]) == ()


def test_heat_is_brought_to_the_full_range() -> None:
    assert normalised(np.array([[1.0, 3.0]], np.float32)).tolist() == [[0, 1]]
    assert normalised(np.array([[2.0, 2.0]], np.float32)).tolist() == [[0, 0]]
