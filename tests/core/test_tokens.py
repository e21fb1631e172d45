"""Tokens are counted as transformers counts them, and what is cut off is known to the letter."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.problems import ProblemError
from sddesk.core.tokens import count_tokens
from sddesk.core.values import ModelRef
from tests.core.helpers import a_model

STARTER = read_model(RESOURCES / "models" / "starter")
PROMPTS = [
    "",
    " ",
    "red apple",
    "  Red   APPLE\n\ton a  wooden TABLE.  ",
    "it's 1234 o'clock, they'll've gone (masterpiece:1.2), [[best]]!!! a--b",
    "grün, Ünïcödé, naïve café, ﬁ ligature, e\u0301 ①",
    "東京の夜 🍎🍏 👨\u200d👩\u200d👧 ☂",
    "<|startoftext|>red<|endoftext|> apple",
    "word " * 100,
    "a\u00a0b\u2003c\x0bd\x85e",
]


@pytest.fixture(scope="module")
def transformers_tokenizer() -> type:
    from transformers import CLIPTokenizer

    return CLIPTokenizer


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> ModelRef:
    """The starter's vocabulary as the pair of files that older models bring."""
    path = tmp_path_factory.mktemp("older")
    whole = json.loads((STARTER.path / "tokenizer" / "tokenizer.json").read_bytes())["model"]
    (path / "tokenizer").mkdir()
    (path / "tokenizer" / "vocab.json").write_text(json.dumps(whole["vocab"]))
    merges = [" ".join(pair) for pair in whole["merges"]]
    (path / "tokenizer" / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))
    (path / "text_encoder").mkdir()
    config = (STARTER.path / "text_encoder" / "config.json").read_bytes()
    (path / "text_encoder" / "config.json").write_bytes(config)
    return replace(STARTER, path=path)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize("kind", ["starter", "older"])
def test_as_transformers_counts(
    prompt: str, kind: str, older: ModelRef, transformers_tokenizer: Any
) -> None:
    model = STARTER if kind == "starter" else older
    theirs = transformers_tokenizer.from_pretrained(model.path / "tokenizer")
    ids = theirs(prompt, add_special_tokens=False, truncation=False, padding=False)["input_ids"]
    ours = count_tokens(model, prompt)
    assert ours.tokens == len(ids)
    assert ours.is_cut == (len(ids) > ours.window)


def test_the_window_is_what_the_encoder_has_without_start_and_end() -> None:
    config = json.loads((STARTER.path / "text_encoder" / "config.json").read_bytes())
    assert count_tokens(STARTER, "").window == config["max_position_embeddings"] - 2


@pytest.mark.parametrize("kind", ["starter", "older"])
@pytest.mark.parametrize("filler", ["red ", "Apple, ", "é ", "🍎", "blue-green "])
def test_what_is_seen_fits_exactly(filler: str, kind: str, older: ModelRef) -> None:
    model = STARTER if kind == "starter" else older
    prompt = filler * 60
    count = count_tokens(model, prompt)
    assert count.is_cut
    seen = count_tokens(model, prompt[: count.seen])
    assert seen.tokens <= count.window
    assert count_tokens(model, prompt[count.seen :]).tokens >= count.tokens - count.window
    assert 0 < count.seen < len(prompt)


def test_nothing_is_cut_at_the_window_itself() -> None:
    window = count_tokens(STARTER, "").window
    assert count_tokens(STARTER, "red " * window).seen == len("red " * window)
    over = count_tokens(STARTER, "red " * window + "apple")
    assert over.is_cut
    assert ("red " * window + "apple")[over.seen :].strip() == "apple"


@pytest.mark.parametrize("text", ["", "{}", "[" * 1000, '{"model": {"type": "BPE"}}'])
def test_a_damaged_vocabulary(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer").mkdir()
    (tmp_path / "tokenizer" / "tokenizer.json").write_text(text)
    (tmp_path / "text_encoder").mkdir()
    (tmp_path / "text_encoder" / "config.json").write_text('{"max_position_embeddings": 77}')
    with pytest.raises(ProblemError, match="tokenizer") as caught:
        count_tokens(a_model(path=tmp_path), "red apple")
    assert caught.value.problem.hint


def test_no_vocabulary_at_all(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="tokenizer"):
        count_tokens(a_model(path=tmp_path), "red apple")
