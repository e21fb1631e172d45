"""LoRA files at work: every layout gives one picture, and switching leaves no trace."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from sddesk.core.concepts.reading import read_concept
from sddesk.core.problems import ProblemError
from sddesk.core.values import ConceptUse, GenerationRequest, Picture
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import generate
from tests.core.concepts.dialects import THREE, lora_tensors

pytest.importorskip("peft", reason="diffusers applies LoRA files with peft")

Make = Callable[..., GenerationRequest]


def made(model: LoadedModel, request: GenerationRequest) -> Picture:
    return generate(model, request, None, lambda _: None, lambda: False).picture


def lora(folder: Path, name: str, layout: str = "peft", scale: float = 0.5) -> ConceptUse:
    save_file(lora_tensors(layout, scale=scale), folder / f"{name}.safetensors")
    return read_concept(folder / f"{name}.safetensors").use()


@pytest.fixture
def plain(tiny: LoadedModel, request_for: Make) -> GenerationRequest:
    return request_for(tiny, steps=3)


def test_every_layout_is_the_same_picture(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path
) -> None:
    before = made(tiny, plain)
    pictures = [
        made(tiny, replace(plain, concepts=(lora(tmp_path, layout, layout),)))
        for layout in ("peft", "kohya", "diffusers")
    ]
    assert pictures[0] != before
    assert pictures[1:] == pictures[:1] * 2
    assert made(tiny, plain) == before


def test_it_is_what_bare_diffusers_makes(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path
) -> None:
    use = replace(lora(tmp_path, "ink"), weight=0.7)
    ours = made(tiny, replace(plain, concepts=(use,)))
    made(tiny, plain)
    tiny.pipeline.load_lora_weights(str(use.path.parent), weight_name="ink.safetensors")
    tiny.pipeline.set_adapters(tiny.pipeline.get_active_adapters(), [0.7])
    try:
        from tests.engine.test_pipeline import stock

        theirs = stock(tiny, type(tiny.pipeline), plain, width=64, height=64)
    finally:
        tiny.pipeline.unload_lora_weights()
    assert ours == theirs


def test_the_weight_counts_and_0_is_nothing(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path
) -> None:
    use = lora(tmp_path, "ink")
    pictures = [
        made(tiny, replace(plain, concepts=(replace(use, weight=weight),)))
        for weight in (0.0, 0.5, 1.0, 0.5)
    ]
    assert pictures[0] == made(tiny, plain)
    assert len(set(pictures)) == 3
    assert pictures[1] == pictures[3]


def test_any_order_of_switching_gives_the_same_bits(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path
) -> None:
    torch.save({"apple": THREE}, tmp_path / "apple.bin")
    uses = [
        lora(tmp_path, "a"),
        lora(tmp_path, "b", scale=0.3),
        read_concept(tmp_path / "apple.bin").use(),
    ]
    known: dict[frozenset[str], Picture] = {}
    for order in itertools.permutations(uses):
        for count in (3, 1, 0, 2):
            picture = made(tiny, replace(plain, concepts=order[:count]))
            key = frozenset(use.name for use in order[:count])
            assert known.setdefault(key, picture) == picture
    assert len(set(known.values())) == 8


def test_nothing_is_left_in_the_networks(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path
) -> None:
    made(tiny, plain)
    before = [dict(network.named_parameters()) for network in tiny.networks]
    made(tiny, replace(plain, concepts=(lora(tmp_path, "ink"),)))
    made(tiny, plain)
    after = [dict(network.named_parameters()) for network in tiny.networks]
    assert [list(names) for names in after] == [list(names) for names in before]


@pytest.mark.parametrize("change", ["names", "shapes"])
def test_what_does_not_fit_is_told_and_leaves_no_trace(
    tiny: LoadedModel, plain: GenerationRequest, tmp_path: Path, change: str
) -> None:
    before = made(tiny, plain)
    tensors: dict[str, Any] = lora_tensors("peft")
    if change == "names":
        tensors = {name.replace("attentions.0", "attentions.9"): t for name, t in tensors.items()}
    else:
        tensors = {
            n: torch.ones(t.shape[0], 48) if "lora_A" in n else t for n, t in tensors.items()
        }
    save_file(tensors, tmp_path / "bad.safetensors")
    bad = read_concept(tmp_path / "bad.safetensors").use()
    with pytest.raises(ProblemError, match="not fit"):
        made(tiny, replace(plain, concepts=(lora(tmp_path, "good"), bad)))
    assert made(tiny, plain) == before
