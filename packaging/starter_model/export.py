"""Writes what was trained as a folder that a stock `StableDiffusionPipeline` loads."""

import json
import shutil
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import torch

from starter_model.autoencoder import load_autoencoder
from starter_model.config import PICTURE, Plan
from starter_model.diffusion import load_diffusion, new_schedule
from starter_model.tokenizer import load_tokenizer

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

DEFAULTS = {
    "version": 1,
    "name": "Starter",
    "width": PICTURE,
    "height": PICTURE,
    "steps": 20,
    "guidance_scale": 5.0,
    "sampler": "DPM++ 2M",
}


def export_model(plan: Plan, work: Path, decoder: Path, out: Path, scale: float) -> int:
    """Write the model in half precision; returns the samples that the UNet has seen.

    `decoder` is the checkpoint of the autoencoder, `scale` what its latents are multiplied by.
    """
    tokenizer = load_tokenizer(work / "tokenizer")
    autoencoder = load_autoencoder(plan, decoder)
    autoencoder.register_to_config(scaling_factor=scale)
    unet, text, seen = load_diffusion(plan, tokenizer, work / "diffusion.pt")
    pipeline = diffusers.StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=text,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=new_schedule(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).to(dtype=torch.float16)
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    pipeline.save_pretrained(fresh, safe_serialization=True)
    (fresh / "sddesk.json").write_text(json.dumps(DEFAULTS), encoding="utf-8")
    for kept in (*out.glob("*.md"), *out.glob("*.jpg")):  # the model card and its sheets
        shutil.copy(kept, fresh)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return seen
