"""Previews show what the decoder would."""

import json
from pathlib import Path
from types import SimpleNamespace

import torch
from diffusers.configuration_utils import FrozenDict

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.picture_files import resized
from sddesk.core.values import GenerationRequest, Picture
from sddesk.engine.pipeline import generate
from sddesk.engine.previews import SD, SDXL, LinearMap, linear_map
from tests.engine.conftest import load
from tests.starter import SIDE

PROMPTS = ("dog", "yellow flower", "house in a park", "blue fish", "moon on a black background")


def small_colours(picture: Picture, side: int) -> torch.Tensor:
    """The picture at latent resolution as (side * side, 3) in 0..1."""
    pixels = resized(picture, side, side).pixels
    return torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(-1, 3) / 255


def test_no_linear_map_would_show_much_more_of_the_pictures(tmp_path: Path) -> None:
    """Against the map fitted to these very pictures, which no map can beat by much."""
    model = load(read_model(RESOURCES / "models" / "starter"), tmp_path)
    latents: list[torch.Tensor] = []
    colours: list[torch.Tensor] = []
    cells = SIDE // 2 ** (len(model.pipeline.vae.config.block_out_channels) - 1)
    for seed, prompt in enumerate(PROMPTS):
        request = GenerationRequest(
            model=model.ref,
            prompt=prompt,
            seed=100 + seed,
            steps=10,
            guidance_scale=5,
            sampler="DPM++ 2M",
            width=SIDE,
            height=SIDE,
        )
        result = generate(model, request, None, lambda _: None, lambda: False)
        assert result.tape.final is not None
        latents.append(torch.cat([result.tape.final[0].flatten(1), torch.ones(1, cells**2)]).T)
        colours.append(small_colours(result.picture, cells))
    seen, true = torch.cat(latents), torch.cat(colours)
    best = torch.linalg.lstsq(seen, true).solution
    mine = torch.cat([model.preview.weights, model.preview.bias[None]])
    errors = [((seen @ rows).clamp(0, 1) - true).abs().mean().item() for rows in (mine, best)]
    assert errors[0] < 1.2 * errors[1], errors


def vae(scaling: float, blocks: list[int]) -> SimpleNamespace:
    config = {"scaling_factor": scaling, "block_out_channels": blocks, "latent_channels": 4}
    return SimpleNamespace(config=FrozenDict(config))


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
