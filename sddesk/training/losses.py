"""How wrong the network is about noised latents, and how much each of them counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import diffusers as _diffusers
import torch
from diffusers.training_utils import compute_snr

from sddesk.core.training.values import TrainingRequest
from sddesk.engine.conditioning import Embeds
from sddesk.engine.loading import LoadedModel
from sddesk.training.lessons import Lesson
from sddesk.training.methods import Method

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers


@dataclass(frozen=True, slots=True)
class Batch:
    """Latents and noise (batch, channels, h, w), timesteps and weights (batch,), their prompts."""

    latents: torch.Tensor
    noise: torch.Tensor
    timesteps: torch.Tensor
    weights: torch.Tensor
    prompts: tuple[str, ...]


def noise_schedule(model: LoadedModel) -> Any:
    """How the model is noised."""
    return diffusers.DDPMScheduler.from_config(model.schedule)


def drawn_batch(
    parts: Sequence[tuple[Sequence[Lesson], int, float]],
    schedule: Any,
    generator: torch.Generator,
    device: torch.device,
) -> Batch:
    """From each part its number of lessons, each of its weight; all by the CPU's generator."""
    drawn: list[tuple[torch.Tensor, str]] = []
    weights: list[float] = []
    for lessons, count, weight in parts:
        drawn += [lesson.drawn(generator) for lesson in _chosen(lessons, count, generator)]
        weights += [weight] * count
    latents = torch.cat([view for view, _ in drawn])
    noise = torch.randn(latents.shape, generator=generator)
    steps = schedule.config.num_train_timesteps
    timesteps = torch.randint(steps, (len(drawn),), generator=generator)
    share = torch.tensor(weights) / parts[0][1]  # parts count as one each, not as their numbers
    prompts = tuple(prompt for _, prompt in drawn)
    on_device = (tensor.to(device) for tensor in (latents, noise, timesteps, share))
    return Batch(*on_device, prompts=prompts)


def batch_loss(method: Method, schedule: Any, batch: Batch, request: TrainingRequest) -> Any:
    """The weighted square error, a scalar with gradients for what learns."""
    noisy = schedule.add_noise(batch.latents, batch.noise, batch.timesteps)
    said = method.read(batch.prompts)
    dtype = next(method.unet.parameters()).dtype  # `unet.dtype` walks through all modules
    answer = method.unet(
        noisy.to(dtype),
        batch.timesteps,
        encoder_hidden_states=said.tokens.to(dtype),
        added_cond_kwargs=_conditions(said, request, noisy),
    ).sample  # (batch, channels, h, w)
    errors = (answer.float() - target(schedule, batch)).square().mean(dim=(1, 2, 3))  # (batch,)
    return (errors * snr_weights(schedule, batch.timesteps, request.min_snr) * batch.weights).sum()


def target(schedule: Any, batch: Batch) -> torch.Tensor:
    """What the network should have answered, by what it predicts."""
    match schedule.config.prediction_type:
        case "epsilon":
            return batch.noise
        case "v_prediction":
            return schedule.get_velocity(batch.latents, batch.noise, batch.timesteps)
        case _:
            return batch.latents


def snr_weights(schedule: Any, timesteps: torch.Tensor, gamma: float) -> torch.Tensor:
    """Easy timesteps count less (Hang et al. 2023, "min-SNR"), by what the network predicts."""
    if not gamma:
        return torch.ones(len(timesteps), device=timesteps.device)
    snr = compute_snr(schedule, timesteps)  # (batch,)
    capped = snr.clamp(max=gamma)
    match schedule.config.prediction_type:
        case "epsilon":
            return capped / snr
        case "v_prediction":
            return capped / (snr + 1)
        case _:
            return capped


def _chosen(lessons: Sequence[Lesson], count: int, generator: torch.Generator) -> list[Lesson]:
    """All in a new order, again and again until there are enough."""
    chosen: list[Lesson] = []
    while len(chosen) < count:
        order = torch.randperm(len(lessons), generator=generator).tolist()
        chosen += [lessons[i] for i in order]
    return chosen[:count]


def _conditions(
    said: Embeds, request: TrainingRequest, noisy: torch.Tensor
) -> dict[str, torch.Tensor] | None:
    """SDXL also reads the sizes: as large as it is, and not cut (Podell et al. 2023)."""
    if said.pooled is None:
        return None
    side = request.side
    sizes = torch.tensor([[side, side, 0, 0, side, side]], device=noisy.device)
    return {
        "text_embeds": said.pooled.to(noisy.dtype),
        "time_ids": sizes.expand(len(noisy), 6).to(noisy.dtype),
    }
