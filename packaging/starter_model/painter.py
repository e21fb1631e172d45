"""Paints pictures with an exported model, with the steps and the sampler of the program."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import numpy as np
import torch
from PIL import Image

from sddesk.engine.samplers import make_scheduler
from starter_model.artwork import Pixels
from starter_model.config import PICTURE
from starter_model.learning import precision

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

STEPS = 20
GUIDANCE = 5.0
SAMPLER = "DPM++ 2M"
BATCH = 16


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to paint."""

    prompt: str
    seed: int
    guidance: float = GUIDANCE
    negative: str = ""
    sketch: Pixels | None = None  # (PICTURE, PICTURE, 3) to begin from
    strength: float = 1.0


class Painter:
    """An exported model, loaded as anybody would load it."""

    def __init__(self, folder: Path) -> None:
        load = diffusers.StableDiffusionPipeline.from_pretrained
        self.pipeline = load(folder, dtype=torch.float32, local_files_only=True)
        self.pipeline.scheduler = make_scheduler(SAMPLER, self.pipeline.scheduler.config)
        self.pipeline.unet.forward = quick(self.pipeline.unet.forward)
        self.from_sketch = diffusers.StableDiffusionImg2ImgPipeline(**self.pipeline.components)
        for pipeline in (self.pipeline, self.from_sketch):
            pipeline.set_progress_bar_config(disable=True)

    def paint(self, orders: Sequence[Order], name: str = "pictures") -> Pixels:
        """The pictures in the order of the orders (count, PICTURE, PICTURE, 3)."""
        made: list[Pixels] = []
        for batch in batches(orders):
            made.append(self._paint(batch))
            print(f"{name}: {sum(map(len, made))} of {len(orders)} painted", flush=True)
        return np.concatenate(made)

    def _paint(self, orders: list[Order]) -> Pixels:
        options: dict[str, Any] = {
            "prompt": [o.prompt for o in orders],
            "negative_prompt": [o.negative for o in orders],
            "guidance_scale": orders[0].guidance,
            "num_inference_steps": STEPS,
            "generator": [torch.Generator().manual_seed(o.seed) for o in orders],
            "output_type": "np",
        }
        if orders[0].sketch is None:
            pictures = self.pipeline(width=PICTURE, height=PICTURE, **options).images
        else:
            sketches = [Image.fromarray(o.sketch) for o in orders if o.sketch is not None]
            strength = orders[0].strength
            pictures = self.from_sketch(image=sketches, strength=strength, **options).images
        return (pictures * 255).round().astype(np.uint8)

    def reconstruct(self, pictures: Pixels) -> Pixels:
        """Through the autoencoder and back (count, PICTURE, PICTURE, 3)."""
        processor, vae = self.pipeline.image_processor, self.pipeline.vae
        made = []
        with torch.no_grad():
            for start in range(0, len(pictures), BATCH):
                real = processor.preprocess(pictures[start : start + BATCH] / np.float32(255))
                latents = vae.encode(real).latent_dist.mode()  # (batch, 4, 16, 16)
                back = processor.postprocess(vae.decode(latents).sample, output_type="np")
                made.append((back * 255).round().astype(np.uint8))
        return np.concatenate(made)


def quick(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The same network in bfloat16 where that is faster: an exam is hundreds of pictures."""

    def run(*args: Any, **options: Any) -> tuple[torch.Tensor]:
        with precision():
            made = forward(*args, **{**options, "return_dict": False})[0]
        return (made.float(),)

    return run


def batches(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """Neighbours of the same guidance that begin alike, at most BATCH together."""
    for _, alike in groupby(orders, lambda o: (o.guidance, o.sketch is None, o.strength)):
        waiting = list(alike)
        for start in range(0, len(waiting), BATCH):
            yield waiting[start : start + BATCH]
