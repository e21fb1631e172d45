"""Real pipelines with random weights, so small that a step takes milliseconds."""

import json
import shutil
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import torch
import transformers
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.values import ModelRef

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

_TOKENIZER = RESOURCES / "models" / "starter" / "tokenizer"
_DEFAULTS = {"version": 1, "width": 64, "height": 64, "steps": 4, "sampler": "Euler"}
_SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def make_tiny_sd(
    folder: Path,
    prediction_type: str = "epsilon",
    seed: int = 0,
    channels: tuple[int, int] = (16, 32),
) -> ModelRef:
    """A Stable Diffusion 1.x in miniature, 64x64, saved in `folder`."""
    torch.manual_seed(seed)
    tokenizer = CLIPTokenizer.from_pretrained(_TOKENIZER)
    schedule = {**_SCHEDULE, "prediction_type": prediction_type}
    pipeline = diffusers.StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text_config(tokenizer)),
        tokenizer=tokenizer,
        unet=_unet(cross_attention_dim=32, block_out_channels=channels),
        scheduler=diffusers.DDIMScheduler(**schedule),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return _saved(pipeline, folder)


def make_tiny_sdxl(folder: Path) -> ModelRef:
    """An SDXL in miniature with both text encoders, 64x64."""
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer.from_pretrained(_TOKENIZER)
    text = _text_config(tokenizer)
    pipeline = diffusers.StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(text),
        text_encoder_2=CLIPTextModelWithProjection(text),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=_unet(
            block_out_channels=(16, 32),
            cross_attention_dim=64,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=32 + 6 * 8,
        ),
        scheduler=diffusers.EulerDiscreteScheduler.from_config(_SCHEDULE),
    )
    return _saved(pipeline, folder)


def _saved(pipeline: Any, folder: Path) -> ModelRef:
    pipeline.save_pretrained(folder)
    (folder / "sddesk.json").write_text(json.dumps(_DEFAULTS))
    return read_model(folder)


def _text_config(tokenizer: Any) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=32,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _unet(**options: Any) -> Any:
    return diffusers.UNet2DConditionModel(
        sample_size=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        attention_head_dim=4,
        norm_num_groups=8,
        **options,
    )


def _vae() -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 8, 8, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=64,
    )


def copy_model(model: ModelRef, folder: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(model.path, folder))


def add_safety_checker(model: Path, *, refuses: bool) -> ModelRef:
    """Give a tiny model a checker that refuses every picture, or none."""
    sides = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1}
    vision = {**sides, "num_attention_heads": 2, "image_size": 32, "patch_size": 16}
    config = transformers.CLIPConfig(vision_config=vision, projection_dim=16)
    checker = StableDiffusionSafetyChecker(config)
    with torch.no_grad():  # a likeness is never below -1, and never above 2
        checker.concept_embeds_weights.fill_(-2.0 if refuses else 2.0)
        checker.special_care_embeds_weights.fill_(2.0)
    checker.save_pretrained(model / "safety_checker")
    size = {"height": 32, "width": 32}
    extractor = transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=size)
    extractor.save_pretrained(model / "feature_extractor")
    path = model / "model_index.json"
    index = json.loads(path.read_bytes())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    index["feature_extractor"] = ["transformers", "CLIPImageProcessor"]
    path.write_text(json.dumps(index))
    return read_model(model)
