"""LoRA files: in whose layout they are, for which model, and which of their kin cannot be used."""

import re
from pathlib import Path

from sddesk.core.concepts.stored import StoredTensor, damaged_file
from sddesk.core.problems import ProblemError

# What the names of tensors give away; LyCORIS' `docs/` names them so.
_KIN = {
    "LoHa": re.compile(r"\.hada_(w\d_[ab]|t\d)$"),
    "LoKr": re.compile(r"\.lokr_(w\d(_[ab])?|t\d)$"),
    "OFT": re.compile(r"\.oft_(blocks|diag|R\.weight)$"),
    "GLoRA": re.compile(r"\.([ab][12])\.weight$"),
    "(IA)³": re.compile(r"\.on_input$"),
    "full difference": re.compile(r"\.(diff|diff_b)$"),
    "IP-Adapter": re.compile(r"^(image_proj|ip_adapter)\."),
    "ControlNet": re.compile(r"(^|\.)(control_model|controlnet)\."),
}
_DOWN = re.compile(
    r"[._](lora[._](linear_layer[._])?down|lora_A)\.(weight|default\.weight)$|_lora\.down\.weight$"
)
_LORA = re.compile(r"lora[._](down|up|mid|A|B|linear_layer)|\.dora_scale$|lora_magnitude_vector")
_READS_TEXT = re.compile(r"attn2[._](processor[._])?to_[kv]")
_OTHER_MODELS = re.compile(
    r"(lora_transformer_|transformer\.|diffusion_model\.(double|single)_blocks|lora_unet_double)"
)


def is_lora_like(tensors: dict[str, StoredTensor]) -> bool:
    """Whether these are the weights of a LoRA or of one of its kin."""
    patterns = [_LORA, *_KIN.values()]
    return any(pattern.search(name) for name in tensors for pattern in patterns)


def lora_origin(path: Path, tensors: dict[str, StoredTensor]) -> str:
    """The layout of the file; raises `ProblemError` with the name of what cannot be applied."""
    for kin, pattern in _KIN.items():
        found = next((name for name in tensors if pattern.search(name)), None)
        if found is not None:
            raise ProblemError(
                f"{kin} files cannot be used yet", f"{path} ({found[:100]})", "choose a LoRA"
            )
    if any(_OTHER_MODELS.match(name) for name in tensors):
        raise ProblemError(
            "This LoRA is for another kind of model",
            str(path),
            "SD Desk reads those for Stable Diffusion 1.x, 2.x and SDXL",
        )
    for name, tensor in tensors.items():
        if _DOWN.search(name) and (len(tensor.shape) < 2 or 0 in tensor.shape):
            raise damaged_file(path, f"{name[:100]} has shape {tensor.shape}")
    if not any(_DOWN.search(name) for name in tensors):
        raise damaged_file(path, "it has no lower halves of a LoRA")
    return _layout(tensors)


def _layout(tensors: dict[str, StoredTensor]) -> str:
    if any(name.startswith(("lora_unet_", "lora_te")) for name in tensors):
        return "kohya"
    if any(".lora_A." in name for name in tensors):
        return "peft"
    return "diffusers"


def lora_widths(tensors: dict[str, StoredTensor]) -> tuple[int, ...]:
    """The width of the text that its attention reads; empty if it changes none that does."""
    for name, tensor in tensors.items():
        if _READS_TEXT.search(name) and _DOWN.search(name) and len(tensor.shape) >= 2:
            return (tensor.shape[1],)
    return ()
