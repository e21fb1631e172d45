"""Tokens are counted as the encoder reads them, and the place where its second part begins."""

from pathlib import Path

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.problems import ProblemError
from sddesk.core.prompt_count import count_prompt, read_longest
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


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("a {red|dark blue} apple", "a dark blue apple"),
        ("a {dark blue|red} apple", "a dark blue apple"),
        ("{elephantine|a b c d e}", "a b c d e"),  # by tokens, not by letters
        ("{(red:1.3)|dark blue}", "dark blue"),
        ("a {cat|{big|very small} dog}", "a very small dog"),
        ("{|red} apple", "red apple"),
        ("a __animal__", "a polar bear"),
        ("a {fat __animal__|cat}", "a fat polar bear"),
        (r"\{red|blue\}", "{red|blue}"),
    ],
)
def test_of_choices_the_longest_is_counted(prompt: str, read: str, tmp_path: Path) -> None:
    (tmp_path / "animal.txt").write_text("cat\npolar bear\ndog\n")
    count = count_prompt(STARTER, prompt, 20, wildcards=tmp_path)
    assert count.tokens == len(token_ids(STARTER, read))
    assert count.at_most == ("\\" not in prompt)
    readings = read_longest(STARTER, prompt, 20, wildcards=tmp_path)
    words = [word.text for word in readings[0].words]
    assert "".join(words) == read.replace(" ", "")


def test_a_wildcard_that_is_missing_or_names_itself(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="No such file"):
        count_prompt(STARTER, "a __animal__", 20, wildcards=tmp_path)
    (tmp_path / "animal.txt").write_text("big __animal__\n")
    with pytest.raises(ProblemError, match="never end"):
        count_prompt(STARTER, "a __animal__", 20, wildcards=tmp_path)


def test_words_of_a_file_are_not_looked_for_in_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("red " * (WINDOW - 2) + "\n")
    prompt = "a __many__ 7 green pears"
    count = count_prompt(STARTER, prompt, 20, wildcards=tmp_path)
    assert (count.parts, prompt[count.seen :]) == (2, "green pears")


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
