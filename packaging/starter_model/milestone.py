"""Goes on from weights that an earlier training left: a model folder becomes checkpoints."""

import shutil
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import float32
from transformers import CLIPTextModel

from starter_model.learning import save_atomically


def unpack(milestone: Path, work: Path, seen: int) -> None:
    """Put tokenizer, autoencoder and diffusion into the work folder, unless they are there.

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
