"""Learned words at work: as diffusers reads them, and gone without a trace."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from sddesk.core.concepts.reading import read_concept
from sddesk.core.problems import ProblemError
from sddesk.core.values import ConceptUse, GenerationRequest, Picture
from sddesk.engine.conditioning import conditioning
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import generate
from tests.core.concepts.dialects import DIALECTS, THREE, sdxl

Make = Callable[..., GenerationRequest]


def made(model: LoadedModel, request: GenerationRequest) -> Picture:
    return generate(model, request, None, lambda _: None, lambda: False).picture


def use_of(path: Path, word: str | None = None, weight: float = 1.0) -> ConceptUse:
    return read_concept(path, word).use(weight)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_changes_the_picture_and_leaves_no_trace(
    tiny: LoadedModel, request_for: Make, tmp_path: Path, name: str
) -> None:
    write, words, _, asked = DIALECTS[name]
    use = use_of(write(tmp_path), asked)
    plain = request_for(tiny, prompt=f"red {words[0]} apple", steps=3)
    before = made(tiny, plain)
    learned = made(tiny, replace(plain, concepts=(use,)))
    assert learned != before
    assert made(tiny, plain) == before
    assert made(tiny, replace(plain, concepts=(use,))) == learned


@pytest.mark.parametrize(
    "name",
    [
        "diffusers .bin",
        "diffusers .safetensors",
        "diffusers, half",
        "A1111 .pt",
        "A1111 .safetensors",
        "bare tensor",
        "word with spaces",
        "renamed",
    ],
)
def test_the_picture_is_diffusers_own(
    tiny: LoadedModel, request_for: Make, tmp_path: Path, name: str
) -> None:
    """`load_textual_inversion` gives the same vectors, and so the same numbers to the UNet."""
    from transformers import CLIPTextModel, CLIPTokenizer

    write, words, count, asked = DIALECTS[name]
    path = write(tmp_path)
    prompt = f"a {words[-1]}, red apple"
    request = request_for(tiny, prompt=prompt, concepts=(use_of(path, asked),))
    ours = conditioning(tiny, request, tiny.words.learned(request)).at(1)[0].tokens
    folder = tiny.ref.path
    pipeline: Any = type(tiny.pipeline)(
        **{
            **tiny.pipeline.components,
            "tokenizer": CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            "text_encoder": CLIPTextModel.from_pretrained(folder / "text_encoder"),
        },
        requires_safety_checker=False,
    )
    options = {"weight_name": path.name, "token": words[0]}
    if name.startswith("bare"):
        pipeline.load_textual_inversion(torch.load(path), token=words[0])
    else:
        pipeline.load_textual_inversion(str(path.parent), **options)
    theirs, _ = pipeline.encode_prompt(prompt, torch.device("cpu"), 1, False)
    assert count in (1, 3)
    assert torch.equal(ours, theirs)


def test_sdxl_takes_both_encoders(tiny_xl: LoadedModel, request_for: Make, tmp_path: Path) -> None:
    use = use_of(sdxl(tmp_path))
    plain = request_for(tiny_xl, prompt="an xl apple", steps=2)
    before = made(tiny_xl, plain)
    assert made(tiny_xl, replace(plain, concepts=(use,))) != before
    assert made(tiny_xl, plain) == before


class TestWords:
    """Which words are meant."""

    @pytest.fixture
    def doodle(self, tmp_path: Path) -> ConceptUse:
        torch.save({"doodle": THREE}, tmp_path / "doodle.bin")
        return use_of(tmp_path / "doodle.bin")

    @pytest.mark.parametrize("word", ["doodles", "undoodle", "doodle7", "dood le"])
    def test_parts_of_words_are_not(
        self, tiny: LoadedModel, request_for: Make, doodle: ConceptUse, word: str
    ) -> None:
        plain = request_for(tiny, prompt=f"a {word} here", steps=2)
        assert made(tiny, plain) == made(tiny, replace(plain, concepts=(doodle,)))

    @pytest.mark.parametrize("word", ["Doodle", "DOODLE", "doodle,", "(doodle)", "doodle-like"])
    def test_case_and_borders_are_as_the_encoder_sees_them(
        self, tiny: LoadedModel, request_for: Make, doodle: ConceptUse, word: str
    ) -> None:
        plain = request_for(tiny, prompt=f"a {word} here", steps=2)
        assert made(tiny, plain) != made(tiny, replace(plain, concepts=(doodle,)))

    def test_two_files_of_one_word_are_asked_about(
        self, tiny: LoadedModel, request_for: Make, doodle: ConceptUse, tmp_path: Path
    ) -> None:
        torch.save({"Doodle": THREE + 1}, tmp_path / "other.bin")
        uses = (doodle, use_of(tmp_path / "other.bin"))
        with pytest.raises(ProblemError, match="Two concepts have the word"):
            made(tiny, request_for(tiny, concepts=uses))

    def test_a_misfit_says_what_it_was_made_for(
        self, tiny: LoadedModel, request_for: Make, tmp_path: Path
    ) -> None:
        torch.save({"<w>": torch.ones(1024)}, tmp_path / "w.bin")
        with pytest.raises(ProblemError, match=r"SD 2.x, 1024 wide; this model takes 32"):
            made(tiny, request_for(tiny, prompt="a <w>", concepts=(use_of(tmp_path / "w.bin"),)))

    def test_a_changed_file_is_told(
        self, tiny: LoadedModel, request_for: Make, doodle: ConceptUse
    ) -> None:
        torch.save({"doodle": THREE * 2}, doodle.path)
        with pytest.raises(ProblemError, match="has changed"):
            made(tiny, request_for(tiny, prompt="doodle", concepts=(doodle,)))


def test_any_order_of_switching_gives_the_same_bits(
    tiny: LoadedModel, request_for: Make, tmp_path: Path
) -> None:
    uses = []
    for number, word in enumerate(("one", "two", "three")):
        torch.save({word: THREE * (number + 1)}, tmp_path / f"{word}.bin")
        uses.append(use_of(tmp_path / f"{word}.bin"))
    plain = request_for(tiny, prompt="one two three", steps=2)
    known: dict[frozenset[str], Picture] = {}
    for order in itertools.permutations(uses):
        for count in (0, 3, 1, 2):
            chosen = order[:count]
            picture = made(tiny, replace(plain, concepts=tuple(chosen)))
            key = frozenset(use.name for use in chosen)
            assert known.setdefault(key, picture) == picture
    assert len(set(known.values())) == 8


def test_switching_is_quick(tiny: LoadedModel, request_for: Make, tmp_path: Path) -> None:
    torch.save({"quick": THREE}, tmp_path / "quick.bin")
    request = request_for(tiny, prompt="quick", concepts=(use_of(tmp_path / "quick.bin"),))
    begin = time.perf_counter()
    tiny.words.learned(request)
    assert time.perf_counter() - begin < 0.1
    begin = time.perf_counter()
    tiny.words.learned(request)
    assert time.perf_counter() - begin < 0.02
