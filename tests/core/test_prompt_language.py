"""Tricky prompts mean what A1111's published grammar says.

Cited are the examples in AUTOMATIC1111/stable-diffusion-webui, `modules/prompt_parser.py` (the
docstrings of `parse_prompt_attention` and `get_learned_conditioning_prompt_schedules`), and its
wiki, "Features".
"""

from pathlib import Path

import pytest

from sddesk.core.problems import ProblemError
from sddesk.core.prompt_language import Piece, lora_names, read_prompt, weighted
from sddesk.core.prompt_schedule import schedule
from sddesk.core.wildcards import chosen, has_choices

# From the docstring of `parse_prompt_attention`, and what follows from it.
WEIGHTS: dict[str, list[tuple[str, float]]] = {
    "normal text": [("normal text", 1.0)],
    "an (important) word": [("an ", 1.0), ("important", 1.1), (" word", 1.0)],
    "(unbalanced": [("unbalanced", 1.1)],
    r"\(literal\]": [("(literal]", 1.0)],
    "(unnecessary)(parens)": [("unnecessaryparens", 1.1)],
    "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).": [
        ("a ", 1.0),
        ("house", 1.5730000000000004),
        (" ", 1.1),
        ("on", 1.0),
        (" a ", 1.1),
        ("hill", 0.55),
        (", sun, ", 1.1),
        ("sky", 1.4641000000000006),
        (".", 1.1),
    ],
    "((word))": [("word", 1.1 * 1.1)],
    "[word]": [("word", 1 / 1.1)],
    "[[word]]": [("word", 1 / 1.1 / 1.1)],
    "(word:1.5)": [("word", 1.5)],
    "(word:.5)": [("word", 0.5)],
    "(word:-1)": [("word", -1.0)],
    "(word: 1.5 )": [("word", 1.5)],
    "(two words:0.25) more": [("two words", 0.25), (" more", 1.0)],
    "anna_(frozen)": [("anna_", 1.0), ("frozen", 1.1)],
    r"anna_\(frozen\)": [("anna_(frozen)", 1.0)],
    r"back\\slash": [("back\\slash", 1.0)],
    r"c:\windows": [(r"c:\windows", 1.0)],
    "ratio 16:9": [("ratio 16:9", 1.0)],
    "(ratio 16:9)": [("ratio 16", 9.0)],
    "a) b] c": [("a) b] c", 1.0)],
    "(a:1.2:1.3)": [("a:1.2", 1.3)],
    "(a:x)": [("a:x", 1.1)],
    "[word:1.3)": [("word:1.3)", 1 / 1.1)],
    "()": [("", 1.0)],
    "": [("", 1.0)],
    "(ü — 画:1.2)": [("ü — 画", 1.2)],
}


@pytest.mark.parametrize("text", WEIGHTS)
def test_weights(text: str) -> None:
    (section,) = weighted(text)
    assert [(piece.text, piece.weight) for piece in section] == WEIGHTS[text]


# With 10 steps, from the docstring of `get_learned_conditioning_prompt_schedules`.
SCHEDULES: dict[str, list[tuple[int, str]]] = {
    "test": [(10, "test")],
    "a [b:3]": [(3, "a "), (10, "a b")],
    "a [b: 3]": [(3, "a "), (10, "a b")],
    "a [[[b]]:2]": [(2, "a "), (10, "a [[b]]")],
    "[(a:2):3]": [(3, ""), (10, "(a:2)")],
    "a [b : c : 1] d": [(1, "a b  d"), (10, "a  c  d")],
    "a[b:[c:d:2]:1]e": [(1, "abe"), (2, "ace"), (10, "ade")],
    "a [unbalanced": [(10, "a [unbalanced")],
    "a [b:.5] c": [(5, "a  c"), (10, "a b c")],
    "a [{b|d{:.5] c": [(5, "a  c"), (10, "a {b|d{ c")],
    "((a][:b:c [d:3]": [(3, "((a][:b:c "), (10, "((a][:b:c d")],
    "[a|(b:1.1)]": [(i, "(b:1.1)" if i % 2 == 0 else "a") for i in range(1, 11)],
    "[a::4] b": [(4, "a b"), (10, " b")],
    "[from:to:0.4]": [(4, "from"), (10, "to")],
    "[from:to:12]": [(10, "from")],
    "[from:to:0]": [(10, "to")],
    "[from:to:1.0]": [(10, "from")],
    "[from:to:-3]": [(10, "to")],
    r"\[from:to:4\]": [(10, r"\[from:to:4\]")],
    "[a:b:c:4]": [(10, "[a:b:c:4]")],
    "[fe|]male": [(i, "female" if i % 2 else "male") for i in range(1, 11)],
}


@pytest.mark.parametrize("text", SCHEDULES)
def test_schedules(text: str) -> None:
    assert schedule(text, 10) == SCHEDULES[text]


def test_break_divides_and_keeps_weights() -> None:
    (part,) = read_prompt("a red (hat BREAK blue:1.2) coat", 10)
    assert part.sections == (
        (Piece("a red "), Piece("hat", 1.2)),
        (Piece("blue", 1.2), Piece(" coat")),
    )
    assert part.plain is None
    assert read_prompt("BREAKFAST", 10)[0].plain == "BREAKFAST"


@pytest.mark.parametrize("text", ["red apple", "a, b: c", " spaces  kept ", "ring — 画", "{one}"])
def test_words_alone_are_not_touched(text: str) -> None:
    (part,) = read_prompt(text, 20)
    assert part.plain == text


def test_comments_end_with_their_line() -> None:
    assert read_prompt("a cat # not a dog\nin ink", 9)[0].plain == "a cat \nin ink"
    assert read_prompt("# only this", 9)[0].plain == ""
    assert read_prompt(r"\#1 dad", 9)[0].plain == "#1 dad"


def test_absurd_nesting_is_told() -> None:
    with pytest.raises(ProblemError, match="too deeply"):
        schedule("[" * 50_000 + "a:1]" + ":1]" * 49_999, 10)


def test_lora_names_are_found_and_taken_out() -> None:
    text = "a cat <lora:ink style:0.8> <lora:b> # <lora:c:1>"
    assert lora_names(text) == [("ink style", 0.8), ("b", 1.0)]
    assert read_prompt(text, 9)[0].plain == "a cat   "
    with pytest.raises(ProblemError, match="not a weight"):
        lora_names("<lora:a:much>")


class TestWildcards:
    """Choices follow the seed."""

    def test_all_are_chosen_and_the_same_again(self, tmp_path: Path) -> None:
        text = "a {red|green|{light|dark} blue} hat"
        made = {seed: chosen(text, seed, tmp_path) for seed in range(100)}
        assert set(made.values()) == {
            "a red hat",
            "a green hat",
            "a light blue hat",
            "a dark blue hat",
        }
        assert made == {seed: chosen(text, seed, tmp_path) for seed in range(100)}

    def test_files_and_files_in_files(self, tmp_path: Path) -> None:
        (tmp_path / "animals.txt").write_text("# mine\ncat\n\n__big/cats__\n")
        (tmp_path / "big").mkdir()
        (tmp_path / "big" / "cats.txt").write_text("lion")
        made = {chosen("a __animals__", seed, tmp_path) for seed in range(40)}
        assert made == {"a cat", "a lion"}

    def test_braces_without_choice_are_text(self, tmp_path: Path) -> None:
        for text in ("{one}", r"\{a|b}", "a | b", "__init", "____"):
            assert not has_choices(text)
            assert chosen(text, 1, tmp_path) == text

    @pytest.mark.parametrize("text", ["__missing__", "__self__", "__empty__"])
    def test_files_that_lead_nowhere_are_told(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "self.txt").write_text("__self__")
        (tmp_path / "empty.txt").write_text("\n")
        with pytest.raises(ProblemError):
            chosen(text, 1, tmp_path)

    def test_no_file_outside_the_folder_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("secret")
        (tmp_path / "in").mkdir()
        assert chosen("__../secret__", 1, tmp_path / "in") == "__../secret__"
