"""LoRA files at work: loaded beside the weights, never into them, and gone without a trace."""

from typing import Any

import torch

from sddesk.core.concepts.values import LORA, check_fit
from sddesk.core.problems import ProblemError, one_line
from sddesk.core.values import ConceptUse, GenerationRequest
from sddesk.engine.learned import read_used, tensor_of

_FOREIGN = (ValueError, RuntimeError, KeyError, TypeError, IndexError, AttributeError)


class AppliedLoras:
    """Which LoRAs one pipeline has at the moment."""

    def __init__(self) -> None:
        self._loaded: list[str] = []

    def apply(self, pipeline: Any, request: GenerationRequest) -> None:
        """Make the pipeline work with exactly the LoRAs of the request.

        They are added in the order of their hashes, so that no history of switching changes the
        bits. Raises `ProblemError` for files that do not fit, and leaves the pipeline without any.
        """
        uses = sorted((u for u in request.concepts if u.kind == LORA), key=lambda use: use.hash)
        names = [_name(use) for use in uses]
        if names != self._loaded:
            self.clear(pipeline)
            for use in uses:
                self._load(pipeline, use, request)
        if names:
            pipeline.set_adapters(names, [use.weight for use in uses])

    def _load(self, pipeline: Any, use: ConceptUse, request: GenerationRequest) -> None:
        try:
            concept = read_used(use)
            check_fit(LORA, use.name, concept.widths, request.model)
            dtype = pipeline.unet.dtype
            tensors = {name: tensor_of(t).to(dtype) for name, t in concept.tensors.items()}
            pipeline.load_lora_weights(tensors, adapter_name=_name(use))
            self._loaded.append(_name(use))
        except ProblemError:
            self.clear(pipeline)
            raise
        except _FOREIGN as error:
            self.clear(pipeline)
            detail = one_line(f"{use.name}: {error}")[:300]
            hint = "it may be made for another kind of model"
            raise ProblemError("The LoRA does not fit this model", detail, hint) from error

    def clear(self, pipeline: Any) -> None:
        """Leave the pipeline without any, also what a failed attempt left behind."""
        has_some = any(
            hasattr(part, "peft_config")
            for part in pipeline.components.values()
            if isinstance(part, torch.nn.Module)
        )
        if has_some:
            pipeline.unload_lora_weights()
        self._loaded = []


def _name(use: ConceptUse) -> str:
    return f"lora_{use.hash[:32]}"
