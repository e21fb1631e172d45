"""The model in the box: how soon it is loaded, and a picture of 20 steps at guidance 7.5."""

import statistics
import tempfile
import time
from pathlib import Path

import torch

from sddesk.core.messages import Destination, Event, Failed, Generate, Job, Preload
from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES, app_paths
from sddesk.core.values import GenerationRequest
from sddesk.service import Service
from tests.benchmarks.figures import Figure

ROUNDS = 5


def measure() -> list[Figure]:
    """Load it as the program does at its start, torch being there, then make some pictures."""
    torch.zeros(1)
    model = read_model(RESOURCES / "models" / "starter")
    size = (model.defaults.width or 128, model.defaults.height or 128)
    request = GenerationRequest(
        model=model,
        prompt="an antique painting of a gorilla eating chips",
        seed=1,
        steps=20,
        guidance_scale=7.5,
        sampler="DPM++ 2M",
        width=size[0],
        height=size[1],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service(app_paths(folder), "cpu")
        loading = _seconds(service, Preload(1, model))
        again = _seconds(Service(app_paths(folder), "cpu"), Preload(1, model))
        jobs = [Generate(k, request, Destination(folder)) for k in range(2, 2 + ROUNDS)]
        pictures = [_seconds(service, job) for job in jobs]
    words = f"{size[0]}×{size[1]}, 20 steps, guidance 7.5"
    middle = statistics.median(pictures)
    return [
        Figure("starter model loaded, libraries imported on the way", loading, 1.0, "s"),
        Figure("the same, libraries there already", again, unit="s"),
        Figure(f"{words}: the first picture", pictures[0], unit="s"),
        Figure(f"{words}, tape, previews and PNG: median", middle, 3.0, "s"),
    ]


def _seconds(service: Service, job: Job) -> float:
    begun = time.perf_counter()
    service.run(job, _must_not_fail, lambda: False)
    return time.perf_counter() - begun


def _must_not_fail(event: Event) -> None:
    if isinstance(event, Failed):
        raise AssertionError(str(event.problem))
