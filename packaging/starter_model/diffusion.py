"""Trains the UNet, and the text encoder further, to predict the velocity of noised latents."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor
from torch.nn import functional as F
from transformers import CLIPTextModel, CLIPTokenizer

from starter_model.config import LATENT, NOISE, Networks, Plan
from starter_model.contrast import Contrast, new_text_encoder, tokenized
from starter_model.learning import (
    Average,
    Progress,
    clip,
    load_checkpoint,
    precision,
    save_atomically,
    set_rate,
    to_tensor,
)
from starter_model.pool import Part, Pool

RATE = 1e-3
TEXT_FACTOR = 0.4  # the text encoder knows its words already: it moves slowly
WARMUP = 6_000  # samples
FOCUS = 0.6  # share of the samples that are taken from the steps in `focus`
DETAILS = 0.7  # part of the training after which these are the steps where details come
WITHOUT_PROMPT = 0.1  # share of the samples that teach the unconditional picture
CLEAR = 600  # of less noisy steps most of what the words say can be seen already,
CLEAR_WITHOUT = 0.2  # and this share of their samples is without a prompt
MILD_FROM = 0.8  # part of the training after which a prompt is taught as less of a change,
MILD_STEPS = 400  # in the steps from here on, where it decides most,
MILDNESS = 0.4  # only this part of the way: what guidance 5 does was done by 2 before
LARGEST_WEIGHT = 5.0  # Hang et al. 2023, "Efficient Diffusion Training via Min-SNR": gamma
KEEP_EVERY = 4_000  # samples between checkpoints


@dataclass(frozen=True, slots=True)
class Latents:
    """The whole pool as the UNet sees it: (count, 4, 16, 16), scaled to a deviation of 1."""

    values: Tensor
    tokens: Tensor
    scale: float


def encode_pool(autoencoder: AutoencoderKL, pool: Pool, tokenizer: CLIPTokenizer) -> Latents:
    """Encode every part once; what is encoded already is read from disk."""
    raw = torch.cat([_encoded(autoencoder, part) for part in pool.parts])
    scale = 1 / float(raw[:20_000].float().std())
    return Latents(raw, tokenized(pool.captions(), tokenizer), scale)


def _encoded(autoencoder: AutoencoderKL, part: Part) -> Tensor:
    path = part.folder / "latents.pt"
    known = load_checkpoint(path)
    if known is not None:
        return known
    pictures, made = part.pictures(), []
    with torch.no_grad():
        for start in range(0, len(pictures), 50):
            batch = to_tensor(np.ascontiguousarray(pictures[start : start + 50]))
            with precision():
                made.append(autoencoder.encode(batch).latent_dist.mode().half())
    latents = torch.cat(made)  # (count, 4, 16, 16)
    save_atomically(latents, path)
    print(f"{part.folder.name} encoded", flush=True)
    return latents


def new_unet(networks: Networks) -> UNet2DConditionModel:
    deeper = len(networks.unet_channels) - 1  # attention over all 256 cells would double the time
    return UNet2DConditionModel(
        sample_size=LATENT,
        block_out_channels=networks.unet_channels,
        down_block_types=("DownBlock2D", *("CrossAttnDownBlock2D",) * deeper),
        up_block_types=(*("CrossAttnUpBlock2D",) * deeper, "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=networks.unet_groups,
        attention_head_dim=networks.unet_heads,  # diffusers means the number of heads by it
        cross_attention_dim=networks.text_width,
    ).to(memory_format=torch.channels_last)


def new_schedule() -> DDIMScheduler:
    return DDIMScheduler(
        num_train_timesteps=NOISE.steps,
        beta_start=NOISE.beta_start,
        beta_end=NOISE.beta_end,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )


class Diffuser:
    """The two networks that are trained here, with their optimiser and their averages."""

    def __init__(self, plan: Plan, tokenizer: CLIPTokenizer) -> None:
        self.unet = new_unet(plan.networks)
        self.unet.set_attn_processor(AttnProcessor())  # the fused one is slow on so few cells
        self.text = new_text_encoder(plan.networks, tokenizer)
        parameters = [*self.unet.parameters(), *self.text.parameters()]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": list(self.unet.parameters())},
                {"params": list(self.text.parameters()), "factor": TEXT_FACTOR},
            ],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.average = Average(parameters, decay=0.998)
        self.parameters = parameters
        self.seen = 0

    def answer(self, noisy: Tensor, times: Tensor, tokens: Tensor) -> Tensor:
        """The velocities of noisy latents (batch, 4, 16, 16) for captions (batch, tokens)."""
        with precision():
            words = self.text(tokens)[0]  # (batch, tokens, width)
            noisy = noisy.contiguous(memory_format=torch.channels_last)
            return self.unet(noisy, times, words).sample.float()

    def state(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "unet": self.unet.state_dict(),
            "text": self.text.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average.values,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint; one of a milestone brings no optimiser."""
        self.seen = state["seen"]
        self.unet.load_state_dict(state["unet"])
        self.text.load_state_dict(state["text"])
        if "optimiser" in state:
            self.optimiser.load_state_dict(state["optimiser"])
        self.average.values = state["average"]
        self.average.steps = 100_000


def train_diffusion(
    plan: Plan,
    tokenizer: CLIPTokenizer,
    latents: Latents,
    first: Contrast | None,
    checkpoint: Path,
    kept_at: Callable[[int], None] = lambda seen: None,
) -> None:
    """Train until the plan's samples are seen, going on from the checkpoint.

    Without a checkpoint the text encoder is that of `first`. `kept_at` is told of each new one.
    """
    torch.manual_seed(plan.seed)
    model = Diffuser(plan, tokenizer)
    state = load_checkpoint(checkpoint)
    if state is None:
        assert first is not None, "neither a checkpoint nor a first text encoder"
        model.text.load_state_dict(first.text.state_dict())
    else:
        model.load(state)
    kept = began = model.seen
    empty = tokenized([""], tokenizer)  # (1, tokens)
    levels = new_schedule().alphas_cumprod
    progress = Progress("diffusion", plan.diffusion_samples, 4_000)
    while model.seen < plan.diffusion_samples:
        r = torch.Generator().manual_seed(plan.seed * 1_000_000_007 + model.seen)
        set_rate(model.optimiser, RATE * rate(model.seen, began, plan.diffusion_samples))
        share = model.seen / plan.diffusion_samples
        loss = _loss(model, latents, empty, levels, plan.diffusion_batch, share, r)
        model.optimiser.zero_grad()
        loss.backward()
        clip(model.parameters)
        model.optimiser.step()
        model.average.update()
        model.seen += plan.diffusion_batch
        progress.step(model.seen, loss=loss.item())
        if model.seen - kept >= KEEP_EVERY or model.seen >= plan.diffusion_samples:
            kept = model.seen
            save_atomically(model.state(), checkpoint)
            kept_at(model.seen)


def rate(seen: int, began: int, total: int) -> float:
    """Warm up after every start, stay, and fall over the last quarter."""
    left = max(0.0, (total - seen) / total)
    return min(1.0, (seen - began + 1) / WARMUP) * min(1.0, 0.05 + 4 * left)


def _loss(
    model: Diffuser,
    latents: Latents,
    empty: Tensor,
    levels: Tensor,
    batch: int,
    share: float,
    r: torch.Generator,
) -> Tensor:
    chosen = torch.randint(len(latents.values), (batch,), generator=r)
    clean = latents.values[chosen].float() * latents.scale  # (batch, 4, 16, 16)
    times = chosen_times(batch, focused(share), r)  # (batch)
    without = torch.where(times < CLEAR, CLEAR_WITHOUT, WITHOUT_PROMPT)
    silent = torch.rand(batch, generator=r) < without
    asked = latents.tokens[chosen]  # (batch, tokens)
    noise = torch.randn(clean.shape, generator=r)
    alpha = levels[times][:, None, None, None]  # (batch, 1, 1, 1)
    noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * noise
    velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * clean
    if silent.any():
        # What is seen without a prompt is learned from what is seen with it, which is as right on
        # average and varies less: guidance multiplies the errors that the two do not share.
        with torch.no_grad():
            velocity[silent] = model.answer(noisy[silent], times[silent], asked[silent])
    mild = ~silent & (times >= MILD_STEPS)
    if share >= MILD_FROM and mild.any():
        velocity[mild] = milder(model, noisy[mild], times[mild], empty, velocity[mild])
    made = model.answer(noisy, times, torch.where(silent[:, None], empty, asked))
    ratio = alpha / (1 - alpha)
    # Min-SNR's weight of the clean picture's error, divided by what v makes of it: snr + 1. At
    # much noise it would be next to nothing, but there the words decide what comes: it stays 1.
    weight = (ratio + 1).clamp(max=LARGEST_WEIGHT) / (ratio + 1)
    return (weight * F.mse_loss(made, velocity, reduction="none")).mean() / weight.mean()


def milder(
    model: Diffuser, noisy: Tensor, times: Tensor, empty: Tensor, velocity: Tensor
) -> Tensor:
    """Velocities part of the way from the answer without a prompt to the true ones.

    Taught plainly, this network lost the styles at guidance 5, which is usual elsewhere, and knew
    them at 2: this moves the scale. All are (batch, 4, 16, 16).
    """
    with torch.no_grad():
        plain = model.answer(noisy, times, empty.expand(len(noisy), -1))
    return plain + MILDNESS * (velocity - plain)


def focused(share: float) -> range:
    """The steps to learn from most, when that share of the training is done.

    In the noisier half words decide what comes. In what style it is shows only in the less noisy
    steps: too few of them, and real pictures lose theirs when they are painted over even lightly.
    """
    return range(NOISE.steps // 2, NOISE.steps) if share < DETAILS else range(NOISE.steps * 3 // 5)


def chosen_times(batch: int, focus: range, r: torch.Generator) -> Tensor:
    """The step of each sample (batch): of all, or for a share of `FOCUS`, of those."""
    often = torch.rand(batch, generator=r) < FOCUS
    first = torch.where(often, focus.start, 0)
    count = torch.where(often, len(focus), NOISE.steps)
    return first + (torch.rand(batch, generator=r) * count).long()


def load_diffusion(
    plan: Plan, tokenizer: CLIPTokenizer, checkpoint: Path
) -> tuple[UNet2DConditionModel, CLIPTextModel, int]:
    """The averaged networks, and the samples that they have seen."""
    state = load_checkpoint(checkpoint)
    assert state is not None, f"no diffusion training at {checkpoint}"
    model = Diffuser(plan, tokenizer)
    model.load(state)
    model.average.swap()
    return model.unet.eval(), model.text.eval(), model.seen
