"""Quick pictures of latents: a linear map from latent channels to RGB."""

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import ProblemError
from sddesk.core.values import ModelRef, Picture
from sddesk.engine.vae import encode

ART_VERSION = 2  # to be raised when the drawings change, so that old caches are not used
ART_PICTURES = 24
ART_SIDE = 16  # latent pixels of the drawn pictures' edge: real autoencoders are slow on CPUs


@dataclass(frozen=True, slots=True)
class LinearMap:
    """RGB in 0..1 = latents @ `weights` (channels, 3) + `bias` (3)."""

    weights: torch.Tensor
    bias: torch.Tensor

    def picture(self, latents: torch.Tensor) -> Picture:
        """Latents (1, channels, h, w), scaled as the UNet sees them, as an h x w picture."""
        colours = latents[0].permute(1, 2, 0) @ self.weights + self.bias  # (h, w, 3)
        pixels = (colours.clamp(0, 1) * 255).round().to(torch.uint8).contiguous()
        return Picture(pixels.shape[1], pixels.shape[0], pixels.numpy().tobytes())


# SD 1.x: K. Turner, "Decoding latents to RGB without upscaling", Hugging Face forum, 2022.
SD = LinearMap(
    torch.tensor(
        [
            [0.298, 0.207, 0.208],
            [0.187, 0.286, 0.173],
            [-0.158, 0.189, 0.264],
            [-0.184, -0.271, -0.473],
        ]
    )
    / 2,
    torch.full((3,), 0.5),
)
# SDXL: diffusers' documentation, "Pipeline callbacks: display image after each generation step".
SDXL = LinearMap(
    torch.tensor(
        [[60.0, 60.0, 60.0], [-60.0, -5.0, 10.0], [25.0, 15.0, -5.0], [-70.0, -50.0, -35.0]]
    )
    / 255,
    torch.tensor([150.0, 140.0, 130.0]) / 255,
)
_PUBLISHED = {0.18215: SD, 0.13025: SDXL}  # by the VAE's scaling factor
_PUBLISHED_BLOCKS = [128, 256, 512, 512]


def linear_map(vae: Any, fingerprint: str, cache: Path) -> LinearMap:
    """The map for this VAE: published, from the cache, or fitted now and cached.

    `fingerprint` identifies the model's weights. The cache is optional: a folder that cannot be
    written costs a new fit at the next start, nothing else.
    """
    file = _file(cache, fingerprint)
    return _known(dict(vae.config), file) or _fitted(vae, file)


def known_map(ref: ModelRef, cache: Path) -> LinearMap | None:
    """The map for a model that is not loaded: published or fitted earlier, else None."""
    try:
        config = parse_object((ref.path / "vae" / "config.json").read_bytes())
        return _known(config, _file(cache, cache_key(ref.fingerprint)))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # loading the model will tell what is wrong


def _file(cache: Path, fingerprint: str) -> Path:
    return cache / "previews" / f"{fingerprint}.json"


def _known(config: dict[str, Any], file: Path) -> LinearMap | None:
    published = _PUBLISHED.get(config["scaling_factor"])
    if published is not None and list(config["block_out_channels"]) == _PUBLISHED_BLOCKS:
        return published
    return _cached(file, int(config["latent_channels"]))


def _cached(file: Path, channels: int) -> LinearMap | None:
    try:
        rows = torch.tensor(json.loads(file.read_bytes()), dtype=torch.float32)
    except (OSError, ValueError, TypeError):
        return None
    if rows.shape != (channels + 1, 3) or not rows.isfinite().all():
        return None
    return LinearMap(rows[:-1], rows[-1])


def _fitted(vae: Any, file: Path) -> LinearMap:
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    with torch.no_grad():
        rows = fit(lambda image: encode(vae, image), factor)
    with contextlib.suppress(ProblemError):  # only the cache would be missing
        write_bytes_atomically(file, json.dumps(rows.tolist()).encode())
    return LinearMap(rows[:-1], rows[-1])


def fit(encode_image: Callable[[torch.Tensor], torch.Tensor], factor: int) -> torch.Tensor:
    """Least squares from latents to colours over drawn pictures: (channels + 1, 3), bias last."""
    random = np.random.default_rng(0)
    columns: list[torch.Tensor] = []
    colours: list[torch.Tensor] = []
    for _ in range(ART_PICTURES):
        art = torch.from_numpy(_drawing(random))  # (3, side, side) in 0..1
        large = art.repeat_interleave(factor, 1).repeat_interleave(factor, 2)
        latents = encode_image(large[None] * 2 - 1)[0]  # (channels, side, side)
        columns.append(torch.cat([latents.flatten(1), torch.ones(1, ART_SIDE**2)]).T)
        colours.append(art.flatten(1).T)
    return torch.linalg.lstsq(torch.cat(columns), torch.cat(colours)).solution


def _drawing(random: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Discs and boxes on a white or two-coloured ground, (3, side, side) in 0..1.

    White half of the time, and few shapes: autoencoders code large flat areas unlike busy ones.
    """
    y, x = np.mgrid[0:ART_SIDE, 0:ART_SIDE].astype(np.float32) / ART_SIDE
    turn = random.uniform(0, 2 * np.pi)
    ramp = np.clip(0.5 + (x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn), 0, 1)
    first, second = random.uniform(0, 1, (2, 3, 1, 1))
    art = first * (1 - ramp) + second * ramp
    if random.random() < 0.5:
        art = np.ones_like(art)
    for _ in range(3):
        middle, radius = random.uniform(0, 1, 2), random.uniform(0.08, 0.3)
        away = (np.abs(x - middle[0]), np.abs(y - middle[1]))
        inside = np.maximum(*away) < radius if random.random() < 0.5 else np.hypot(*away) < radius
        art = np.where(inside, random.uniform(0, 1, (3, 1, 1)), art)
    return art.astype(np.float32)


def cache_key(model_fingerprint: str) -> str:
    """The cache's name for a model: changes with the weights and with what we fit on."""
    text = f"{model_fingerprint}:{ART_VERSION}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
