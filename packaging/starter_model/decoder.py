"""Trains the autoencoder's decoder on, with the encoder as it is: latents keep their meaning."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from starter_model.autoencoder import difference, keep, load_autoencoder, psnr, resume
from starter_model.config import Plan
from starter_model.learning import (
    Average,
    Progress,
    clip,
    cosine,
    precision,
    set_rate,
    to_tensor,
)
from starter_model.pool import Pool

RATE = 1e-3
KEEP_EVERY = 4_000  # samples between checkpoints


def train_decoder(plan: Plan, pool: Pool, latents: Tensor, first: Path, checkpoint: Path) -> None:
    """Train until the plan's samples are seen, from the autoencoder `first` or the checkpoint.

    `latents` (count, 4, 16, 16) are the pool's, not scaled.
    """
    torch.manual_seed(plan.seed)
    model, pictures = load_autoencoder(plan, first), pool.pictures()
    trained = [*model.post_quant_conv.parameters(), *model.decoder.parameters()]
    for parameter in trained:
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(trained, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    average = Average(model.parameters(), decay=0.998)
    seen = kept = resume(checkpoint, model, optimiser, average)
    progress = Progress("decoder", plan.decoder_samples, 2_000)
    while seen < plan.decoder_samples:
        r = np.random.default_rng((plan.seed, 1, seen))
        chosen = r.integers(0, len(latents), plan.decoder_batch)
        real = to_tensor(pictures.batch(chosen))  # (batch, 3, PICTURE, PICTURE)
        set_rate(optimiser, RATE * cosine(seen / plan.decoder_samples))
        loss, square = difference(decoded(model, latents[torch.from_numpy(chosen)]), real)
        optimiser.zero_grad()
        loss.backward()
        clip(trained)
        optimiser.step()
        average.update()
        seen += plan.decoder_batch
        progress.step(seen, loss=loss.item(), psnr=psnr(square.item()))
        if seen - kept >= KEEP_EVERY or seen >= plan.decoder_samples:
            kept = seen
            keep(checkpoint, seen, model, optimiser, average)


def decoded(model: Any, latents: Tensor) -> Tensor:
    """Pictures (batch, 3, PICTURE, PICTURE) of latents, from -1 to 1."""
    with precision():
        cells = latents.float().contiguous(memory_format=torch.channels_last)
        return model.decode(cells).sample.float()
