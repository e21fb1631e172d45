"""What all trainings share: batches on their way to torch, learning rate, averages, checkpoints."""

import math
import os
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from starter_model.artwork import Pixels


def to_tensor(pictures: Pixels) -> Tensor:
    """Pictures (batch, height, width, 3) from 0 to 255 as (batch, 3, height, width), -1 to 1."""
    tensor = torch.from_numpy(pictures).permute(0, 3, 1, 2)  # is channels_last already
    return tensor.to(torch.float32).div_(127.5).sub_(1)


def to_pixels(pictures: Tensor) -> Pixels:
    """The inverse of `to_tensor`, rounded and cut off at 0 and 255."""
    scaled = pictures.detach().add(1).mul(127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


def has_tiles() -> bool:
    """Whether this processor multiplies matrices of bfloat16 in hardware (AMX)."""
    return torch.cpu._is_amx_tile_supported()


def precision() -> AbstractContextManager[Any]:
    """Networks run in bfloat16 inside, where that is faster; weights and losses stay float32.

    They are not compiled: torch 2.13's compiled backward of such a UNet on the CPU leaves the
    gradients of most of its weights at zero, without a word.
    """
    return torch.autocast("cpu", torch.bfloat16, enabled=has_tiles())


def cosine(done: float, warmup: float = 0.02) -> float:
    """The factor of the learning rate when a share `done` (0 to 1) of the training is over."""
    return min(1.0, done / warmup + 0.01) * max(0.02, math.cos(math.pi / 2 * min(done, 1.0)))


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate * group.get("factor", 1.0)


def clip(parameters: Iterable[nn.Parameter]) -> None:
    torch.nn.utils.clip_grad_norm_(list(parameters), 1.0)


class Average:
    """An exponential moving average of parameters."""

    def __init__(self, parameters: Iterable[nn.Parameter], decay: float) -> None:
        self.parameters = list(parameters)
        self.values = [p.detach().clone() for p in self.parameters]
        self.decay = decay
        self.steps = 0

    def update(self) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.values, [p.detach() for p in self.parameters], 1 - decay)

    def swap(self) -> None:
        """Exchange the parameters and their averages; twice is as never."""
        with torch.no_grad():
            for parameter, value in zip(self.parameters, self.values, strict=True):
                kept = parameter.detach().clone()
                parameter.copy_(value)
                value.copy_(kept)


def save_atomically(state: Any, path: Path) -> None:
    """Write a checkpoint so that a kill leaves the old or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load_checkpoint(path: Path) -> Any | None:
    """The checkpoint at `path`, None if there is none."""
    return torch.load(path, weights_only=True) if path.exists() else None


@dataclass
class Progress:
    """Prints means of what was measured, and the speed, every so many samples."""

    name: str
    total: int
    every: int
    measured: dict[str, list[float]] = field(default_factory=dict)
    since: int | None = None
    clock: float = 0.0

    def step(self, samples: int, **values: float) -> bool:
        """Note the values of a step; True when it was time to print."""
        if self.since is None:
            self.since, self.clock = samples, time.monotonic()
        for key, value in values.items():
            self.measured.setdefault(key, []).append(value)
        if samples - self.since < self.every:
            return False
        speed = (samples - self.since) / (time.monotonic() - self.clock)
        means = "  ".join(f"{k} {sum(v) / len(v):.4f}" for k, v in self.measured.items())
        print(f"{self.name} {samples}/{self.total}  {means}  {speed:.1f}/s", flush=True)
        self.measured, self.since, self.clock = {}, samples, time.monotonic()
        return True
