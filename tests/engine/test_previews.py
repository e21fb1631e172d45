"""Previews show what the decoder would."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.picture_files import resized
from sddesk.core.values import GenerationRequest, Picture
from sddesk.engine.pipeline import Frame, generate
from sddesk.engine.previews import SD, SDXL, LinearMap, linear_map
from tests.engine.conftest import load


def correlation(one: Picture, other: Picture) -> float:
    small = resized(other, one.width, one.height)
    values = np.stack([np.frombuffer(p.pixels, np.uint8) for p in (one, small)])
    matrix: Any = np.corrcoef(values)
    return float(matrix[0, 1])


def test_the_last_preview_resembles_the_picture(tmp_path: Path) -> None:
    model = load(read_model(RESOURCES / "models" / "starter"), tmp_path)
    likeness = []
    for seed in range(4):
        frames: list[Frame] = []
        request = GenerationRequest(
            model=model.ref,
            prompt="red apple on a blue background",
            seed=seed,
            steps=8,
            guidance_scale=5,
            sampler="DPM++ 2M",
            width=64,
            height=64,
        )
        result = generate(model, request, None, frames.append, lambda: False)
        likeness.append(correlation(frames[-1].predicted, result.picture))
    assert min(likeness) > 0.9, likeness


def vae(scaling: float, blocks: list[int]) -> SimpleNamespace:
    config = SimpleNamespace(scaling_factor=scaling, block_out_channels=blocks, latent_channels=4)
    return SimpleNamespace(config=config)


def test_published_maps_for_the_published_autoencoders(tmp_path: Path) -> None:
    blocks = [128, 256, 512, 512]
    assert linear_map(vae(0.18215, blocks), "x", tmp_path) is SD
    assert linear_map(vae(0.13025, blocks), "x", tmp_path) is SDXL


def test_a_fitted_map_is_cached_and_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    model = load(read_model(RESOURCES / "models" / "starter"), tmp_path)
    files = list((tmp_path / "previews").iterdir())
    assert len(files) == 1
    key = files[0].stem
    for damage in (b"", b"[[1,2],[3,4]]", b"[1", b"[[NaN,NaN,NaN]]"):
        files[0].write_bytes(damage)
        again = linear_map(model.pipeline.vae, key, tmp_path)
        assert torch.allclose(again.weights, model.preview.weights, atol=1e-3)
    assert len(json.loads(files[0].read_bytes())) == 5


def test_pictures_are_clamped_and_in_order() -> None:
    gauge = LinearMap(torch.eye(4)[:, :3], torch.zeros(3))
    latents = torch.zeros(1, 4, 2, 3)
    latents[0, 0, 1, 2] = 5
    latents[0, 2, 0, 0] = 0.5
    picture = gauge.picture(latents)
    assert (picture.width, picture.height) == (3, 2)
    assert picture.pixels == bytes([0, 0, 128, *[0] * 12, 255, 0, 0])
