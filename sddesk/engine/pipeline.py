"""One generation as a straight line: a request goes in, steps come out, a picture ends it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from sddesk.core.picture_files import from_pil
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest, Picture
from sddesk.engine import vae
from sddesk.engine.cancelling import cancellable, stop_if
from sddesk.engine.loading import LoadedModel
from sddesk.engine.prompts import prompt_options
from sddesk.engine.samplers import make_scheduler
from sddesk.engine.tape import (
    Call,
    Tape,
    TapeScheduler,
    calls_per_step,
    new_scheduler,
    predicted_latents,
    restored_scheduler,
    shown_latents,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of the timeline, counted from 1; `noise_level` is sigma before the step."""

    step: int
    noise_level: float
    noisy: Picture
    predicted: Picture


@dataclass(frozen=True, slots=True)
class Result:
    """What a generation leaves behind."""

    tape: Tape
    picture: Picture


@dataclass(frozen=True, slots=True)
class _Start:
    """A scheduler ready to go on, the latents to go on with, and what is on the tape so far."""

    scheduler: Any
    timesteps: torch.Tensor
    latents: torch.Tensor
    generator: torch.Generator
    tape: Tape


def generate(
    model: LoadedModel,
    request: GenerationRequest,
    parent: Tape | None,
    on_frame: Callable[[Frame], None],
    cancelled: Callable[[], bool],
) -> Result:
    """Make one picture; `parent` is the tape that `request.branch` names.

    Frames of kept steps come first, at once. Raises `JobCancelled` within a fraction of a step, and
    `ProblemError` when the numbers leave the range of the device's format.
    """
    model.loras.apply(model.pipeline, request)
    with torch.no_grad(), cancellable(model.networks, cancelled):
        # 1. Scheduler, first latents and random state
        start = _branch_start(model, request, parent) if parent else _new_start(model, request)
        recorder = _Recorder(model, start.tape, on_frame)
        recorder.show_kept()
        # 2. The stock pipeline, which sees the tape as its scheduler
        latents = _denoise(model, request, start, recorder.add)
        stop_if(cancelled)
        # 3. The picture
        picture = decode(model, latents)
    return Result(replace(start.tape, final=latents.to("cpu", copy=True)), picture)


def decode(model: LoadedModel, latents: torch.Tensor) -> Picture:
    """Latents (1, channels, h, w) through the real decoder, as diffusers' pipelines do it."""
    if not latents.isfinite().all():
        raise ProblemError(
            "The picture turned into undefined numbers",
            f"{model.ref.name} with {str(model.dtype).removeprefix('torch.')}",
            "lower the guidance scale or use the device cpu",
        )
    image = vae.decode(model.pipeline.vae, latents)  # (1, 3, height, width)
    return from_pil(model.pipeline.image_processor.postprocess(image, output_type="pil")[0])


def decode_step(
    model: LoadedModel, tape: Tape, step: int, cancelled: Callable[[], bool], *, predicted: bool
) -> Picture:
    """Step `step` (from 1) of a tape through the real decoder: predicted, or what was seen.

    One step more than are recorded is the finished picture again.
    """
    if step > len(tape.calls_per_step):
        assert tape.final is not None
        latents = tape.final
    else:
        call = tape.calls[tape.calls_before(step - 1)]
        seen = shown_latents(call)
        latents = predicted_latents(call, tape.prediction_type) if predicted else seen
    with torch.no_grad(), cancellable(model.networks, cancelled):
        return decode(model, latents)


class _Recorder:
    """Puts calls on the tape and shows a frame for each step that they complete."""

    def __init__(self, model: LoadedModel, tape: Tape, on_frame: Callable[[Frame], None]) -> None:
        self._map = model.preview
        self._tape = tape
        self._on_frame = on_frame
        self._shown = 0

    def add(self, call: Call) -> None:
        """One more call was made."""
        self._tape.calls.append(call)
        self.show_kept()

    def show_kept(self) -> None:
        """Show the frames of all completed steps that were not shown yet."""
        tape = self._tape
        while self._shown < len(tape.calls_per_step):
            if len(tape.calls) < tape.calls_before(self._shown + 1):
                return
            self._shown += 1
            self._on_frame(frame_of(tape, self._shown, self._map))


def frame_of(tape: Tape, step: int, preview: Any) -> Frame:
    """Step `step` (from 1) of a tape: what the network saw at its beginning, and believed."""
    call = tape.calls[tape.calls_before(step - 1)]
    predicted = predicted_latents(call, tape.prediction_type)
    noise_level = call.sigma / max(call.alpha, 1e-6)
    return Frame(
        step, noise_level, preview.picture(shown_latents(call)), preview.picture(predicted)
    )


def _denoise(
    model: LoadedModel,
    request: GenerationRequest,
    start: _Start,
    on_call: Callable[[Call], None],
) -> torch.Tensor:
    model.pipeline.scheduler = TapeScheduler(start.scheduler, start.timesteps, on_call)
    return model.pipeline(
        **prompt_options(model, request, start.tape),
        height=request.height,
        width=request.width,
        num_inference_steps=request.steps,
        guidance_scale=request.guidance_scale,
        guidance_rescale=request.guidance_rescale,
        generator=start.generator,
        latents=start.latents,
        output_type="latent",
    ).images


def _new_start(model: LoadedModel, request: GenerationRequest) -> _Start:
    generator = torch.Generator().manual_seed(request.seed)
    inner = make_scheduler(request.sampler, model.schedule)
    skipped = new_scheduler(inner, request.steps, request.steps_run, model.device)
    timesteps = inner.timesteps[skipped:]
    # Drawn on the CPU and in float32 on every device; the init image's noise comes first.
    init = None
    if request.init is not None:
        init = vae.encode(model.pipeline.vae, vae.image_tensor(request.init), generator)
    noise = _noise(_latent_shape(model, request), request, generator)
    if init is None:
        latents = noise * inner.init_noise_sigma
    else:
        latents = inner.add_noise(init.to(model.device), noise.to(model.device), timesteps[:1])
    tape = Tape(
        scheduler=type(inner).__name__,
        config=dict(inner.config),
        steps=request.steps,
        skipped=skipped,
        calls_per_step=calls_per_step(len(timesteps), request.steps_run, inner.order),
        noise=noise,
        generator=generator.get_state(),
        init_latents=init,
    )
    # Contiguous, as tapes keep them: another memory layout changes the last bits.
    latents = latents.to(model.device, model.dtype).contiguous()
    return _Start(inner, timesteps, latents, generator, tape)


def _noise(
    shape: tuple[int, int, int, int], request: GenerationRequest, generator: torch.Generator
) -> torch.Tensor:
    """The seed's noise, turned towards that of the variation seed (A1111, `modules/rng.py`)."""
    noise = torch.randn(shape, generator=generator)
    if request.variation is None or not request.variation.strength:
        return noise
    other = torch.Generator().manual_seed(request.variation.seed)
    return _between(noise, torch.randn(shape, generator=other), request.variation.strength)


def _between(one: torch.Tensor, other: torch.Tensor, share: float) -> torch.Tensor:
    """Spherical interpolation: the mixture is as loud as its parts (Shoemake 1985, "slerp")."""
    cosine = (one * other).sum() / (one.norm() * other.norm())
    angle = torch.acos(cosine.clamp(-1, 1))
    if angle < 1e-3:  # nearly the same direction
        return one + (other - one) * share
    return (torch.sin((1 - share) * angle) * one + torch.sin(share * angle) * other) / angle.sin()


def _branch_start(model: LoadedModel, request: GenerationRequest, parent: Tape) -> _Start:
    if request.branch is None:
        raise ValueError("a parent tape without a branch point")
    kept = parent.calls_before(request.branch.step)
    generator = torch.Generator()
    inner = restored_scheduler(parent, kept, generator, model.device)
    timesteps = inner.timesteps[parent.skipped + kept :]
    latents = parent.calls[kept].sample.to(model.device, model.dtype)
    tape = replace(parent, calls=list(parent.calls[:kept]), final=None)
    return _Start(inner, timesteps, latents, generator, tape)


def _latent_shape(model: LoadedModel, request: GenerationRequest) -> tuple[int, int, int, int]:
    factor = model.pipeline.vae_scale_factor
    channels = model.pipeline.unet.config.in_channels
    return 1, channels, request.height // factor, request.width // factor
