"""Trains the autoencoder: 128×128 pictures to 16×16×4 latents and back."""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor

from starter_model.config import PICTURE, Networks, Plan
from starter_model.learning import (
    Average,
    Progress,
    clip,
    cosine,
    load_checkpoint,
    save_atomically,
    set_rate,
    to_tensor,
)
from starter_model.pool import Pictures, Pool

CROP = 64  # pixels of a side of the crops that come first
RATE = 2e-3
KEEP_EVERY = 4_000  # samples between checkpoints


def new_autoencoder(networks: Networks) -> AutoencoderKL:
    levels = len(networks.vae_channels)
    return AutoencoderKL(
        block_out_channels=networks.vae_channels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=networks.vae_groups,
        mid_block_add_attention=False,
        sample_size=PICTURE,
        scaling_factor=1.0,
        force_upcast=False,
    ).to(memory_format=torch.channels_last)


def difference(made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """What the decoder is punished for (colour and edges), and the mean square alone."""
    error = made - real
    across = (error[..., 1:] - error[..., :-1]).abs().mean()
    down = (error[:, :, 1:] - error[:, :, :-1]).abs().mean()
    square = error.pow(2).mean()
    return error.abs().mean() + 2 * square + 0.5 * (across + down), square


def pictures_for(pictures: Pictures, plan: Plan, seen: int) -> Tensor:
    """The next batch: many crops in the cheap first phase, whole pictures after."""
    r = np.random.default_rng((plan.seed, seen))
    if seen >= plan.crop_samples:
        return to_tensor(pictures.batch(r.integers(0, len(pictures), plan.vae_batch)))
    batch = pictures.batch(r.integers(0, len(pictures), 4 * plan.vae_batch))
    offsets = r.integers(0, PICTURE - CROP + 1, (len(batch), 2))
    crops = [p[y : y + CROP, x : x + CROP] for p, (y, x) in zip(batch, offsets, strict=True)]
    return to_tensor(np.stack(crops))


def train_autoencoder(plan: Plan, pool: Pool, checkpoint: Path) -> None:
    """Train until the plan's samples are seen, going on from the checkpoint."""
    torch.manual_seed(plan.seed)
    model, pictures = new_autoencoder(plan.networks), pool.pictures()
    optimiser = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.99), weight_decay=1e-4)
    average = Average(model.parameters(), decay=0.998)
    seen = resume(checkpoint, model, optimiser, average)
    progress, kept = Progress("autoencoder", plan.vae_samples, 2_000), seen
    while seen < plan.vae_samples:
        real = pictures_for(pictures, plan, seen)  # (batch, 3, side, side)
        set_rate(optimiser, RATE * cosine(seen / plan.vae_samples))
        latents = model.encode(real).latent_dist  # (batch, 4, side/8, side/8)
        loss, square = difference(model.decode(latents.sample()).sample, real)
        optimiser.zero_grad()
        (loss + 1e-6 * latents.kl().mean()).backward()
        clip(model.parameters())
        optimiser.step()
        average.update()
        seen += len(real)
        progress.step(seen, loss=loss.item(), psnr=psnr(square.item()))
        if seen - kept >= KEEP_EVERY or seen >= plan.vae_samples:
            kept = seen
            keep(checkpoint, seen, model, optimiser, average)


def psnr(square: float) -> float:
    """Decibels from a mean square on the scale -1 to 1."""
    return float(10 * np.log10(4 / square))


def keep(
    path: Path,
    seen: int,
    model: AutoencoderKL,
    optimiser: torch.optim.Optimizer,
    average: Average,
) -> None:
    state = {"seen": seen, "model": model.state_dict(), "optimiser": optimiser.state_dict()}
    save_atomically({**state, "average": average.values}, path)


def resume(
    path: Path, model: AutoencoderKL, optimiser: torch.optim.Optimizer, average: Average
) -> int:
    """Put the checkpoint's state back; returns the samples seen."""
    state = load_checkpoint(path)
    if state is None:
        return 0
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    average.values = state["average"]
    average.steps = 10_000
    return state["seen"]


def load_autoencoder(plan: Plan, checkpoint: Path) -> AutoencoderKL:
    """The trained autoencoder, averaged weights."""
    model = new_autoencoder(plan.networks)
    state = load_checkpoint(checkpoint)
    assert state is not None, f"no autoencoder at {checkpoint}"
    for parameter, value in zip(model.parameters(), state["average"], strict=True):
        parameter.data.copy_(value)
    return model.eval().requires_grad_(False)
