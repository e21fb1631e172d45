"""Small files made by hand: safetensors, model folders, requests."""

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

from sddesk.core.infotext import request_values
from sddesk.core.values import GenerationRequest, ModelRef, Picture

Tensors = dict[str, tuple[str, list[int], bytes]]

RECORDED = Picture(2, 1, b"abcdef")  # what the tapes made here belong to
SD_INDEX: dict[str, Any] = {
    "_class_name": "StableDiffusionPipeline",
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "scheduler": ["diffusers", "DDIMScheduler"],
}
XL_INDEX: dict[str, Any] = SD_INDEX | {
    "_class_name": "StableDiffusionXLPipeline",
    "tokenizer_2": ["transformers", "CLIPTokenizer"],
    "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
}


def safetensors_bytes(tensors: Tensors, metadata: dict[str, str] | None = None) -> bytes:
    """A whole safetensors file; each tensor is (type, shape, bytes)."""
    entries: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    body = b""
    for name, (dtype, shape, data) in tensors.items():
        offsets = [len(body), len(body) + len(data)]
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        body += data
    return raw_safetensors(json.dumps(entries).encode(), body)


def raw_safetensors(header: bytes, body: bytes = b"") -> bytes:
    """A safetensors file with any header at all."""
    return struct.pack("<Q", len(header)) + header + body


def write_model(
    folder: Path, index: dict[str, Any] = SD_INDEX, unet: dict[str, Any] | None = None
) -> Path:
    """A model folder that looks whole, with weights of eight bytes each."""
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(index))
    for name in (name for name in index if not name.startswith("_")):
        (folder / name).mkdir()
        if name.startswith(("text_encoder", "unet", "vae")):
            weights = safetensors_bytes({"w": ("F32", [2], name[:8].ljust(8).encode())})
            (folder / name / "model.safetensors").write_bytes(weights)
        elif name.startswith("tokenizer"):
            (folder / name / "tokenizer.json").write_text("{}")
        config = "scheduler_config.json" if name == "scheduler" else "config.json"
        (folder / name / config).write_text("{}")
    config = {"in_channels": 4, **(unet or {})}
    (folder / "unet" / "config.json").write_text(json.dumps(config))
    vae = {"latent_channels": 4, "block_out_channels": [1, 1, 1, 1]}
    (folder / "vae" / "config.json").write_text(json.dumps(vae))
    return folder


def a_model(**changes: Any) -> ModelRef:
    """A reference to a model that need not exist."""
    model = ModelRef("Tiny", Path("/models/tiny"), "sd", 8, "0123456789abcdef")
    return replace(model, **changes)


def a_request(**changes: Any) -> GenerationRequest:
    """A request that makes a picture."""
    request = GenerationRequest(
        model=a_model(),
        prompt="red apple",
        seed=1,
        steps=20,
        guidance_scale=7.0,
        sampler="Euler",
        width=64,
        height=64,
    )
    return replace(request, **changes)


def tape_header(request: GenerationRequest, **changes: Any) -> dict[str, Any]:
    """What a tape of that request says of itself."""
    header: dict[str, Any] = {
        "version": 1,
        "settings": request_values(request),
        "run": {"model_path": str(request.model.path), "picture_hash": RECORDED.pixel_hash()},
        "recorded": request.steps,
    }
    return header | changes


def write_tape(
    path: Path, request: GenerationRequest, header: dict[str, Any] | str | None = None
) -> Path:
    """A tape without steps in it, for all that core looks at."""
    text = header if isinstance(header, str) else json.dumps(header or tape_header(request))
    tensors = {"final": ("F32", [1], b"1234")}
    if request.init is not None:
        tensors["init_image"] = ("U8", [1, 2, 3], request.init.pixels)
    body = b"".join(data for _, _, data in tensors.values())
    metadata = {"sddesk_tape": text, "sddesk_body": hashlib.sha256(body).hexdigest()}
    path.write_bytes(safetensors_bytes(tensors, metadata))
    return path
