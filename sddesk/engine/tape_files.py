"""Tapes on disk: one safetensors file, the settings in its header."""

import hashlib
import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.safetensors_header import read_header
from sddesk.core.tapes import BODY_KEY, TAPE_KEY, TAPE_VERSION, read_tape_facts
from sddesk.core.values import Picture
from sddesk.engine.tape import Call, Tape


def tape_bytes(
    tape: Tape, settings: dict[str, Any], run: dict[str, Any], init: Picture | None
) -> bytes:
    """The file's content; `settings` and `run` are what `core.tapes.TapeFacts` gives back."""
    header = {
        "version": TAPE_VERSION,
        "settings": settings,
        "run": run,
        "recorded": len(tape.calls_per_step),
        "tape": {
            "scheduler": tape.scheduler,
            "config": _plain(tape.config),
            "steps": tape.steps,
            "skipped": tape.skipped,
            "calls_per_step": tape.calls_per_step,
        },
    }
    tensors = _tensors(tape, init)
    whole = safetensors.torch.save(tensors)
    body = memoryview(whole)[8 + int.from_bytes(whole[:8], "little") :]
    texts = {TAPE_KEY: json.dumps(header), BODY_KEY: hashlib.sha256(body).hexdigest()}
    return safetensors.torch.save(tensors, texts)


def load_tape(path: Path) -> Tape:
    """The tape in the file at `path`; raises `ProblemError` for a missing or damaged one."""
    facts = read_tape_facts(path)  # limits and plausibility, before anything is allocated
    try:
        header = json.loads(read_header(path).metadata[TAPE_KEY])["tape"]
        tape = _tape(header, safetensors.torch.load_file(path))
        if facts.recorded != len(tape.calls_per_step):
            raise ValueError(f"{len(tape.calls_per_step)} steps where {facts.recorded} were told")
        return tape
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        hint = "make the picture again from its own settings, that makes a new tape"
        raise ProblemError("The tape is damaged", f"{path} ({error})", hint) from error


def _tensors(tape: Tape, init: Picture | None) -> dict[str, torch.Tensor]:
    calls = tape.calls
    tensors = {
        "timesteps": torch.stack([call.timestep for call in calls]),  # (calls,)
        "samples": torch.cat([call.sample for call in calls]),  # (calls, channels, h, w)
        "outputs": torch.cat([call.output for call in calls]),  # (calls, channels, h, w)
        "alphas": torch.tensor([call.alpha for call in calls], dtype=torch.float64),
        "sigmas": torch.tensor([call.sigma for call in calls], dtype=torch.float64),
        "noise": tape.noise,
        "generator": tape.generator,
        "init_latents": tape.init_latents,
        "final": tape.final,
    }
    if init is not None:
        pixels = torch.frombuffer(bytearray(init.pixels), dtype=torch.uint8)
        tensors["init_image"] = pixels.view(init.height, init.width, 3)
    return {name: tensor.contiguous() for name, tensor in tensors.items() if tensor is not None}


def _tape(header: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Tape:
    parts = (tensors["timesteps"], tensors["samples"], tensors["outputs"])
    numbers = (tensors["alphas"].tolist(), tensors["sigmas"].tolist())
    calls = [
        Call(timestep, sample[None], output[None], alpha, sigma)
        for timestep, sample, output, alpha, sigma in zip(*parts, *numbers, strict=True)
    ]
    tape = Tape(
        scheduler=str(header["scheduler"]),
        config=dict(header["config"]),
        steps=int(header["steps"]),
        skipped=int(header["skipped"]),
        calls_per_step=tuple(int(count) for count in header["calls_per_step"]),
        noise=tensors["noise"],
        generator=tensors["generator"],
        init_latents=tensors.get("init_latents"),
        calls=calls,
        final=tensors.get("final"),
    )
    if sum(tape.calls_per_step) != len(calls):
        raise ValueError(f"{len(calls)} calls do not make {tape.calls_per_step}")
    return tape


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """A scheduler's config without what JSON cannot hold (numpy betas become lists)."""
    return {
        key: value.tolist() if hasattr(value, "tolist") else value
        for key, value in config.items()
        if not key.startswith("_")
    }
