"""The two texts in each picture: A1111's `parameters` and SD Desk's own exact JSON."""

import json
from dataclasses import asdict
from typing import Any

from sddesk import __version__
from sddesk.core.samplers import schedule_type
from sddesk.core.values import GenerationRequest, Variation

VERSION = 1


def parameters_text(request: GenerationRequest) -> str:
    """The settings in A1111's grammar (AUTOMATIC1111 webui, `modules/infotext_utils.py`)."""
    lines = [request.prompt]
    if request.negative_prompt:
        lines.append(f"Negative prompt: {request.negative_prompt}")
    fields = ", ".join(f"{key}: {_quoted(value)}" for key, value in _fields(request).items())
    return "\n".join([*lines, fields])


def request_json(request: GenerationRequest, run: dict[str, Any]) -> str:
    """All of the request, and facts of the `run` (device, threads …), as the `sddesk` chunk."""
    return json.dumps({"version": VERSION, **request_values(request), "run": run})


def request_values(request: GenerationRequest) -> dict[str, Any]:
    """The request as plain JSON values; an init image is named by the hash of its pixels."""
    init = request.init
    branch = request.branch
    return {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": request.seed,
        "steps": request.steps,
        "guidance_scale": request.guidance_scale,
        "guidance_rescale": request.guidance_rescale,
        "sampler": request.sampler,
        "width": request.width,
        "height": request.height,
        "model": {"name": request.model.name, "fingerprint": request.model.fingerprint},
        "init": None if init is None else {"pixel_hash": init.pixel_hash()},
        "strength": None if init is None else request.strength,
        "variation": None if request.variation is None else asdict(request.variation),
        "branch": None if branch is None else {"tape": branch.tape.name, "step": branch.step},
    }


def _fields(request: GenerationRequest) -> dict[str, str]:
    sampler, schedule = schedule_type(request.sampler)
    fields = {
        "Steps": str(request.steps),
        "Sampler": sampler,
        "Schedule type": schedule,
        "CFG scale": _plain(request.guidance_scale),
        "Seed": str(request.seed),
        "Size": f"{request.width}x{request.height}",
        "Model": request.model.name,
        "Denoising strength": _plain(request.strength) if request.init is not None else "",
        "CFG Rescale": _plain(request.guidance_rescale) if request.guidance_rescale else "",
        **_variation_fields(request.variation),
        "RNG": "CPU",
        "Version": f"SD Desk {__version__}",
    }
    return {key: value for key, value in fields.items() if value}


def _variation_fields(variation: Variation | None) -> dict[str, str]:
    if variation is None or not variation.strength:
        return {}
    return {
        "Variation seed": str(variation.seed),
        "Variation seed strength": _plain(variation.strength),
    }


def _plain(number: float) -> str:
    """As few digits as say it exactly, and no `.0`."""
    return repr(float(number)).removesuffix(".0")


def _quoted(value: str) -> str:
    """A1111's `quote`: JSON quotes around what would break its `key: value, …` list."""
    if not any(char in value for char in ",:\n"):
        return value
    return json.dumps(value, ensure_ascii=False)
