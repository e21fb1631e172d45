"""The prompt language at work: weights, long prompts, edits; and the same bits without them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sddesk.core.values import BranchPoint, GenerationRequest
from sddesk.engine.conditioning import conditioning, stock_prompts
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import Result, generate
from sddesk.engine.tape import Tape

Make = Callable[..., GenerationRequest]


def run(model: LoadedModel, request: GenerationRequest, parent: Tape | None = None) -> Result:
    return generate(model, request, parent, lambda _: None, lambda: False)


def numbers(model: LoadedModel, request: GenerationRequest) -> torch.Tensor:
    return conditioning(model, request, model.words.learned(request)).at(1)[0].tokens


@pytest.mark.parametrize("kind", ["tiny", "tiny_xl"])
def test_our_numbers_are_diffusers_own(
    kind: str, request: pytest.FixtureRequest, request_for: Make
) -> None:
    model: LoadedModel = request.getfixturevalue(kind)
    asked = request_for(model, prompt="a red apple, ink", negative_prompt="blue")
    made = conditioning(model, asked, model.words.learned(asked))
    cpu = torch.device("cpu")
    if kind == "tiny":
        both = model.pipeline.encode_prompt(asked.prompt, cpu, 1, True, "blue")
        theirs = [*both, None, None]
    else:
        theirs = model.pipeline.encode_prompt(
            asked.prompt, None, cpu, 1, True, negative_prompt="blue"
        )
    ours = [*(e.tokens for e in made.at(1)), *(e.pooled for e in made.at(1))]
    for mine, stock in zip(ours, theirs, strict=True):
        assert mine is stock if mine is None else torch.equal(mine, stock)


def test_without_weights_the_pipeline_gets_the_words(tiny: LoadedModel, request_for: Make) -> None:
    request = request_for(tiny, prompt="red apple", negative_prompt="blue")
    learned = tiny.words.learned(request)
    assert stock_prompts(tiny, request, learned) == ("red apple", "blue")
    for prompt in ("(red:1.2) apple", "a BREAK b", "[a:b:3]", "red " * 40):
        assert stock_prompts(tiny, replace(request, prompt=prompt), learned) is None


def test_weights_of_1_change_nothing_and_others_do(tiny: LoadedModel, request_for: Make) -> None:
    plain = run(tiny, request_for(tiny, prompt="red apple")).picture
    assert run(tiny, request_for(tiny, prompt="(red:1) apple")).picture == plain
    assert run(tiny, request_for(tiny, prompt="red apple # in ink")).picture == plain
    stronger = run(tiny, request_for(tiny, prompt="(red:1.4) apple")).picture
    assert stronger != plain
    assert run(tiny, request_for(tiny, prompt="(red:1.5) apple")).picture != stronger


def test_a_weight_scales_its_words_and_keeps_the_mean(tiny: LoadedModel, request_for: Make) -> None:
    plain = numbers(tiny, request_for(tiny, prompt="red apple"))[0]
    strong = numbers(tiny, request_for(tiny, prompt="red (apple:1.5)"))[0]
    first = 1 + len(tiny.pipeline.tokenizer("red", add_special_tokens=False).input_ids)
    kept = (strong / plain)[0].mean()  # start and end have weight 1
    assert torch.allclose(strong[first], plain[first] * 1.5 * kept, rtol=1e-3, atol=1e-5)
    assert torch.allclose(strong[first - 1], plain[first - 1] * kept, rtol=1e-3, atol=1e-5)
    assert torch.allclose(strong.mean(), plain.mean(), atol=1e-5)


def test_long_prompts_are_read_to_the_end(tiny: LoadedModel, request_for: Make) -> None:
    window = tiny.pipeline.tokenizer.model_max_length
    long = numbers(tiny, request_for(tiny, prompt="red " * window + "apple"))
    assert long.shape[1] == 2 * window
    other = run(tiny, request_for(tiny, prompt="red " * window + "car")).picture
    assert run(tiny, request_for(tiny, prompt="red " * window + "apple")).picture != other


def test_break_begins_another_window(tiny: LoadedModel, request_for: Make) -> None:
    window = tiny.pipeline.tokenizer.model_max_length
    broken = numbers(tiny, request_for(tiny, prompt="red BREAK apple"))
    one, two = (numbers(tiny, request_for(tiny, prompt=word)) for word in ("red", "apple"))
    assert torch.equal(broken, torch.cat([one, two], dim=1))
    assert broken.shape[1] == 2 * window


@pytest.mark.parametrize("sampler", ["Euler a", "Heun", "PNDM", "DPM++ 2M"])
@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_an_edit_is_a_branch(
    tiny: LoadedModel, request_for: Make, sampler: str, guidance: float
) -> None:
    """`[a:b:3]` is the picture of "a", gone on from step 3 with "b"."""
    options = {"sampler": sampler, "guidance_scale": guidance, "negative_prompt": "dull"}
    first = run(tiny, request_for(tiny, prompt="red apple", **options))
    branch = request_for(
        tiny, prompt="blue apple", branch=BranchPoint(Path("a.tape"), 3), **options
    )
    second = run(tiny, branch, first.tape).picture
    edited = run(tiny, request_for(tiny, prompt="[red:blue:3] apple", **options))
    assert edited.picture == second
    assert edited.picture != first.picture
    going_on = request_for(
        tiny, prompt="[red:blue:3] apple", branch=BranchPoint(Path("a.tape"), 5), **options
    )
    assert run(tiny, going_on, edited.tape).picture == second


def test_an_edit_reaches_sdxl(tiny_xl: LoadedModel, request_for: Make) -> None:
    first = run(tiny_xl, request_for(tiny_xl, prompt="red"))
    branch = request_for(tiny_xl, prompt="blue", branch=BranchPoint(Path("a.tape"), 4))
    edited = run(tiny_xl, request_for(tiny_xl, prompt="[red:blue:0.5]"))
    assert edited.picture == run(tiny_xl, branch, first.tape).picture
