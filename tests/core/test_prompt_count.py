"""Tokens are counted as the encoder reads them, and the place where its second part begins."""

from pathlib import Path

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.prompt_count import count_prompt
from sddesk.core.tokens import token_ids, window_of
from sddesk.core.values import ConceptUse

STARTER = read_model(RESOURCES / "models" / "starter")
WINDOW = window_of(STARTER)
DOODLE = ConceptUse(Path("d"), "embedding", "doodle", ("Mr Doodle",), "h", 1.0)


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("red apple", "red apple"),
        ("((red)) [apple]", "red apple"),
        ("a (red apple:1.3), still", "a red apple, still"),
        ("red <lora:ink:0.8> apple # and nothing else", "red apple"),
        (r"red \(apple\)", "red (apple)"),
        ("[red:green and blue:0.5] apple", "green and blue apple"),
        ("", ""),
    ],
)
def test_weights_names_and_comments_are_no_tokens(prompt: str, read: str) -> None:
    assert count_prompt(STARTER, prompt, 20).tokens == len(token_ids(STARTER, read))


def test_a_learned_word_takes_as_many_as_it_has_vectors() -> None:
    alone = count_prompt(STARTER, "a by Mr Doodle", 20, (DOODLE,)).tokens
    assert alone == len(token_ids(STARTER, "a by")) + 1
    assert count_prompt(STARTER, "a by Mr Doodle", 20, (DOODLE,), lambda *_: 8).tokens == alone + 7


@pytest.mark.parametrize("filler", ["red ", "Apple, ", "é ", "🍎", "blue-green "])
def test_what_is_seen_fits_exactly(filler: str) -> None:
    prompt = filler * 60
    count = count_prompt(STARTER, prompt, 20)
    assert count.tokens == len(token_ids(STARTER, prompt))
    assert count.parts == -(-count.tokens // WINDOW)
    assert 0 < count.seen < len(prompt)
    assert WINDOW - 4 < len(token_ids(STARTER, prompt[: count.seen])) <= WINDOW


def test_nothing_is_read_apart_at_the_window_itself() -> None:
    whole = "red " * WINDOW
    assert (count_prompt(STARTER, whole, 20).seen, count_prompt(STARTER, whole, 20).parts) == (
        len(whole),
        1,
    )
    over = count_prompt(STARTER, whole + "apple", 20)
    assert over.parts == 2
    assert (whole + "apple")[over.seen :] == "apple"


def test_the_second_part_begins_at_its_word_whatever_stands_between() -> None:
    before = "# apple\n<lora:apple:1> (red:1.3), " + "(red) " * (WINDOW - 2)
    count = count_prompt(STARTER, before + "apple", 20)
    assert count.parts == 2
    assert (before + "apple")[count.seen :] == "apple"
    prompt = "(3:1.4) BREAK 4 pears"
    count = count_prompt(STARTER, prompt, 20)
    assert (count.parts, prompt[count.seen :]) == (2, "4 pears")
