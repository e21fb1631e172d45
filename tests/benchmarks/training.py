"""A training step of the program against the same step in bare diffusers and peft: time, memory."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import peft
import torch

from sddesk.core.training.runs import Run
from sddesk.core.training.values import DREAMBOOTH, StepTrained, TrainingRequest
from sddesk.core.values import ModelRef
from sddesk.engine.loading import load_model
from sddesk.training.training import Training
from tests.benchmarks.figures import Figure
from tests.benchmarks.models import make_slow_sd
from tests.training.teaching import draw_pictures, request_for

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers

SIDE, STEPS, ROUNDS = 256, 2, 60
RATE = 1e-3
Step = Callable[[], None]


def measure() -> list[Figure]:
    """Steps in turns in one process; peak memory in a process for each."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = make_slow_sd(folder / "model")
        draw_pictures(folder / "pictures")
        for method in ("inversion", DREAMBOOTH):
            request = _request(model, method, folder)
            ours, bare = our_step(request, folder), bare_step(request)
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(ROUNDS):
                times["ours"] += _timed(ours)
                times["bare"] += _timed(bare)
            step = statistics.median(times["ours"])
            ratio = step / statistics.median(times["bare"])
            memory = _peak("ours", method, folder) / _peak("bare", method, folder)
            figures += [
                Figure(f"a step of {method}", step * 1000, unit="ms"),
                Figure(f"step of {method} ÷ step of bare diffusers and peft", ratio, 1.05),
                Figure(f"peak memory of {method} ÷ that of the bare one", memory, 1.05),
            ]
    return figures


def our_step(request: TrainingRequest, folder: Path) -> Step:
    """The program's own, ready to run.

    DreamBooth reads each of its prompts once, in the first steps of hundreds; that is done here, as
    it is for the bare one.
    """
    device = torch.device("cpu")
    model = load_model(request.model, device, folder / "cache", lambda *_: None, lambda: False)
    training = Training(model, request, Run(folder / "run"), folder / "cache")
    moments = training.go_on(folder / "out.safetensors", lambda: False)

    def step() -> None:
        while not isinstance(next(moments), StepTrained):
            pass

    step()
    if request.method == DREAMBOOTH:
        for lesson in training._lessons:  # pyright: ignore[reportPrivateUsage]
            training._method.read(lesson.prompts)  # pyright: ignore[reportPrivateUsage]
    return step


def bare_step(request: TrainingRequest) -> Step:
    """As diffusers' examples write it, without anything around it."""
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(request.model.path)
    unet, encoder, tokenizer = pipeline.unet, pipeline.text_encoder, pipeline.tokenizer
    noise_scheduler = diffusers.DDPMScheduler.from_config(pipeline.scheduler.config)
    for network in (unet, encoder, pipeline.vae):
        network.requires_grad_(False)
    table = encoder.get_input_embeddings().weight
    kept = table.detach().clone()
    learned = _lora_of(unet) if request.method == DREAMBOOTH else [table.requires_grad_(True)]
    optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.0)
    ids = tokenizer("a picture of a disc", padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        image = torch.rand(1, 3, SIDE, SIDE) * 2 - 1
        latents = pipeline.vae.encode(image).latent_dist.mode() * pipeline.vae.config.scaling_factor
        read = encoder(ids)[0]

    def step() -> None:
        noise, timesteps = torch.randn_like(latents), torch.randint(1000, (1,))
        noisy = noise_scheduler.add_noise(latents, noise, timesteps)
        said = read if request.method == DREAMBOOTH else encoder(ids)[0]
        answer = unet(noisy, timesteps, said).sample
        torch.nn.functional.mse_loss(answer, noise).backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        if request.method != DREAMBOOTH:  # the examples put the other rows back
            with torch.no_grad():
                table[:-1] = kept[:-1]

    return step


def _lora_of(unet: Any) -> list[torch.nn.Parameter]:
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(peft.LoraConfig(r=2, lora_alpha=4, target_modules=targets))
    return [weight for weight in unet.parameters() if weight.requires_grad]


def _request(model: ModelRef, method: str, folder: Path) -> TrainingRequest:
    values = {"side": SIDE, "steps": 1000, "vectors": 1, "learning_rate": RATE}
    values |= {"checkpoint_every": 1000}  # its disk is no part of a step
    return request_for(model, method, folder / "pictures", **values)


def _timed(step: Step) -> list[float]:
    times: list[float] = []
    for _ in range(STEPS):
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return times


def _peak(which: str, method: str, folder: Path) -> int:
    words = [sys.executable, "-m", "tests.benchmarks.training", which, method, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    from sddesk.core.models import read_model

    wanted, place = sys.argv[1], Path(sys.argv[3])
    asked = _request(read_model(place / "model"), sys.argv[2], place)
    run = our_step(asked, place) if wanted == "ours" else bare_step(asked)
    _timed(run)
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
