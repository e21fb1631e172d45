"""Between pictures and latents as the UNet sees them (scaled, normalised)."""

from typing import Any

import numpy as np
import torch

from sddesk.core.values import Picture


def image_tensor(picture: Picture) -> torch.Tensor:
    """A picture as (1, 3, height, width) in -1..1."""
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    image = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None] * 2 - 1
    # As diffusers' image processor lays it out: another layout changes the last bits.
    return image.contiguous(memory_format=torch.channels_last)


def encode(vae: Any, image: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """Latents (1, channels, h, w) on the CPU of an image (1, 3, height, width) in -1..1.

    The most likely ones, or with a `generator` drawn as diffusers' image to image does.
    """
    found = vae.encode(image.to(vae.device, vae.dtype)).latent_dist
    latents = found.mode() if generator is None else found.sample(generator)
    mean, deviation = _statistics(vae, latents)
    return ((latents - mean) * vae.config.scaling_factor / deviation).float().cpu()


def decode(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """The image (1, 3, height, width) in about -1..1 of latents (1, channels, h, w)."""
    moved = latents.to(vae.device, vae.dtype)
    mean, deviation = _statistics(vae, moved)
    scaled = moved * deviation / vae.config.scaling_factor + mean
    return vae.decode(scaled, return_dict=False)[0]


def _statistics(vae: Any, like: torch.Tensor) -> tuple[Any, Any]:
    """Mean and deviation per channel that newer SDXL autoencoders bring, else 0 and 1."""
    mean, deviation = vae.config.latents_mean, vae.config.latents_std
    if mean is None or deviation is None:
        return 0.0, 1.0
    shape = (1, -1, 1, 1)
    return torch.tensor(mean).view(shape).to(like), torch.tensor(deviation).view(shape).to(like)
