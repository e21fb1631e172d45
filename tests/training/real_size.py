"""One training step of a network as large as Stable Diffusion 1.5, in a process of its own.

`python -m tests.training.real_size METHOD SIDE FOLDER` prints what it took as JSON.
"""

import json
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import psutil
import torch
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.training.runs import Run
from sddesk.core.training.values import StepTrained
from sddesk.engine.loading import LoadedModel
from sddesk.training.memory import estimate
from sddesk.training.training import Training
from tests.training.teaching import draw_pictures, request_for

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers


def make_sd15(schedule: dict[str, Any]) -> Any:
    """Random weights in the shapes of SD 1.5's networks (its published configurations)."""
    tokenizer = CLIPTokenizer.from_pretrained(RESOURCES / "models" / "starter" / "tokenizer")
    tokenizer.model_max_length = 77
    text = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
    )
    vae = _filled(
        diffusers.AutoencoderKL,
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        sample_size=512,
    )
    return diffusers.StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=_filled(diffusers.UNet2DConditionModel, sample_size=64, cross_attention_dim=768),
        scheduler=diffusers.DDIMScheduler(**schedule),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _filled(kind: Any, **options: Any) -> Any:
    """A network with small random weights, without the time that careful first values take."""
    with torch.device("meta"):
        network = kind(**options)
    network.to_empty(device="cpu")
    with torch.no_grad():
        for weight in network.parameters():
            weight.uniform_(-0.02, 0.02)
    return network.eval()


def main(method: str, side: int, folder: Path) -> dict[str, float]:
    """Bytes that were estimated and taken, the loss and the seconds of the step."""
    schedule: dict[str, Any] = {
        "beta_start": 0.00085,
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
    }
    before = psutil.Process(os.getpid()).memory_info().rss
    pipeline = make_sd15(schedule)
    preview: Any = None  # no picture is drawn
    ref = replace(read_model(RESOURCES / "models" / "starter"), name="SD 1.5, random")
    model = LoadedModel(ref, pipeline, schedule, preview, torch.device("cpu"), torch.float32)
    pictures = draw_pictures(folder / "pictures")
    request = request_for(ref, method, pictures, side=side, steps=1, rank=8, learning_rate=1e-4)
    training = Training(model, request, Run(folder / "run"), folder / "cache")
    estimated = estimate(model, request, lambda: False)
    began = time.perf_counter()
    moments = list(training.go_on(folder / "out.safetensors", lambda: False))
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    (loss,) = (moment.loss for moment in moments if isinstance(moment, StepTrained))
    seconds = time.perf_counter() - began
    return {"estimated": estimated, "taken": taken, "loss": loss, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
