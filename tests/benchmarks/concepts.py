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
from sddesk.core.values import GenerationRequest
from sddesk.engine.learned import ConceptCache
from sddesk.engine.loading import LoadedModel, load_model
from sddesk.engine.loras import AppliedLoras
from tests.benchmarks.figures import Figure
from tests.benchmarks.models import make_slow_sd, slow_request

ROUNDS = 12
_RANK = 32
_READ = ("to_q", "to_k", "to_v", "to_out.0")


def measure() -> list[Figure]:
    """A word of eight vectors on, off and on again; a LoRA of all attention, beside bare peft."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ref = make_slow_sd(folder / "model")
        model = load_model(ref, torch.device("cpu"), folder, lambda *_: None, lambda: False)
        request = slow_request(ref)
        first, again = _word(request, folder)
        ours, bare = _lora(model, request, folder)
    return [
        Figure("a learned word on", first * 1000, 100, "ms"),
        Figure("off and on again", again * 1000, 20, "ms"),
        Figure("a LoRA on, with bare diffusers and peft", bare * 1000, unit="ms"),
        Figure("a LoRA on ÷ with bare diffusers and peft", ours / bare, 1.2),
    ]


def _word(request: GenerationRequest, folder: Path) -> tuple[float, float]:
    torch.save({"<w>": torch.randn(8, 32)}, folder / "word.bin")
    with_word = replace(request, concepts=(read_concept(folder / "word.bin").use(),))
    first, again = [], []
    for _ in range(ROUNDS):
        cache = ConceptCache()
        first.append(_timed(lambda: cache.learned(with_word)))  # noqa: B023 (called at once)
        again.append(_timed(lambda: (cache.learned(request), cache.learned(with_word))))  # noqa: B023
    return statistics.median(first), statistics.median(again)


def _lora(model: LoadedModel, request: GenerationRequest, folder: Path) -> tuple[float, float]:
    """Medians of ours and of the bare libraries', in turns on one pipeline."""
    path, pipeline, applied = folder / "lora.safetensors", model.pipeline, AppliedLoras()
    save_file(_tensors(pipeline.unet), path)
    with_lora = replace(request, concepts=(read_concept(path).use(0.8),))

    def bare() -> None:
        pipeline.load_lora_weights(folder, weight_name=path.name, adapter_name="bare")
        pipeline.set_adapters(["bare"], [0.8])

    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(ROUNDS):
        times["ours"].append(_timed(lambda: applied.apply(pipeline, with_lora)))
        applied.apply(pipeline, request)
        times["bare"].append(_timed(bare))
        pipeline.unload_lora_weights()
    return statistics.median(times["ours"]), statistics.median(times["bare"])


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
    return time.perf_counter() - begin
