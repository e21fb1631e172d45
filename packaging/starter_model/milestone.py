"""Goes on from weights that an earlier training left: a model folder becomes checkpoints.

The judge does not ship, but lies here: another one would give other figures.
"""

import shutil
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch import float32
from transformers import CLIPTextModel

from starter_model.learning import load_checkpoint, save_atomically

JUDGE = Path(__file__).with_name("judge.safetensors")


def unpack(milestone: Path, work: Path, seen: int) -> None:
    """Put tokenizer, autoencoder, judge and diffusion into the work folder, unless they are there.

    The checkpoints have no optimiser: training warms up with a fresh one. `seen` is the number of
    samples that the UNet has seen. Latents keep the scale that it knows.
    """
    if not (work / "tokenizer").exists():
        shutil.copytree(milestone / "tokenizer", work / "tokenizer")
    if not (work / "autoencoder.pt").exists():
        autoencoder = AutoencoderKL.from_pretrained(milestone / "vae", torch_dtype=float32)
        scale = autoencoder.config["scaling_factor"]
        state = {"seen": 0, "model": autoencoder.state_dict(), "scale": scale}
        average = [p.detach() for p in autoencoder.parameters()]
        save_atomically({**state, "average": average}, work / "autoencoder.pt")
    if not (work / "diffusion.pt").exists():
        unet = UNet2DConditionModel.from_pretrained(milestone / "unet", torch_dtype=float32)
        text = CLIPTextModel.from_pretrained(milestone / "text_encoder", dtype=float32)
        average = [p.detach() for p in (*unet.parameters(), *text.parameters())]
        state = {"seen": seen, "unet": unet.state_dict(), "text": text.state_dict()}
        save_atomically({**state, "average": average}, work / "diffusion.pt")
    if JUDGE.exists() and not (work / "judge.pt").exists():
        unpack_judge(JUDGE, work / "judge.pt")


def pack_judge(checkpoint: Path, path: Path) -> None:
    """Keep the judge in half precision, with the samples that it has seen."""
    state = load_checkpoint(checkpoint)
    assert state is not None, f"no judge at {checkpoint}"
    weights = {name: value.half().contiguous() for name, value in state["model"].items()}
    save_file(weights, path, {"seen": str(state["seen"])})


def unpack_judge(path: Path, checkpoint: Path) -> None:
    """The inverse; the checkpoint has no optimiser."""
    with safe_open(path, "pt") as file:
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        seen = int(file.metadata()["seen"])
    save_atomically({"model": weights, "seen": seen}, checkpoint)
