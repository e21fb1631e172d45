"""What the two methods learn: vectors for a word, or a LoRA beside the weights."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import peft
import torch
from peft.utils import get_peft_model_state_dict

from sddesk.core.concepts.values import EMBEDDING
from sddesk.core.problems import ProblemError
from sddesk.core.training.values import INVERSION, TrainingRequest
from sddesk.core.values import ConceptUse
from sddesk.engine.conditioning import Embeds
from sddesk.engine.loading import LoadedModel
from sddesk.training.reading import Encoder, LearnedWord, encoders_of, read_prompts, token_numbers
from sddesk.training.twins import twin_of

_XL_NAMES = {"text_encoder": "clip_l", "text_encoder_2": "clip_g"}
_EVERYDAY = {True: "style", False: "object"}  # by `style`, where no initialiser is given
_ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
_OTHERS = ["proj_in", "proj_out", "ff.net.0.proj", "ff.net.2", "conv1", "conv2", "conv_shortcut"]
_TARGETS = {"attention": _ATTENTION, "all": _ATTENTION + _OTHERS}
_TEXT_TARGETS = ["q_proj", "k_proj", "v_proj", "out_proj"]


class Method(Protocol):
    """What one loop needs of either method.

    `unet` is what is trained with, `networks` all that it runs; `weights` are what changes, by
    name, always in float32.
    """

    unet: Any
    networks: list[torch.nn.Module]
    weights: dict[str, torch.nn.Parameter]

    def read(self, prompts: Sequence[str]) -> Embeds:
        """The prompts as the UNet reads them."""
        ...

    def learned(self) -> dict[str, torch.Tensor]:
        """The tensors of the concept file, on the CPU, under the names that all programs read."""
        ...


def method_of(model: LoadedModel, request: TrainingRequest) -> Method:
    """The method that the request asks for, ready for the first step."""
    model.loras.clear(model.pipeline)  # those of earlier pictures are no part of the model
    kind = Inversion if request.method == INVERSION else Lora
    return kind(model, request)


class Inversion:
    """Textual inversion: only the vectors of the word are learned (Gal et al. 2022)."""

    def __init__(self, model: LoadedModel, request: TrainingRequest) -> None:
        self.unet = twin_of(model.pipeline.unet, checkpointing=request.checkpointing)
        self._encoders = [
            replace(encoder, network=twin_of(encoder.network, checkpointing=False))
            for encoder in encoders_of(model.pipeline)
        ]
        self.networks = [self.unet, *(encoder.network for encoder in self._encoders)]
        self._word = request.word
        self._xl = model.ref.family == "sdxl"
        self.weights = {
            encoder.name: torch.nn.Parameter(_first_vectors(encoder, request))
            for encoder in self._encoders
        }

    def read(self, prompts: Sequence[str]) -> Embeds:
        """With the vectors as they are now, and gradients for them."""
        use = ConceptUse(Path(), EMBEDDING, self._word, (self._word,), "")
        word = LearnedWord(use, dict(self.weights))
        return read_prompts(self._encoders, prompts, word, xl=self._xl)

    def learned(self) -> dict[str, torch.Tensor]:
        """`{word: vectors}`, or SDXL's pair."""
        vectors = {name: tensor.detach().cpu().clone() for name, tensor in self.weights.items()}
        if self._xl:
            return {_XL_NAMES[name]: tensor for name, tensor in vectors.items()}
        return {self._word: next(iter(vectors.values()))}


class Lora:
    """DreamBooth's low-rank differences, beside the weights of the UNet (Hu et al. 2021)."""

    def __init__(self, model: LoadedModel, request: TrainingRequest) -> None:
        self._xl = model.ref.family == "sdxl"
        self._scale = request.alpha / request.rank
        self._trains_text = request.text_encoder
        self.unet = twin_of(model.pipeline.unet, checkpointing=request.checkpointing)
        self._encoders = encoders_of(model.pipeline)
        if self._trains_text:
            self._encoders = [
                replace(e, network=twin_of(e.network, checkpointing=False)) for e in self._encoders
            ]
        self._read: dict[str, Embeds] = {}
        self._adapted: dict[str, Any] = {"unet": self.unet}
        if self._trains_text:
            self._adapted |= {encoder.name: encoder.network for encoder in self._encoders}
        self.networks = list(self._adapted.values())
        with torch.random.fork_rng():  # the first values are our own, not the process's
            torch.manual_seed(request.seed)
            for name, network in self._adapted.items():
                targets = _TARGETS[request.layers] if name == "unet" else _TEXT_TARGETS
                network.add_adapter(_config(request, targets))
        self.weights = {
            f"{part}.{name}": _in_full(parameter)
            for part, network in self._adapted.items()
            for name, parameter in network.named_parameters()
            if parameter.requires_grad
        }

    def read(self, prompts: Sequence[str]) -> Embeds:
        """Read once each, unless the text encoder learns too."""
        if self._trains_text:
            return read_prompts(self._encoders, prompts, None, xl=self._xl)
        with torch.no_grad():
            for prompt in prompts:
                if prompt not in self._read:
                    self._read[prompt] = read_prompts(self._encoders, [prompt], None, xl=self._xl)
        found = [self._read[prompt] for prompt in prompts]
        pooled = [embeds.pooled for embeds in found if embeds.pooled is not None]
        tokens = torch.cat([embeds.tokens for embeds in found])
        return Embeds(tokens, torch.cat(pooled) if pooled else None)

    def learned(self) -> dict[str, torch.Tensor]:
        """In peft's layout; alpha is put into the upper halves, so that no reader can miss it."""
        tensors: dict[str, torch.Tensor] = {}
        for part, network in self._adapted.items():
            for name, tensor in get_peft_model_state_dict(network, adapter_name="default").items():
                scale = self._scale if ".lora_B." in name else 1.0
                tensors[f"{part}.{name}"] = (tensor.detach().cpu() * scale).contiguous()
        return tensors


def _config(request: TrainingRequest, targets: list[str]) -> peft.LoraConfig:
    return peft.LoraConfig(
        r=request.rank,
        lora_alpha=request.alpha,  # pyright: ignore[reportArgumentType]
        init_lora_weights="gaussian",
        target_modules=targets,
    )


def _in_full(parameter: torch.nn.Parameter) -> torch.nn.Parameter:
    """What learns does so in float32, whatever the weights beside it are kept in."""
    parameter.data = parameter.data.float()
    return parameter


def _first_vectors(encoder: Encoder, request: TrainingRequest) -> torch.Tensor:
    """Those of the initialiser's tokens, again and again if there are too few (vectors, width)."""
    text = request.initialiser or _EVERYDAY[request.style]
    numbers = token_numbers(encoder, text)
    if not numbers:
        raise ProblemError("The model reads nothing in this word", repr(text)[:80])
    chosen = [numbers[i % len(numbers)] for i in range(request.vectors)]
    table = encoder.network.get_input_embeddings().weight
    return table[chosen].detach().float().clone()
