"""Tokens are those of transformers, whichever files the vocabulary comes in."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.problems import ProblemError
from sddesk.core.tokens import token_ids, window_of
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
def test_as_transformers_cuts(
    prompt: str, kind: str, older: ModelRef, transformers_tokenizer: Any
) -> None:
    model = STARTER if kind == "starter" else older
    theirs = transformers_tokenizer.from_pretrained(model.path / "tokenizer")
    ids = theirs(prompt, add_special_tokens=False, truncation=False, padding=False)["input_ids"]
    assert token_ids(model, prompt) == ids


def test_the_window_is_what_the_encoder_has_without_start_and_end() -> None:
    config = json.loads((STARTER.path / "text_encoder" / "config.json").read_bytes())
    assert window_of(STARTER) == config["max_position_embeddings"] - 2


@pytest.mark.parametrize("text", ["", "{}", "[" * 1000, '{"model": {"type": "BPE"}}'])
def test_a_damaged_vocabulary(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer").mkdir()
    (tmp_path / "tokenizer" / "tokenizer.json").write_text(text)
    (tmp_path / "text_encoder").mkdir()
    (tmp_path / "text_encoder" / "config.json").write_text('{"max_position_embeddings": 77}')
    with pytest.raises(ProblemError, match="tokenizer") as caught:
        token_ids(a_model(path=tmp_path), "red apple")
    assert caught.value.problem.hint


def test_no_vocabulary_at_all(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="tokenizer"):
        token_ids(a_model(path=tmp_path), "red apple")
