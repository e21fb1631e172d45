"""How long a learned word and a LoRA take to be switched on, with the model in memory."""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from sddesk.core.concepts.reading import read_concept
from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.values import GenerationRequest, ModelRef
from sddesk.engine.loading import LoadedModel, load_model
from sddesk.engine.loras import AppliedLoras
from sddesk.engine.prompts import prompt_options
from sddesk.engine.tape import Tape
from tests.benchmarks.figures import Figure
from tests.benchmarks.models import make_slow_sd, slow_request

ROUNDS = 12
Times = list[float]  # in milliseconds
_RANK = 32
_READ = ("to_q", "to_k", "to_v", "to_out.0")


def measure() -> list[Figure]:
    """A word of eight vectors on, off and on again; a LoRA of all attention, beside bare peft."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, again = _word(_load(read_model(RESOURCES / "models" / "starter"), folder), folder)
        ref = make_slow_sd(folder / "model")
        ours, bare = _lora(_load(ref, folder), slow_request(ref), folder)
    median = statistics.median
    return [
        Figure("a learned word on, with both prompts read anew: median", median(first), 100, "ms"),
        Figure("the same, worst of 12", max(first), unit="ms"),
        Figure("off and on again: median", median(again), 20, "ms"),
        Figure("the same, worst of 12", max(again), unit="ms"),
        Figure("a LoRA on, with bare diffusers and peft: median", median(bare), unit="ms"),
        Figure("a LoRA on ÷ with bare diffusers and peft", median(ours) / median(bare), 1.2),
    ]


def _load(ref: ModelRef, folder: Path) -> LoadedModel:
    return load_model(ref, torch.device("cpu"), folder, lambda *_: None, lambda: False)


def _word(model: LoadedModel, folder: Path) -> tuple[Times, Times]:
    """All that stands before the first step: the file is read, and the prompts that name it."""
    width = model.pipeline.text_encoder.config.hidden_size
    bare = replace(slow_request(model.ref), prompt="an apple by <w>")
    tape = Tape("", {}, bare.steps, 0, (1,) * bare.steps, torch.empty(0), torch.empty(0))

    def prepare(request: GenerationRequest) -> None:
        model.loras.apply(model.pipeline, request)
        prompt_options(model, request, tape)

    first: Times = []
    again: Times = []
    for number in range(ROUNDS):
        path = folder / f"word{number}.bin"  # which no round before has read
        torch.save({"<w>": torch.randn(8, width)}, path)
        with_word = replace(bare, concepts=(read_concept(path).use(),))
        prepare(bare)
        first.append(_timed(lambda: prepare(with_word)))  # noqa: B023 (called at once)
        again.append(_timed(lambda: (prepare(bare), prepare(with_word))))  # noqa: B023
    return first, again


def _lora(
    model: LoadedModel, request: GenerationRequest, folder: Path
) -> tuple[list[float], list[float]]:
    """Ours and the bare libraries', in turns on one pipeline."""
    path, pipeline, applied = folder / "lora.safetensors", model.pipeline, AppliedLoras()
    save_file(_tensors(pipeline.unet), path)
    with_lora = replace(request, concepts=(read_concept(path).use(0.8),))

    def bare() -> None:
        pipeline.load_lora_weights(folder, weight_name=path.name, adapter_name="bare")
        pipeline.set_adapters(["bare"], [0.8])

    times: dict[str, Times] = {"ours": [], "bare": []}
    for _ in range(ROUNDS):
        times["ours"].append(_timed(lambda: applied.apply(pipeline, with_lora)))
        applied.apply(pipeline, request)
        times["bare"].append(_timed(bare))
        pipeline.unload_lora_weights()
    return times["ours"], times["bare"]


def _tensors(unet: Any) -> dict[str, torch.Tensor]:
    made: dict[str, torch.Tensor] = {}
    for name, module in unet.named_modules():
        if name.endswith(_READ):
            made[f"unet.{name}.lora_A.weight"] = torch.randn(_RANK, module.in_features)
            made[f"unet.{name}.lora_B.weight"] = torch.randn(module.out_features, _RANK)
    return made


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)
