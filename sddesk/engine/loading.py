"""Loading a model folder into a stock diffusers pipeline, part by part."""

import gc
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import torch
import transformers

from sddesk.core.models import COMPONENTS, weight_files
from sddesk.core.problems import JobCancelled, ProblemError, one_line
from sddesk.core.values import ModelRef
from sddesk.engine.cancelling import cancellable, stop_if
from sddesk.engine.devices import dtype_for, free_memory
from sddesk.engine.learned import ConceptCache
from sddesk.engine.loras import AppliedLoras
from sddesk.engine.previews import LinearMap, cache_key, linear_map

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

# Only these classes are ever made, whatever a model's index asks for.
_CLASSES: dict[str, Any] = {
    "tokenizer": transformers.CLIPTokenizer,
    "tokenizer_2": transformers.CLIPTokenizer,
    "text_encoder": transformers.CLIPTextModel,
    "text_encoder_2": transformers.CLIPTextModelWithProjection,
    "unet": diffusers.UNet2DConditionModel,
    "vae": diffusers.AutoencoderKL,
}
_PIPELINES: dict[str, Any] = {
    "sd": diffusers.StableDiffusionPipeline,
    "sdxl": diffusers.StableDiffusionXLPipeline,
}
_SPOKEN = {"unet": "UNet", "vae": "VAE", "text_encoder": "text encoder"}


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: the stock pipeline, its noise schedule's config and its preview map.

    `words` and `loras` are the concepts that work with it; its own weights never change.
    `encodings` are the prompts that were read lately, by what decides about them.
    """

    ref: ModelRef
    pipeline: Any
    schedule: dict[str, Any]
    preview: LinearMap
    device: torch.device
    dtype: torch.dtype
    words: ConceptCache = field(default_factory=ConceptCache)
    loras: AppliedLoras = field(default_factory=AppliedLoras)
    encodings: dict[tuple[Any, ...], Any] = field(default_factory=dict[tuple[Any, ...], Any])

    @property
    def networks(self) -> list[torch.nn.Module]:
        """Every network of the pipeline."""
        parts = self.pipeline.components.values()
        return [part for part in parts if isinstance(part, torch.nn.Module)]


def load_model(
    ref: ModelRef,
    device: torch.device,
    cache: Path,
    progress: Callable[[str, int, int], None],
    cancelled: Callable[[], bool],
) -> LoadedModel:
    """Load from local files only; `progress` gets the name of each part, done and total.

    Raises `ProblemError` for a model that does not fit its own configuration, `JobCancelled`.
    """
    try:
        return _load(ref, device, cache, progress, cancelled)
    except (JobCancelled, ProblemError):
        raise
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        detail = one_line(f"{ref.path}: {error}")[:300]
        hint = "the folder may be damaged; get the model again"
        raise ProblemError("The model could not be loaded", detail, hint) from error


def unload(model: LoadedModel) -> None:
    """Give the model's memory back; the caller drops its own reference."""
    model.pipeline.to("cpu")
    gc.collect()
    free_memory(model.device)


def _load(
    ref: ModelRef,
    device: torch.device,
    cache: Path,
    progress: Callable[[str, int, int], None],
    cancelled: Callable[[], bool],
) -> LoadedModel:
    schedule = json.loads((ref.path / "scheduler" / "scheduler_config.json").read_bytes())
    dtype = dtype_for(device)
    names = [name for name in COMPONENTS[ref.family] if name != "scheduler"]
    parts: dict[str, Any] = {}
    for done, name in enumerate(names):
        stop_if(cancelled)
        progress(_SPOKEN.get(name, name.replace("_", " ")), done, len(names))
        parts[name] = _component(ref.path, name, dtype)
    stop_if(cancelled)
    pipeline = _pipeline(ref, parts, schedule).to(device)
    pipeline.set_progress_bar_config(disable=True)
    with cancellable([pipeline.vae], cancelled):
        preview = linear_map(pipeline.vae, cache_key(ref.fingerprint), cache)
    return LoadedModel(ref, pipeline, schedule, preview, device, dtype)


def _component(model: Path, name: str, dtype: torch.dtype) -> Any:
    folder, kind = model / name, _CLASSES[name]
    if name.startswith("tokenizer"):
        return kind.from_pretrained(folder, local_files_only=True)
    files = weight_files(folder)
    return kind.from_pretrained(
        folder,
        local_files_only=True,
        dtype=torch.float32 if name == "vae" else dtype,  # half precision turns some VAEs black
        use_safetensors=files[0].suffix == ".safetensors",
        variant=_variant(files),
    ).eval()


def _variant(files: list[Path]) -> str | None:
    """`fp16` for folders that bring only half-precision files (`….fp16.safetensors`)."""
    return "fp16" if all(".fp16." in f".{file.name}" for file in files) else None


def _pipeline(ref: ModelRef, parts: dict[str, Any], schedule: dict[str, Any]) -> Any:
    index = json.loads((ref.path / "model_index.json").read_bytes())
    scheduler = diffusers.DDIMScheduler.from_config(schedule)
    if ref.family == "sd":
        extras: dict[str, Any] = {
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        }
    else:
        empty = index.get("force_zeros_for_empty_prompt", True)
        extras = {"force_zeros_for_empty_prompt": empty, "add_watermarker": False}
    return _PIPELINES[ref.family](**parts, scheduler=scheduler, **extras)
