"""Helping while a prompt is typed: words completed, weights raised and lowered."""

import pytest

from sddesk.core.prompt_completion import completions
from sddesk.core.prompt_language import spelled, weighted
from sddesk.core.prompt_weights import STEP, changed_weight

NAMES = ["Mr Doodle", "doodle", "<cat-toy>", "<lora:ink:1>", "<lora:Inked:1>", "__animal__"]


@pytest.mark.parametrize(
    ("typed", "start", "offered"),
    [
        ("in the style of Mr", 16, ["Mr Doodle"]),
        ("in the style of mr doo", 16, ["Mr Doodle"]),
        ("a doo", 2, ["doodle"]),
        ("a <c", 2, ["<cat-toy>"]),
        ("(<lo", 1, ["<lora:ink:1>", "<lora:Inked:1>"]),
        ("a __an", 2, ["__animal__"]),
        ("a d", 3, []),
        ("voodoo", 6, []),
        ("a doodle", 8, []),
        ("a doodle ", 9, []),
        ("", 0, []),
    ],
)
def test_completions(typed: str, start: int, offered: list[str]) -> None:
    assert completions(typed, NAMES) == (start, offered)


def pressed(text: str, change: float, words: tuple[str, ...] = ()) -> str:
    """The text after the keys; `|` are the ends of the selection, or one the cursor."""
    start, end = text.find("|"), text.rfind("|") - (text.count("|") - 1)
    plain = text.replace("|", "")
    edit = changed_weight(plain, start, end, change, words)
    if edit is None:
        return text
    made = plain[: edit.start] + edit.text + plain[edit.end :]
    first, last = edit.mark
    return f"{made[:first]}|{made[first:last]}|{made[last:]}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a red| apple", "a (|red|:1.1) apple"),
        ("a |red apple|", "a (|red apple|:1.1)"),
        ("a | red apple |", "a  (|red apple|:1.1) "),
        ("a (|red|:1.1) apple", "a (|red|:1.2) apple"),
        ("a (r|ed apple:1.1)", "a (|red apple|:1.2)"),
        ("a (|red|:0.9) apple", "a |red| apple"),
        ("a (|red|) apple", "a (|red|:1.2) apple"),
        ("((deep:1.2) la|ke:1.5)", "((deep:1.2) (|lake|:1.1):1.5)"),
        ("a <lora:in|k:0.8>", "a |<lora:ink:0.9>|"),
        ("a <lora:in|k>", "a |<lora:ink:1.1>|"),
        ("by Mr Doo|dle here", "by (|Mr Doodle|:1.1) here"),
        ("well-kn|own", "(|well-known|:1.1)"),
        ("a |(red| apple)", "a |(red| apple)"),
        ("a  |  b", "a  |  b"),
        ("|", "|"),
    ],
)
def test_a_weight_is_raised(before: str, after: str) -> None:
    assert pressed(before, STEP, ("Mr Doodle",)) == after


def test_down_and_up_again_is_as_before() -> None:
    text = "a |red| apple"
    assert pressed(text, -STEP) == "a (|red|:0.9) apple"
    assert pressed(pressed(text, -STEP), STEP) == text


def test_ten_times_up_is_two() -> None:
    text = "a |red| apple"
    for _ in range(10):
        text = pressed(text, STEP)
    assert text == "a (|red|:2) apple"


@pytest.mark.parametrize("word", ["doodle", "a (b)", "[x]", "c#", "back\\slash", "<w>"])
def test_a_word_as_it_is_written(word: str) -> None:
    ((piece,),) = weighted(spelled(word))
    assert (piece.text, piece.weight) == (word, 1)
