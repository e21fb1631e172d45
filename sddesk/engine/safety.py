"""The safety checker that some models bring: looks at finished pictures, as diffusers does it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from diffusers.pipelines.stable_diffusion import safety_checker as _stock
from safetensors import SafetensorError

from sddesk.core.picture_files import to_pil
from sddesk.core.problems import ProblemError, one_line
from sddesk.core.values import Picture

_PARTS = ("safety_checker", "feature_extractor")


@dataclass(frozen=True, slots=True)
class SafetyChecker:
    """CLIP's picture network and the concepts that it looks for (Rando et al. 2022)."""

    network: Any
    extractor: Any

    def refuses(self, picture: Picture) -> bool:
        """Whether the picture is one that the model's makers do not want to be shown."""
        seen = self.extractor(to_pil(picture), return_tensors="pt").pixel_values
        blank = torch.zeros(1, 1, 1, 3).numpy()  # the stock checker blackens what it is given
        with torch.no_grad():
            _, refused = self.network(clip_input=seen, images=blank)
        return bool(refused[0])


def load_safety_checker(model: Path) -> SafetyChecker | None:
    """The checker in a model's folder, on the CPU; None if it brings none.

    Raises `ProblemError` if it is damaged.
    """
    index = json.loads((model / "model_index.json").read_bytes())
    if not all(_named(index.get(part)) and (model / part).is_dir() for part in _PARTS):
        return None
    try:
        network = _stock.StableDiffusionSafetyChecker.from_pretrained(
            model / "safety_checker", local_files_only=True, use_safetensors=True
        )
        extractor = transformers.CLIPImageProcessor.from_pretrained(
            model / "feature_extractor", local_files_only=True
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        detail = one_line(f"{model / 'safety_checker'}: {error}")[:300]
        hint = "get the model again, or switch the safety checker off in the preferences"
        raise ProblemError("The safety checker could not be loaded", detail, hint) from error
    return SafetyChecker(network.eval(), extractor)


def _named(entry: Any) -> bool:
    return isinstance(entry, list) and None not in entry
