"""The two texts in each picture: A1111's `parameters` and SD Desk's own exact JSON."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from sddesk import __version__
from sddesk.core.samplers import schedule_type
from sddesk.core.values import ConceptUse, GenerationRequest, Variation

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
        "init": _init_values(request),
        "strength": None if request.init is None else request.strength,
        "variation": None if request.variation is None else asdict(request.variation),
        "concepts": [concept_values(use) for use in request.concepts],
        "branch": None if branch is None else {"tape": branch.tape.name, "step": branch.step},
    }


def _init_values(request: GenerationRequest) -> dict[str, Any] | None:
    if request.init is None:
        return None
    origins = {"origins": list(request.origins)} if request.origins else {}
    return {"pixel_hash": request.init.pixel_hash(), **origins}


def origins_of(values: dict[str, Any]) -> tuple[str, ...]:
    """The origins of the init image of such a request; what is no hash is left out."""
    init = values.get("init")
    if not isinstance(init, dict):
        return ()
    names = cast(list[object], cast(dict[str, Any], init).get("origins") or [])
    return tuple(name for name in map(str, names) if is_pixel_hash(name))


def is_pixel_hash(text: str) -> bool:
    """Whether it can be the hash of pixels, and so a harmless file name."""
    return len(text) == 64 and not set(text) - set("0123456789abcdef")


def concept_values(use: ConceptUse) -> dict[str, Any]:
    """A concept as plain JSON values: by its hash it is found again, wherever its file lies."""
    return {
        "kind": use.kind,
        "name": use.name,
        "words": list(use.words),
        "hash": use.hash,
        "weight": use.weight,
    }


def concepts_used(values: dict[str, Any], paths: list[str] | None) -> tuple[ConceptUse, ...]:
    """The concepts of such a request, whose files are at `paths`, or nobody knows where.

    Raises `KeyError`, `TypeError` or `ValueError` for nonsense.
    """
    known = cast(list[dict[str, Any]], values.get("concepts") or [])
    places = [""] * len(known) if paths is None else paths
    return tuple(
        ConceptUse(
            path=Path(place),
            kind=str(values["kind"]),
            name=str(values["name"]),
            words=tuple(map(str, values["words"])),
            hash=str(values["hash"]),
            weight=float(values["weight"]),
        )
        for values, place in zip(known, places, strict=True)
    )


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
        **_concept_fields(request.concepts),
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


def _concept_fields(uses: tuple[ConceptUse, ...]) -> dict[str, str]:
    """As A1111 names them (`modules/processing.py`, its Lora extension), and their weights."""
    hashes = {
        kind: ", ".join(f"{_field_name(use)}: {use.hash[:12]}" for use in uses if use.kind == kind)
        for kind in ("embedding", "lora")
    }
    weights = ", ".join(f"{_field_name(use)}: {_plain(use.weight)}" for use in uses)
    return {
        "TI hashes": hashes["embedding"],
        "Lora hashes": hashes["lora"],
        "Concept weights": weights,
    }


def _field_name(use: ConceptUse) -> str:
    """The word that calls it, or the file's name, without what would break the list."""
    name = use.words[0] if use.words else use.name
    return "".join(" " if char in ',:\n"' else char for char in name)


def _plain(number: float) -> str:
    """As few digits as say it exactly, and no `.0`."""
    return repr(float(number)).removesuffix(".0")


def _quoted(value: str) -> str:
    """A1111's `quote`: JSON quotes around what would break its `key: value, …` list."""
    if not any(char in value for char in ",:\n"):
        return value
    return json.dumps(value, ensure_ascii=False)
