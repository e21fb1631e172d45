"""A LoRA in the layout of kohya's scripts, which A1111 and many others read."""

import json
import struct
from pathlib import Path

from sddesk.core.concepts.reading import TRAINING_KEY, WORD_KEY, read_concept
from sddesk.core.concepts.stored import StoredTensor, read_bytes
from sddesk.core.concepts.values import LORA
from sddesk.core.files import write_bytes_atomically
from sddesk.core.problems import ProblemError
from sddesk.core.safetensors_header import read_header

_PARTS = {"unet": "lora_unet", "text_encoder": "lora_te"}
_XL_PARTS = {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}
_HALVES = {"lora_A": "lora_down", "lora_B": "lora_up"}


def write_kohya(source: Path, target: Path) -> None:
    """Write the LoRA at `source`, in peft's layout, to `target` in kohya's.

    Raises `ProblemError` for a file that is none.
    """
    concept = read_concept(source)
    if concept.kind != LORA or not concept.origin.startswith("peft"):
        raise ProblemError(
            "Only a LoRA that SD Desk trained can be written in that layout", str(source)
        )
    metadata = read_header(source).metadata
    xl = any(name.startswith("text_encoder_2.") for name in concept.tensors)
    xl = xl or concept.widths == (2048,)
    parts: dict[str, tuple[StoredTensor, bytes]] = {}
    ranks: dict[str, int] = {}
    for name, tensor in concept.tensors.items():
        module, half = _split(name, _XL_PARTS if xl else _PARTS)
        parts[f"{module}.{_HALVES[half]}.weight"] = (tensor, read_bytes(tensor))
        if half == "lora_A":
            ranks[module] = tensor.shape[0]
    rank = max(ranks.values())
    notes = {
        "format": "pt",
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(rank),
        "ss_network_alpha": str(rank),
        "ss_output_name": target.stem,
    }
    kept = (WORD_KEY, TRAINING_KEY)
    notes |= {key: metadata[key] for key in kept if key in metadata}
    notes |= {k: v for k, v in metadata.items() if k.startswith("modelspec.")}
    write_bytes_atomically(target, _file(parts, ranks, notes))


def _split(name: str, parts: dict[str, str]) -> tuple[str, str]:
    """`unet.a.b.lora_A.weight` as `lora_unet_a_b` and `lora_A`."""
    part, _, rest = name.partition(".")
    module, half, _ = rest.rsplit(".", 2)
    return f"{parts[part]}_{module.replace('.', '_')}", half


def _file(
    parts: dict[str, tuple[StoredTensor, bytes]], ranks: dict[str, int], notes: dict[str, str]
) -> bytes:
    """A safetensors file; alpha is the rank, since the scale is in the weights already."""
    header: dict[str, object] = {"__metadata__": notes}
    body: list[bytes] = []
    entries = [
        (name, tensor.dtype, list(tensor.shape), data) for name, (tensor, data) in parts.items()
    ]
    entries += [
        (f"{module}.alpha", "F32", [], struct.pack("<f", rank)) for module, rank in ranks.items()
    ]
    place = 0
    for name, dtype, shape, data in entries:
        end = place + len(data)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [place, end]}
        body.append(data)
        place = end
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    return b"".join((len(raw).to_bytes(8, "little"), raw, *body))
