"""Checkpoints: all that a training needs to go on as if it had never stopped."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from sddesk.core.files import write_bytes_atomically
from sddesk.core.problems import ProblemError
from sddesk.core.safetensors_header import read_header
from sddesk.core.training.runs import Run

_KEY, _VERSION = "sddesk_checkpoint", 1
_MOMENTS = ("exp_avg", "exp_avg_sq", "step")  # what AdamW remembers of each weight
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class State:
    """What changes in a training: weights by name, what the optimiser remembers, the past losses.

    Random numbers need no state: they are drawn anew from seed and step at each step.
    """

    weights: dict[str, torch.nn.Parameter]
    optimiser: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    losses: list[float]

    @property
    def step(self) -> int:
        """How many steps are done."""
        return len(self.losses)


def save_checkpoint(run: Run, state: State) -> None:
    """Write it whole or not at all, then drop old ones; raises `ProblemError`."""
    tensors: dict[str, torch.Tensor] = {
        "losses": torch.tensor(state.losses, dtype=torch.float64)  # (steps,)
    }
    for name, weight in state.weights.items():
        tensors[f"weight:{name}"] = weight.detach()
        for moment, value in state.optimiser.state[weight].items():
            tensors[f"{moment}:{name}"] = value
    facts = {"version": _VERSION, "scaler": state.scaler.state_dict()}
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    data = safetensors.torch.save(tensors, {_KEY: json.dumps(facts)})
    write_bytes_atomically(run.checkpoint(state.step), data)
    run.drop_old_checkpoints()


def restore(run: Run, state: State) -> bool:
    """Bring `state` to where the newest whole checkpoint left it; False if there is none."""
    for step in run.checkpoints():
        try:
            _restore(run.checkpoint(step), state)
        except (OSError, ProblemError, safetensors.SafetensorError, ValueError, KeyError) as error:
            _log.warning("checkpoint %s cannot be used: %s", run.checkpoint(step), error)
            continue
        return True
    return False


def _restore(path: Path, state: State) -> None:
    facts: dict[str, Any] = json.loads(read_header(path).metadata[_KEY])
    tensors = safetensors.torch.load_file(path)
    shapes = {name: tensors[f"weight:{name}"].shape for name in state.weights}
    if shapes != {name: weight.shape for name, weight in state.weights.items()}:
        raise ValueError("its weights have other shapes")
    moments = {
        name: {moment: tensors[f"{moment}:{name}"] for moment in _MOMENTS} for name in state.weights
    }
    for name, weight in state.weights.items():
        weight.data.copy_(tensors[f"weight:{name}"])
        state.optimiser.state[weight] = {
            moment: value if moment == "step" else value.to(weight.device)
            for moment, value in moments[name].items()
        }
    state.scaler.load_state_dict(facts["scaler"])
    state.losses[:] = tensors["losses"].tolist()
