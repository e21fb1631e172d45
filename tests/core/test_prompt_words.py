"""The words of a prompt: cut as the encoder cuts them, taken out, put right."""

import pytest

from sddesk.core.models import read_model
from sddesk.core.nearest_words import edit_distance, nearest_words
from sddesk.core.paths import RESOURCES
from sddesk.core.prompt_words import read_words, with_word, without_word, words_at
from sddesk.core.tokens import whole_words, window_of

STARTER = read_model(RESOURCES / "models" / "starter")
WINDOW = window_of(STARTER)


def texts(prompt: str) -> list[str]:
    return [word.text for word in read_words(STARTER, prompt, 20)[0].words]


def test_words_are_those_of_the_tokenizer() -> None:
    (reading,) = read_words(STARTER, "A red appple, at night", 20)
    assert [word.text for word in reading.words] == ["A", "red", "appple", ",", "at", "night"]
    broken = reading.words[2]
    assert broken.falls_apart
    assert "".join(piece.text for piece in broken.pieces) == "appple"
    assert not reading.words[1].falls_apart
    assert reading.words[3].is_sign
    assert [word.carries_meaning for word in reading.words] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    rows = [piece.row for word in reading.words for piece in word.pieces]
    assert rows == list(range(1, 1 + len(rows)))


def test_weights_are_no_words_and_the_same_word_twice_is_two() -> None:
    (reading,) = read_words(STARTER, "(apple:1.3) and [apple]", 20)
    assert [word.key for word in reading.words] == [("apple", 0), ("and", 0), ("apple", 1)]


def test_what_does_not_fit_is_read_in_another_part() -> None:
    (reading,) = read_words(STARTER, "apple " * (WINDOW + 2) + "BREAK red", 20)
    assert reading.parts == 3
    assert [word.part for word in reading.words] == [0] * WINDOW + [1, 1, 2]
    rows = [word.pieces[0].row for word in reading.words]
    assert rows[WINDOW - 1] == WINDOW
    assert rows[WINDOW] == WINDOW + 2 + 1  # after the end of one part and the start of the next
    assert rows[-1] == 2 * (WINDOW + 2) + 1


def test_words_change_with_the_steps() -> None:
    readings = read_words(STARTER, "[red:green:0.5] apple", 10)
    assert [word.text for word in words_at(readings, 5)] == ["red", "apple"]
    assert [word.text for word in words_at(readings, 6)] == ["green", "apple"]


def test_text_of_any_kind_is_read() -> None:
    assert texts("") == []
    assert texts("日本 🍎") != []
    assert "".join(texts("äpfel")) == "äpfel"


@pytest.mark.parametrize(
    ("prompt", "word", "nth", "left"),
    [
        ("a red apple", "red", 0, "a apple"),
        ("red, green apple", "red", 0, "green apple"),
        ("apple, green", "green", 0, "apple"),
        ("a red, red apple", "red", 1, "a red, apple"),
        ("a Red apple", "red", 0, "a apple"),
        ("bored red", "red", 0, "bored"),
        ("an apple", "pear", 0, "an apple"),
        ("apple", "apple", 0, ""),
    ],
)
def test_a_word_is_taken_out(prompt: str, word: str, nth: int, left: str) -> None:
    assert without_word(prompt, word, nth) == left


def test_a_word_is_put_right() -> None:
    assert with_word("an aple and an aple", "aple", 1, "apple") == "an aple and an apple"


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("apple", "apple", 0),
        ("aple", "apple", 1),
        ("appel", "apple", 1),
        ("", "abc", 3),
        ("ab", "ba", 1),
    ],
)
def test_distance_counts_slips_of_the_finger(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_near_words_are_known_whole_and_the_nearest_comes_first() -> None:
    near = nearest_words(STARTER, "appple")
    assert near[0] == "apple"
    assert set(near) <= set(whole_words(STARTER))
    assert "apple" not in nearest_words(STARTER, "apple")
    assert nearest_words(STARTER, "x") == nearest_words(STARTER, "q" * 200) == ()
    assert nearest_words(STARTER, "zzzzqqqq") == ()
