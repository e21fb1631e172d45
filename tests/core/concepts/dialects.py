"""Writes concept files in the layouts of other programs."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

ONE = torch.arange(32, dtype=torch.float32).reshape(1, 32) / 7 - 2
THREE = torch.sin(torch.arange(96, dtype=torch.float32)).reshape(3, 32)


def a1111(vectors: torch.Tensor, key: str = "*") -> dict[str, Any]:
    """What A1111 saves (`modules/textual_inversion/textual_inversion.py`, `Embedding.save`)."""
    return {
        "string_to_token": {key: 265},
        "string_to_param": {key: vectors},
        "name": "trained-as",
        "step": 500,
        "sd_checkpoint": "81761151",
        "sd_checkpoint_name": None,
    }


def original(vectors: torch.Tensor) -> dict[str, Any]:
    """What the first implementation saves (rinongal/textual_inversion): a ParameterDict."""
    return {
        "string_to_token": {"*": torch.tensor(265)},
        "string_to_param": torch.nn.ParameterDict({"*": torch.nn.Parameter(vectors)}),
    }


def parameter(vectors: torch.Tensor) -> torch.Tensor:
    """As trainers keep it."""
    return torch.nn.Parameter(vectors)


def library(folder: Path) -> Path:
    """A folder of huggingface.co/sd-concepts-library."""
    path = folder / "cat-toy"
    (path / "concept_images").mkdir(parents=True)
    torch.save({"<cat-toy>": ONE[0]}, path / "learned_embeds.bin")
    (path / "token_identifier.txt").write_text("<cat-toy>")
    (path / "README.md").write_text("---\nlicense: mit\n---\n### cat-toy\n")
    return path


def _torch(name: str, content: object) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        torch.save(content, folder / name)
        return folder / name

    return write


def _safe(name: str, content: dict[str, torch.Tensor], **about: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        save_file(content, folder / name, about or None)
        return folder / name

    return write


# name: how it is written, the words, the numbers of vectors, the words asked of the user
DIALECTS: dict[str, tuple[Callable[[Path], Path], tuple[str, ...], int, str | None]] = {
    "diffusers .bin": (_torch("learned_embeds.bin", {"<cat>": ONE[0]}), ("<cat>",), 1, None),
    "diffusers .bin, parameter": (_torch("a.bin", {"<c>": parameter(ONE)}), ("<c>",), 1, None),
    "diffusers .safetensors": (_safe("a.safetensors", {"<cat>": THREE}), ("<cat>",), 3, None),
    "diffusers, half": (_safe("h.safetensors", {"<h>": THREE.half()}), ("<h>",), 3, None),
    "diffusers, bfloat16": (_torch("b.bin", {"<b>": THREE.bfloat16()}), ("<b>",), 3, None),
    "diffusers, several words": (
        _safe("two.safetensors", {"<s0>": ONE[0], "<s1>": THREE[1].clone()}),
        ("<s0>", "<s1>"),
        1,
        None,
    ),
    "A1111 .pt": (_torch("mr doodle.pt", a1111(THREE)), ("mr doodle",), 3, None),
    "A1111 .pt, any key": (_torch("hat.pt", a1111(ONE, "sks")), ("hat",), 1, None),
    "A1111 .pt, original": (_torch("first.pt", original(THREE)), ("first",), 3, None),
    "A1111 .safetensors": (_safe("inked.safetensors", {"emb_params": THREE}), ("inked",), 3, None),
    "bare tensor": (_torch("bare.pt", ONE), ("my word",), 1, "my word"),
    "bare, transposed": (_torch("t.pt", THREE.T.contiguous().T), ("w",), 3, "w"),
    "list of dicts": (
        _torch("l.bin", [{"<a>": ONE[0]}, {"<b>": THREE[2]}]),
        ("<a>", "<b>"),
        1,
        None,
    ),
    "word with spaces": (_torch("e.bin", {"Mr Doodle": ONE[0]}), ("Mr Doodle",), 1, None),
    "concepts library": (library, ("<cat-toy>",), 1, None),
    "renamed": (_torch("learned_embeds.bin", {"<cat>": ONE[0]}), ("moggy",), 1, "moggy"),
}


def sdxl(folder: Path) -> Path:
    """Both encoders of SDXL."""
    return _safe("xl.safetensors", {"clip_l": THREE, "clip_g": THREE.cos()})(folder)


def lora_tensors(layout: str, rank: int = 4, scale: float = 0.5) -> dict[str, torch.Tensor]:
    """A LoRA of the tiny model's first cross-attention, and of its text encoder."""
    maker = torch.Generator().manual_seed(5)
    shape = {
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k": (32, 32),
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v": (32, 32),
        "mid_block.attentions.0.transformer_blocks.0.attn1.to_q": (32, 32),
    }
    text = {
        "text_model.encoder.layers.0.self_attn.q_proj": (32, 32),
        "text_model.encoder.layers.1.self_attn.out_proj": (32, 32),
    }
    tensors: dict[str, torch.Tensor] = {}
    for prefix, kohya, parts in (("unet", "lora_unet", shape), ("text_encoder", "lora_te", text)):
        for name, (width, height) in parts.items():
            down = torch.randn(rank, width, generator=maker) * scale
            up = torch.randn(height, rank, generator=maker) * scale
            if layout == "kohya":
                stem = f"{kohya}_{name.replace('.', '_')}"
                tensors[f"{stem}.lora_down.weight"] = down
                tensors[f"{stem}.lora_up.weight"] = up
                tensors[f"{stem}.alpha"] = torch.tensor(float(rank))
            elif layout == "peft":
                tensors[f"{prefix}.{name}.lora_A.weight"] = down
                tensors[f"{prefix}.{name}.lora_B.weight"] = up
            else:
                middle = "lora" if prefix == "unet" else "lora_linear_layer"
                tensors[f"{prefix}.{name}.{middle}.down.weight"] = down
                tensors[f"{prefix}.{name}.{middle}.up.weight"] = up
    return tensors


def zip_parts(path: Path) -> dict[str, bytes]:
    """The members of a zip file."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def header(entries: bytes, body: bytes = b"") -> bytes:
    """A safetensors file with any header."""
    return struct.pack("<Q", len(entries)) + entries + body
