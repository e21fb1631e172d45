"""The tape: every call that a sampler makes, recorded, replayed and resumed bit for bit.

What the network saw (the sample) and answered (the output, after guidance) is kept per call. The
scheduler's inner state, the noisy and the predicted picture all follow from these.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from sddesk.engine.samplers import scheduler_of

# These work on x0 + sigma * noise; all others on alpha * x0 + sigma * noise with unit variance.
_VARIANCE_EXPLODING = {
    "EulerDiscreteScheduler",
    "EulerAncestralDiscreteScheduler",
    "HeunDiscreteScheduler",
    "LMSDiscreteScheduler",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One evaluation of the network: `sample` = `alpha` * picture + `sigma` * noise.

    `timestep` is a scalar, `sample` and `output` are (1, channels, height/f, width/f), on the CPU.
    """

    timestep: torch.Tensor
    sample: torch.Tensor
    output: torch.Tensor
    alpha: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Tape:
    """Everything that one generation recorded.

    `steps` is what the user asked for, `skipped` how many calls an init image stood in for,
    `calls_per_step` how many calls make one step as the user counts. `noise` is the initial noise
    of unit variance, `generator` the random state before the first call.
    """

    scheduler: str
    config: dict[str, Any]
    steps: int
    skipped: int
    calls_per_step: tuple[int, ...]
    noise: torch.Tensor
    generator: torch.Tensor
    init_latents: torch.Tensor | None = None
    calls: list[Call] = field(default_factory=list[Call])
    final: torch.Tensor | None = None

    def calls_before(self, step: int) -> int:
        """How many calls the first `step` recorded steps made."""
        return sum(self.calls_per_step[:step])

    @property
    def prediction_type(self) -> str:
        """What the network predicts: `epsilon`, `v_prediction` or `sample`."""
        return self.config.get("prediction_type", "epsilon")


class TapeScheduler:
    """Stands in for a prepared scheduler in a stock pipeline and records each of its steps.

    The pipeline sees only the `timesteps` still to run and latents that need no scaling.
    """

    init_noise_sigma = 1.0

    def __init__(
        self, inner: Any, timesteps: torch.Tensor, on_call: Callable[[Call], None]
    ) -> None:
        self._inner = inner
        self._on_call = on_call
        self.timesteps = timesteps
        # Pipelines look for `generator` and `eta` in the signature of `step`.
        self.step = functools.update_wrapper(functools.partial(self._record_step), inner.step)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def set_timesteps(self, *_: Any, **__: Any) -> None:
        """The inner scheduler is prepared already."""

    def set_begin_index(self, begin_index: int = 0) -> None:
        """The pipeline's own idea of the beginning is not ours after a resume."""

    def _record_step(
        self, output: torch.Tensor, timestep: torch.Tensor, sample: torch.Tensor, **options: Any
    ) -> Any:
        result = self._inner.step(output, timestep, sample, **options)
        alpha, sigma = _alpha_sigma(self._inner, timestep)
        kept = (_kept(timestep), _kept(sample), _kept(output))
        self._on_call(Call(*kept, alpha, sigma))
        return result


def new_scheduler(inner: Any, steps: int, steps_run: int, device: torch.device) -> int:
    """Prepare `inner` for the last `steps_run` of `steps`; the number of calls left out.

    The same arithmetic as diffusers' image to image pipelines (`get_timesteps`).
    """
    inner.set_timesteps(steps, device=device)
    skipped = (steps - steps_run) * inner.order
    if hasattr(inner, "set_begin_index"):
        inner.set_begin_index(skipped)
    return skipped


def restored_scheduler(
    tape: Tape, kept: int, generator: torch.Generator, device: torch.device
) -> Any:
    """The scheduler as it was after the tape's first `kept` calls, by making them again.

    `generator` is set to the tape's state and left as it was after those calls.
    """
    inner = scheduler_of(tape.scheduler, tape.config)
    inner.set_timesteps(tape.steps, device=device)
    if hasattr(inner, "set_begin_index"):
        inner.set_begin_index(tape.skipped)
    generator.set_state(tape.generator)
    for call in tape.calls[:kept]:
        _step(inner, call, generator, device)
    return inner


def replay(tape: Tape) -> list[torch.Tensor]:
    """The sample after each call, computed again without the network; the last is `final`."""
    generator, device = torch.Generator(), torch.device("cpu")
    inner = restored_scheduler(tape, 0, generator, device)
    return [_step(inner, call, generator, device) for call in tape.calls]


def calls_per_step(calls: int, steps: int, order: int) -> tuple[int, ...]:
    """How `calls` of a scheduler share out over `steps` as the user counts them.

    A scheduler of order 2 (Heun) makes two for each step but the last. PNDM makes one more than
    there are steps, and that belongs to the first.
    """
    if order == 1:
        return (1 + calls - steps, *[1] * (steps - 1))
    return (*[order] * (steps - 1), calls - order * (steps - 1))


def predicted_latents(call: Call, prediction_type: str) -> torch.Tensor:
    """What the network believed the finished latents to be (Salimans & Ho 2022 for v)."""
    sample, output = call.sample.float(), call.output.float()
    if prediction_type == "sample":
        return output
    if prediction_type == "epsilon":
        return (sample - call.sigma * output) / call.alpha
    unit = (call.alpha**2 + call.sigma**2) ** 0.5  # v is defined at unit variance
    return (call.alpha * sample / unit - call.sigma * output) / unit


def shown_latents(call: Call) -> torch.Tensor:
    """The noisy sample at unit variance, whatever convention the scheduler works in."""
    return call.sample.float() / (call.alpha**2 + call.sigma**2) ** 0.5


def _step(inner: Any, call: Call, generator: torch.Generator, device: torch.device) -> torch.Tensor:
    takes = inspect.signature(inner.step).parameters
    options = {"generator": generator} if "generator" in takes else {}
    output, timestep, sample = (p.to(device) for p in (call.output, call.timestep, call.sample))
    inner.scale_model_input(sample, timestep)  # some schedulers warn where this is left out
    return inner.step(output, timestep, sample, **options, return_dict=False)[0]


def _kept(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to("cpu", copy=True)


def _alpha_sigma(inner: Any, timestep: torch.Tensor) -> tuple[float, float]:
    """Shares of picture and noise in the sample that the step just done began with."""
    if not hasattr(inner, "sigmas"):
        kept = float(inner.alphas_cumprod[int(timestep)])
        return kept**0.5, (1 - kept) ** 0.5
    sigma = float(inner.sigmas[inner.step_index - 1])
    if type(inner).__name__ in _VARIANCE_EXPLODING:
        return 1.0, sigma
    alpha = (1 + sigma**2) ** -0.5
    return alpha, sigma * alpha
