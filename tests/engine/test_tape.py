"""The tape: what it records, what it believes, and that it resumes bit for bit."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from sddesk.core.infotext import request_values
from sddesk.core.problems import ProblemError
from sddesk.core.samplers import SAMPLERS
from sddesk.core.tapes import read_branch_request, read_tape_facts
from sddesk.core.values import BranchPoint, GenerationRequest, Picture
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import Frame, Result, generate
from sddesk.engine.samplers import make_scheduler
from sddesk.engine.tape import (
    Call,
    TapeScheduler,
    calls_per_step,
    new_scheduler,
    predicted_latents,
    replay,
    shown_latents,
)
from sddesk.engine.tape_files import load_tape, tape_bytes

Make = Callable[..., GenerationRequest]
MODES = ("text to image", "image to image")
CPU = torch.device("cpu")
SCHEDULE: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def run(model: LoadedModel, request: GenerationRequest, parent: Any = None) -> Result:
    return generate(model, request, parent, lambda _: None, lambda: False)


def request_in(mode: str, make: Make, model: LoadedModel, sketch: Picture, **changes: Any) -> Any:
    if mode == MODES[1]:
        changes.update(init=sketch, strength=0.6)
    return make(model, **changes)


def write(path: Path, result: Result, request: GenerationRequest) -> Path:
    facts = {"model_path": str(request.model.path), "threads": torch.get_num_threads()}
    path.write_bytes(tape_bytes(result.tape, request_values(request), facts, request.init))
    return path


def same(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return one is not None and other is not None and torch.equal(one, other)


def cuts(steps: int) -> list[int]:
    """Keep nothing, one step, half of them, all but the last."""
    return sorted({0, 1, steps // 2, steps - 1})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_resumes_from_memory(
    tiny: LoadedModel, request_for: Make, sketch: Picture, sampler: str, mode: str
) -> None:
    request = request_in(mode, request_for, tiny, sketch, sampler=sampler)
    whole = run(tiny, request)
    assert len(whole.tape.calls_per_step) == request.steps_run
    for step in cuts(request.steps_run):
        branch = replace(request, branch=BranchPoint(Path("unused"), step))
        again = run(tiny, branch, whole.tape)
        assert same(again.tape.final, whole.tape.final)
        assert again.picture == whole.picture
        assert again.tape.generator.equal(whole.tape.generator)


def test_resumes_from_disk_in_a_new_process(
    tiny: LoadedModel, request_for: Make, sketch: Picture, tmp_path: Path
) -> None:
    expected: dict[str, str] = {}
    for number, sampler in enumerate(SAMPLERS):
        for mode in MODES:
            request = request_in(mode, request_for, tiny, sketch, sampler=sampler)
            result = run(tiny, request)
            path = write(tmp_path / f"{number}-{mode[0]}.tape.safetensors", result, request)
            for step in cuts(request.steps_run):
                expected[f"{path.name}@{step}"] = result.picture.pixel_hash()
    script = Path(__file__).with_name("resume_tapes.py")
    arguments = [sys.executable, str(script), str(tmp_path), *expected]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == expected


def test_a_branch_of_a_branch_is_whole(tiny: LoadedModel, request_for: Make) -> None:
    request = request_for(tiny, sampler="Euler a")
    whole = run(tiny, request)
    first = run(tiny, replace(request, branch=BranchPoint(Path("a"), 3)), whole.tape)
    second = run(tiny, replace(request, branch=BranchPoint(Path("b"), 6)), first.tape)
    assert second.picture == whole.picture
    assert len(second.tape.calls) == len(whole.tape.calls)


def test_kept_steps_are_not_computed_again(tiny: LoadedModel, request_for: Make) -> None:
    request = request_for(tiny)
    whole = run(tiny, request)
    evaluations: list[int] = []
    hook = tiny.pipeline.unet.register_forward_hook(lambda *_: evaluations.append(1))
    frames: list[Frame] = []
    branch = replace(request, branch=BranchPoint(Path("a"), 5))
    generate(tiny, branch, whole.tape, frames.append, lambda: False)
    hook.remove()
    assert len(evaluations) == 3
    assert [frame.step for frame in frames] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_replay_gives_every_sample_again(
    tiny: LoadedModel, request_for: Make, sampler: str
) -> None:
    tape = run(tiny, request_for(tiny, sampler=sampler)).tape
    assert tape.final is not None
    recorded = [call.sample for call in tape.calls[1:]] + [tape.final]
    assert all(torch.equal(a, b) for a, b in zip(replay(tape), recorded, strict=True))


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_prediction_against_an_oracle(sampler: str, prediction: str) -> None:
    """A network that knows the picture: the prediction must be that picture at every step."""
    picture = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    inner = make_scheduler(sampler, {**SCHEDULE, "prediction_type": prediction})
    new_scheduler(inner, 12, 12, CPU)
    calls: list[Call] = []
    scheduler = TapeScheduler(inner, inner.timesteps, calls.append)
    latents = torch.randn(1, 4, 8, 8) * inner.init_noise_sigma
    generator = torch.Generator().manual_seed(2)
    options = {"generator": generator} if inner.step.__code__.co_varnames.count("generator") else {}
    for index, timestep in enumerate(scheduler.timesteps):
        seen = scheduler.scale_model_input(latents, timestep)
        output = oracle(seen, picture, _kept_signal(inner, index, timestep), prediction)
        latents = scheduler.step(output, timestep, latents, **options, return_dict=False)[0]
    for call in calls:
        assert (predicted_latents(call, prediction) - picture).abs().max() < 2e-3
    assert (latents - picture).abs().max() < 0.2


def oracle(
    seen: torch.Tensor, picture: torch.Tensor, signal: float, prediction: str
) -> torch.Tensor:
    """Noise or velocity in a sample of unit variance that holds `signal` of the picture."""
    noise = (seen - signal**0.5 * picture) / (1 - signal) ** 0.5
    if prediction == "epsilon":
        return noise
    return signal**0.5 * noise - (1 - signal) ** 0.5 * picture


def _kept_signal(inner: Any, index: int, timestep: torch.Tensor) -> float:
    """Share of the picture in the variance of call `index`, straight from diffusers' tables."""
    if hasattr(inner, "sigmas"):
        return 1 / (1 + float(inner.sigmas[index]) ** 2)
    return float(inner.alphas_cumprod[int(timestep)])


def test_noisy_frames_are_shown_at_unit_variance(tiny: LoadedModel, request_for: Make) -> None:
    for sampler in ("Euler", "DPM++ 2M", "DDIM"):
        first = run(tiny, request_for(tiny, sampler=sampler)).tape.calls[0]
        assert 0.7 < shown_latents(first).std().item() < 1.3


@pytest.mark.parametrize(
    ("calls", "steps", "order", "shares"),
    [
        (8, 8, 1, (1,) * 8),
        (9, 8, 1, (2, *(1,) * 7)),
        (15, 8, 2, (*(2,) * 7, 1)),
        (1, 1, 2, (1,)),
        (1, 1, 1, (1,)),
    ],
)
def test_calls_are_counted_as_the_user_counts(
    calls: int, steps: int, order: int, shares: tuple[int, ...]
) -> None:
    assert calls_per_step(calls, steps, order) == shares


def test_48_steps_of_heun_and_pndm() -> None:
    counts = {}
    for sampler in ("Heun", "PNDM", "Euler"):
        inner = make_scheduler(sampler, SCHEDULE)
        new_scheduler(inner, 48, 48, CPU)
        counts[sampler] = len(inner.timesteps)
    assert counts == {"Heun": 95, "PNDM": 49, "Euler": 48}


class TestFiles:
    """Tapes as files."""

    def test_round_trip(
        self, tiny: LoadedModel, request_for: Make, sketch: Picture, tmp_path: Path
    ) -> None:
        request = request_for(tiny, init=sketch, strength=0.5, sampler="DPM++ 2M SDE")
        result = run(tiny, request)
        path = write(tmp_path / "a.tape.safetensors", result, request)
        loaded = load_tape(path)
        assert same(loaded.final, result.tape.final)
        assert torch.equal(loaded.noise, result.tape.noise)
        assert same(loaded.init_latents, result.tape.init_latents)
        assert loaded.calls_per_step == result.tape.calls_per_step
        assert read_tape_facts(path).recorded == 4
        branch = read_branch_request(path, 2, (tiny.ref.path.parent,))
        assert branch == replace(request, branch=BranchPoint(path, 2))

    def test_every_truncation_is_told(
        self, tiny: LoadedModel, request_for: Make, tmp_path: Path
    ) -> None:
        request = request_for(tiny)
        path = write(tmp_path / "a.tape.safetensors", run(tiny, request), request)
        data = path.read_bytes()
        for size in (0, 4, 8, 100, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:size])
            with pytest.raises(ProblemError):
                load_tape(path)

    def test_a_tape_with_other_contents_is_told(
        self, tiny: LoadedModel, request_for: Make, tmp_path: Path
    ) -> None:
        request = request_for(tiny)
        path = write(tmp_path / "a.tape.safetensors", run(tiny, request), request)
        good = path.read_bytes()
        for old, new in ((b'"samples"', b'"simples"'), (b"calls_per_step", b"calls_per_stop")):
            path.write_bytes(good.replace(old, new))
            with pytest.raises(ProblemError):
                load_tape(path)
