"""Attention maps: the recorded evaluation is run again, and its weights are the network's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor

from sddesk.core.attention import StepMaps
from sddesk.core.problems import JobCancelled
from sddesk.core.values import GenerationRequest
from sddesk.engine import attention
from sddesk.engine.attention import attention_maps, evaluate
from sddesk.engine.conditioning import conditioning
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import generate
from sddesk.engine.tape import Tape

Make = Callable[..., GenerationRequest]


def tape_of(model: LoadedModel, request: GenerationRequest) -> Tape:
    return generate(model, request, None, lambda _: None, lambda: False).tape


def maps_of(model: LoadedModel, request: GenerationRequest, *steps: int) -> list[StepMaps]:
    tape = tape_of(model, request)
    return list(attention_maps(model, request, tape, steps, lambda: False))


@pytest.mark.parametrize("sampler", ["Euler", "DPM++ 2M Karras", "PNDM", "Heun", "LMS"])
@pytest.mark.parametrize("name", ["tiny", "tiny_xl"])
def test_the_network_answers_as_it_did(
    request: pytest.FixtureRequest, request_for: Make, name: str, sampler: str
) -> None:
    model = request.getfixturevalue(name)
    wanted = request_for(model, guidance_scale=1.0, sampler=sampler)
    said = conditioning(model, wanted, model.words.learned(wanted))
    with torch.no_grad():
        for call in tape_of(model, wanted).calls:
            answer = evaluate(model, wanted, call, said.at(1)[0])
            assert torch.allclose(answer, call.output, atol=1e-4)


def test_weights_are_those_of_the_networks_own_attention(
    monkeypatch: pytest.MonkeyPatch, tiny: LoadedModel, request_for: Make
) -> None:
    """Against diffusers' plain processor, which computes the weights where they can be seen."""
    wanted = request_for(tiny, prompt="red apple", steps=2)
    tape = tape_of(tiny, wanted)
    (found,) = attention_maps(tiny, wanted, tape, (1,), lambda: False)
    seen: list[torch.Tensor] = []
    unet = tiny.pipeline.unet
    before = unet.attn_processors
    unet.set_attn_processor(AttnProcessor())
    for module in unet.modules():
        if type(module).__name__ == "Attention" and module.is_cross_attention:
            inner = module.get_attention_scores

            def spy(*inputs: Any, inner: Any = inner) -> torch.Tensor:
                scores = inner(*inputs)
                seen.append(scores.mean(0))  # (places, rows)
                return scores

            monkeypatch.setattr(module, "get_attention_scores", spy)
    said = conditioning(tiny, wanted, tiny.words.learned(wanted))
    with torch.no_grad():
        evaluate(tiny, wanted, tape.calls[0], said.at(1)[0])
    unet.set_attn_processor(before)
    (only,) = found.resolutions
    assert only.layers == len(seen) > 0
    mean = torch.stack(seen).mean(0)
    wanted_map = mean[:, 1].view(only.height, only.width)  # "red", after the start
    assert np.allclose(only.maps(len(found.words))[0], wanted_map.numpy(), atol=1e-3)


def test_maps_hold_every_word_and_the_run_is_not_changed(
    tiny: LoadedModel, request_for: Make
) -> None:
    wanted = request_for(tiny, prompt="a (red:1.4) apple BREAK in the rain, red", width=128)
    before = tape_of(tiny, wanted)
    (first, last) = attention_maps(tiny, wanted, before, (1, 8), lambda: False)
    keys = [("a", 0), ("red", 0), ("apple", 0), ("in", 0), ("the", 0), ("rain", 0)]
    assert first.words == (*keys, (",", 0), ("red", 1))
    assert (first.step, last.step) == (1, 8)
    assert [(r.width, r.height) for r in first.resolutions] == [(8, 4)]
    shares = first.resolutions[0].maps(len(first.words))
    assert (shares > 0).all()
    assert (shares.sum(0) < 1).all()
    after = tape_of(tiny, wanted)
    assert all(
        torch.equal(a.output, b.output) for a, b in zip(before.calls, after.calls, strict=True)
    )
    assert not any(m._forward_pre_hooks for m in tiny.pipeline.unet.modules())


def test_memory_is_bounded(
    monkeypatch: pytest.MonkeyPatch, tiny: LoadedModel, request_for: Make
) -> None:
    """Some places at a time gives the same maps; fine ones are averaged down."""
    wanted = request_for(tiny, steps=1)
    (whole,) = maps_of(tiny, wanted, 1)
    monkeypatch.setattr(attention, "_SLICE", 500)
    (sliced,) = maps_of(tiny, wanted, 1)
    one, other = whole.resolutions[0].maps(2), sliced.resolutions[0].maps(2)
    assert np.allclose(one, other, atol=1e-3)
    monkeypatch.setattr(attention, "FINEST", 2)
    (small,) = maps_of(tiny, wanted, 1)
    assert (small.resolutions[0].width, small.resolutions[0].height) == (2, 2)
    assert small.resolutions[0].maps(2).mean() == pytest.approx(one.mean(), rel=1e-2)


@pytest.mark.parametrize(
    ("latents", "places", "size"),
    [((8, 8), 16, (4, 4)), ((9, 5), 15, (5, 3)), ((8, 12), 96, (8, 12))],
)
def test_odd_sizes_are_halved_as_the_network_does(
    latents: tuple[int, int], places: int, size: tuple[int, int]
) -> None:
    assert attention._size(latents, places) == size


def test_words_of_an_edited_prompt_are_those_of_the_step(
    tiny: LoadedModel, request_for: Make
) -> None:
    wanted = request_for(tiny, prompt="[red:green:0.5] apple")
    first, last = maps_of(tiny, wanted, 4, 5)
    assert [text for text, _ in first.words] == ["red", "apple"]
    assert [text for text, _ in last.words] == ["green", "apple"]


def test_no_words_give_no_maps(tiny: LoadedModel, request_for: Make) -> None:
    (maps,) = maps_of(tiny, request_for(tiny, prompt="", steps=1), 1)
    assert (maps.words, maps.resolutions) == ((), ())


def test_a_cancel_is_heard_at_once(tiny: LoadedModel, request_for: Make) -> None:
    wanted = request_for(tiny)
    tape = tape_of(tiny, wanted)
    asked = iter([False] * 3)
    with pytest.raises(JobCancelled):
        list(attention_maps(tiny, wanted, tape, (1, 2), lambda: next(asked, True)))
    assert not any(m._forward_pre_hooks for m in tiny.pipeline.unet.modules())
