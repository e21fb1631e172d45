"""What the tape and the previews add to a step, and what guidance and cancelling cost."""

import random
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import torch

from sddesk.core.messages import Cancelled, Destination, Event, Generate, StepDone
from sddesk.core.paths import app_paths
from sddesk.core.values import GenerationRequest
from sddesk.engine.samplers import make_scheduler
from sddesk.service import Service
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.models import make_slow_sd, slow_request

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

ROUNDS = 6
CANCELS = 30


def measure() -> list[Figure]:
    """Steps of the program and of bare diffusers in turns, then cancels at random moments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = make_slow_sd(folder / "models" / "slow")
        service = Service(app_paths(folder), "cpu")
        bare = diffusers.StableDiffusionPipeline.from_pretrained(
            model.path, torch_dtype=torch.float32
        )
        bare.scheduler = make_scheduler("DPM++ 2M Karras", bare.scheduler.config)
        bare.set_progress_bar_config(disable=True)
        full, plain = slow_request(model), slow_request(model, guidance_scale=1.0)
        times: dict[str, list[float]] = {"bare": [], "app": [], "plain": []}
        _app_steps(service, full, folder)  # loads the model
        for _ in range(ROUNDS):
            times["bare"] += _bare_steps(bare, full)
            times["app"] += _app_steps(service, full, folder)
            times["plain"] += _app_steps(service, plain, folder)
        step = statistics.median(times["app"])
        cancels = [_cancel(service, full, folder, step) for _ in range(CANCELS)]
    return [
        Figure("a step of the program", step * 1000, unit="ms"),
        Figure("step of the program ÷ step of bare diffusers", _ratio(times, "app", "bare"), 1.02),
        Figure("step at guidance 1 ÷ step at guidance 7", _ratio(times, "plain", "app"), 0.60),
        Figure("cancel, p95", percentile(cancels, 0.95) * 1000, max(150, step * 250), "ms"),
    ]


def _ratio(times: dict[str, list[float]], a: str, b: str) -> float:
    return statistics.median(times[a]) / statistics.median(times[b])


def _bare_steps(pipeline: Any, request: GenerationRequest) -> list[float]:
    moments: list[float] = []

    def note(_pipeline: Any, _step: int, _timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        moments.append(time.perf_counter())
        return values

    pipeline(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        width=request.width,
        height=request.height,
        num_inference_steps=request.steps,
        guidance_scale=request.guidance_scale,
        generator=torch.Generator().manual_seed(request.seed),
        callback_on_step_end=note,
        output_type="latent",
    )
    return [b - a for a, b in pairwise(moments)]


def _app_steps(service: Service, request: GenerationRequest, folder: Path) -> list[float]:
    moments: list[float] = []

    def note(event: Event) -> None:
        if isinstance(event, StepDone):
            moments.append(time.perf_counter())

    service.run(Generate(1, request, Destination(folder)), note, lambda: False)
    return [b - a for a, b in pairwise(moments)]


def _cancel(service: Service, request: GenerationRequest, folder: Path, step: float) -> float:
    """Seconds from a cancel at a random moment of the steps until the job has ended."""
    moment = time.perf_counter() + random.uniform(1, request.steps - 1) * step
    ended: list[float] = []

    def note(event: Event) -> None:
        if isinstance(event, Cancelled):
            ended.append(time.perf_counter())

    job = Generate(1, request, Destination(folder))
    service.run(job, note, lambda: time.perf_counter() > moment)
    return ended[0] - moment
