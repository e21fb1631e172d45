"""One generation: equal to stock diffusers, cancelled at once, half the work without guidance."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import diffusers as _diffusers
import numpy as np
import pytest
import torch

from sddesk.core.picture_files import from_pil, to_pil
from sddesk.core.problems import JobCancelled, ProblemError
from sddesk.core.samplers import SAMPLERS
from sddesk.core.values import GenerationRequest, Picture, Variation
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import Frame, Result, generate
from sddesk.engine.samplers import make_scheduler

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers
Make = Callable[..., GenerationRequest]


def run(model: LoadedModel, request: GenerationRequest) -> Result:
    return generate(model, request, None, lambda _: None, lambda: False)


def stock(model: LoadedModel, kind: type, request: GenerationRequest, **options: object) -> Picture:
    """The same request through diffusers alone."""
    parts = {**model.pipeline.components}
    parts["scheduler"] = make_scheduler(request.sampler, model.schedule)
    extras = {} if "text_encoder_2" in parts else {"requires_safety_checker": False}
    pipeline = kind(**parts, **extras)
    pipeline.set_progress_bar_config(disable=True)
    return from_pil(
        pipeline(
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            num_inference_steps=request.steps,
            guidance_scale=request.guidance_scale,
            generator=torch.Generator().manual_seed(request.seed),
            **options,
        ).images[0]
    )


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_text_to_image_is_diffusers_own(tiny: LoadedModel, request_for: Make, sampler: str) -> None:
    request = request_for(tiny, sampler=sampler, negative_prompt="blue", guidance_rescale=0.3)
    size = {"width": 64, "height": 64, "guidance_rescale": 0.3}
    assert run(tiny, request).picture == stock(
        tiny, diffusers.StableDiffusionPipeline, request, **size
    )


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_image_to_image_is_diffusers_own(
    tiny: LoadedModel, request_for: Make, sketch: Picture, sampler: str
) -> None:
    request = request_for(tiny, sampler=sampler, init=sketch, strength=0.6)
    kind = diffusers.StableDiffusionImg2ImgPipeline
    other = stock(tiny, kind, request, image=to_pil(sketch), strength=0.6)
    difference = np.abs(_values(run(tiny, request).picture) - _values(other))
    assert difference.max() <= 1  # the last bit: memory layouts differ


def _values(picture: Picture) -> np.ndarray:
    return np.frombuffer(picture.pixels, np.uint8).astype(int)


def test_v_prediction_is_diffusers_own(tiny_v: LoadedModel, request_for: Make) -> None:
    request = request_for(tiny_v, sampler="DPM++ 2M Karras")
    size = {"width": 64, "height": 64}
    other = stock(tiny_v, diffusers.StableDiffusionPipeline, request, **size)
    assert run(tiny_v, request).picture == other


def test_sdxl_is_diffusers_own(tiny_xl: LoadedModel, request_for: Make) -> None:
    request = request_for(tiny_xl, sampler="Euler a", negative_prompt="blue")
    size = {"width": 64, "height": 64}
    other = stock(tiny_xl, diffusers.StableDiffusionXLPipeline, request, **size)
    assert run(tiny_xl, request).picture == other


def test_sdxl_follows_an_image_and_resumes(
    tiny_xl: LoadedModel, request_for: Make, sketch: Picture
) -> None:
    request = request_for(tiny_xl, init=sketch, strength=0.5)
    result = run(tiny_xl, request)
    assert len(result.tape.calls) == 4
    assert result.picture != run(tiny_xl, request_for(tiny_xl)).picture


def test_guidance_up_to_1_does_half_the_work(tiny: LoadedModel, request_for: Make) -> None:
    batches: list[int] = []
    hook = tiny.pipeline.unet.register_forward_pre_hook(
        lambda _, args: batches.append(len(args[0]))
    )
    run(tiny, request_for(tiny, guidance_scale=1.0, steps=2))
    run(tiny, request_for(tiny, guidance_scale=1.1, steps=2))
    hook.remove()
    assert batches == [1, 1, 2, 2]


def test_other_seeds_sizes_and_prompts_give_other_pictures(
    tiny: LoadedModel, request_for: Make
) -> None:
    changes = ({}, {"seed": 4}, {"prompt": "blue car"}, {"width": 128, "height": 72}, {"steps": 7})
    hashes = {run(tiny, request_for(tiny, **change)).picture.pixel_hash() for change in changes}
    assert len(hashes) == len(changes)
    wide = run(tiny, request_for(tiny, width=128, height=72)).picture
    assert (wide.width, wide.height) == (128, 72)


def test_each_step_has_noisy_and_predicted_previews(tiny: LoadedModel, request_for: Make) -> None:
    for sampler in ("Heun", "PNDM", "DPM++ 2M Karras"):
        frames: list[Frame] = []
        generate(tiny, request_for(tiny, sampler=sampler), None, frames.append, lambda: False)
        assert [frame.step for frame in frames] == list(range(1, 9))
        levels = [frame.noise_level for frame in frames]
        assert levels == sorted(levels, reverse=True)
        assert {(f.noisy.width, f.predicted.height) for f in frames} == {(8, 8)}


def test_undefined_numbers_are_told(tiny: LoadedModel, request_for: Make) -> None:
    weight = tiny.pipeline.unet.conv_out.bias
    kept = weight.detach().clone()
    weight.data.fill_(float("nan"))
    try:
        with pytest.raises(ProblemError, match="undefined numbers"):
            run(tiny, request_for(tiny, steps=2))
    finally:
        weight.data.copy_(kept)


class TestCancel:
    """Stopping in the middle."""

    def test_inside_a_step_and_usable_afterwards(
        self, tiny: LoadedModel, request_for: Make
    ) -> None:
        request = request_for(tiny)
        before = run(tiny, request).picture
        asked: list[int] = []
        decoded: list[int] = []
        steps: list[Frame] = []

        def cancelled() -> bool:  # true from the fifth block after the first step
            asked.append(len(steps))
            return asked.count(1) == 5

        hook = tiny.pipeline.vae.decoder.register_forward_pre_hook(lambda *_: decoded.append(1))
        with pytest.raises(JobCancelled):
            generate(tiny, request, None, steps.append, cancelled)
        hook.remove()
        assert len(steps) == 1
        assert asked.count(1) == 5  # not one block more was computed
        assert not decoded
        assert run(tiny, request).picture == before

    def test_inside_the_decoder(self, tiny: LoadedModel, request_for: Make) -> None:
        seen: list[Frame] = []
        blocks: list[int] = []
        hook = tiny.pipeline.vae.decoder.mid_block.register_forward_hook(
            lambda *_: blocks.append(1)
        )
        up = tiny.pipeline.vae.decoder.up_blocks[-1].register_forward_hook(
            lambda *_: blocks.append(2)
        )
        with pytest.raises(JobCancelled):
            generate(tiny, request_for(tiny), None, seen.append, lambda: bool(blocks))
        hook.remove()
        up.remove()
        assert blocks == [1]
        assert len(seen) == 8

    def test_no_hooks_are_left(self, tiny: LoadedModel, request_for: Make) -> None:
        run(tiny, request_for(tiny, steps=1))
        modules = [m for network in tiny.networks for m in network.modules()]
        assert not any(module._forward_pre_hooks for module in modules)


class TestVariation:
    """Two seeds mixed, as A1111's variation seed does."""

    def test_none_of_it_is_the_seed_alone(self, tiny: LoadedModel, request_for: Make) -> None:
        plain = request_for(tiny, seed=1)
        none = replace(plain, variation=Variation(2, 0.0))
        assert run(tiny, none).picture == run(tiny, plain).picture

    def test_all_of_it_is_the_other_seed(self, tiny: LoadedModel, request_for: Make) -> None:
        mixed = run(tiny, request_for(tiny, seed=1, variation=Variation(2, 1.0)))
        other = run(tiny, request_for(tiny, seed=2))
        torch.testing.assert_close(mixed.tape.noise, other.tape.noise)

    def test_a_little_of_it_stays_near(self, tiny: LoadedModel, request_for: Make) -> None:
        one, two = (run(tiny, request_for(tiny, seed=seed)).tape.noise for seed in (1, 2))
        near = [
            (
                run(tiny, request_for(tiny, seed=1, variation=Variation(2, share))).tape.noise - one
            ).norm()
            for share in (0.1, 0.3, 0.6)
        ]
        assert near[0] < near[1] < near[2] < (two - one).norm()

    def test_the_mixture_is_as_loud_as_its_parts(
        self, tiny: LoadedModel, request_for: Make
    ) -> None:
        mixed = run(tiny, request_for(tiny, seed=1, variation=Variation(2, 0.5))).tape.noise
        assert 0.9 < float(mixed.std()) < 1.1

    @pytest.mark.parametrize("sampler", ["Euler a", "DPM++ 2M SDE"])
    def test_what_a_stochastic_sampler_adds_is_the_seeds(
        self, tiny: LoadedModel, request_for: Make, sampler: str
    ) -> None:
        """The variation changes where it starts, not the noise that comes later."""
        request = request_for(tiny, seed=1, sampler=sampler, variation=Variation(2, 1e-6))
        plain = run(tiny, replace(request, variation=None)).picture
        assert np.abs(_values(run(tiny, request).picture) - _values(plain)).mean() < 1
