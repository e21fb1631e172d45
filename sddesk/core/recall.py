"""Settings found in pictures: our own exact ones, or the text that other programs write."""

import contextlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sddesk.core.infotext import concepts_used, origins_of
from sddesk.core.json_objects import parse_object
from sddesk.core.picture_files import read_metadata
from sddesk.core.problems import ProblemError
from sddesk.core.samplers import SAMPLERS, sampler_named
from sddesk.core.values import ConceptUse

# The grammar of `key: value` lists in AUTOMATIC1111's webui, `modules/infotext_utils.py`.
_FIELD = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
_SIZE = re.compile(r"(\d+)x(\d+)")
_NEGATIVE = "Negative prompt:"
_FEWEST_FIELDS = 3  # with fewer, the last line is taken for prompt
# What tells how a picture was saved or named, and changes nothing when it is made again.
_CONCEPTS = {"TI hashes": "embedding", "Lora hashes": "lora"}
_HARMLESS = {"Version", "RNG", "Model hash", "VAE hash", "VAE", "User", "Schedule type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The settings of a picture; None is what it does not say, or says in a way we cannot follow.

    `left_out` names settings that SD Desk knows nothing of: the picture will come out differently.
    `own` is the pixel hash of the picture, `parent` that of its init image, `origins` are those of
    what that was made of; `branch_of` is the tape it branched from. `concepts` have no path, their
    hash tells them.
    """

    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    guidance_rescale: float | None = None
    sampler: str | None = None
    width: int | None = None
    height: int | None = None
    strength: float | None = None
    variation_seed: int | None = None
    variation_strength: float | None = None
    model: str | None = None
    fingerprint: str | None = None
    own: str | None = None
    parent: str | None = None
    origins: tuple[str, ...] = ()
    branch_of: str | None = None
    concepts: tuple[ConceptUse, ...] = ()
    ours: bool = False
    left_out: tuple[str, ...] = ()


def recall(path: Path) -> Recalled | None:
    """The settings in the picture at `path`, None if it carries none.

    Raises `ProblemError` for a file that is no picture, and for settings of ours that are damaged.
    """
    texts = read_metadata(path)
    if "sddesk" in texts:
        try:
            return from_values(parse_object(texts["sddesk"]))
        except (KeyError, TypeError, ValueError, ProblemError) as error:
            hint = "the picture itself is sound"
            raise ProblemError(
                "The picture's settings are damaged", f"{path} ({error!r})", hint
            ) from error
    text = texts.get("parameters")
    return None if not text else from_parameters(text)


def from_values(values: dict[str, Any]) -> Recalled:
    """From SD Desk's own JSON; raises `KeyError`, `TypeError`, `ValueError` for nonsense."""
    variation = values.get("variation")
    init, branch = values.get("init"), values.get("branch")
    return Recalled(
        prompt=str(values["prompt"]),
        negative_prompt=str(values["negative_prompt"]),
        seed=int(values["seed"]),
        steps=int(values["steps"]),
        guidance_scale=float(values["guidance_scale"]),
        guidance_rescale=float(values["guidance_rescale"]),
        sampler=sampler_named(str(values["sampler"])),
        width=int(values["width"]),
        height=int(values["height"]),
        strength=None if values.get("strength") is None else float(values["strength"]),
        variation_seed=int(variation["seed"]) if variation else None,
        variation_strength=float(variation["strength"]) if variation else None,
        model=str(values["model"]["name"]),
        fingerprint=str(values["model"]["fingerprint"]),
        own=_own(values),
        parent=str(init["pixel_hash"]) if init else None,
        origins=origins_of(values),
        branch_of=str(branch["tape"]) if branch else None,
        concepts=concepts_used(values, None),
        ours=True,
        left_out=("a branch from another picture",) if branch else (),
    )


def _own(values: dict[str, Any]) -> str | None:
    run = cast(dict[str, Any], values.get("run") or {})
    return str(run["picture_hash"]) if "picture_hash" in run else None


def from_parameters(text: str) -> Recalled:
    """From A1111's `parameters` text, read as that program reads it; nothing is an error."""
    prompt, negative, fields = split_parameters(text)
    size = _SIZE.fullmatch(fields.get("Size", ""))
    sampler = _sampler(fields.get("Sampler", ""), fields.get("Schedule type", ""))
    read = {"Size", "Model", "Variation seed", "Variation seed strength", *_CONCEPTS}
    read |= {"Concept weights"}
    numbers = {
        "Steps": _whole(fields.get("Steps")),
        "Seed": _whole(fields.get("Seed")),
        "CFG scale": _number(fields.get("CFG scale")),
        "CFG Rescale": _number(fields.get("CFG Rescale")),
        "Denoising strength": _number(fields.get("Denoising strength")),
    }
    read |= {key for key, value in numbers.items() if value is not None}
    read |= {"Sampler"} if sampler else set()
    unknown = [f"{key}: {value}" for key, value in fields.items() if key not in read | _HARMLESS]
    steps, seed = numbers["Steps"], numbers["Seed"]
    return Recalled(
        prompt=prompt,
        negative_prompt=negative,
        seed=None if seed is None else int(seed),
        steps=None if steps is None else int(steps),
        guidance_scale=numbers["CFG scale"],
        guidance_rescale=numbers["CFG Rescale"],
        sampler=sampler,
        width=int(size[1]) if size else None,
        height=int(size[2]) if size else None,
        strength=numbers["Denoising strength"],
        variation_seed=_whole(fields.get("Variation seed")),
        variation_strength=_number(fields.get("Variation seed strength")),
        model=fields.get("Model"),
        concepts=tuple(_concepts(fields)),
        left_out=tuple(unknown),
    )


def _concepts(fields: dict[str, str]) -> Iterator[ConceptUse]:
    """`name: hash, name: hash`, as A1111 writes it (`modules/extra_networks.py`)."""
    weights = dict(_pairs(fields.get("Concept weights", "")))
    for key, kind in _CONCEPTS.items():
        for name, digest in _pairs(fields.get(key, "")):
            words = (name,) if kind == "embedding" else ()
            weight = _number(weights.get(name))
            yield ConceptUse(Path(), kind, name, words, digest, 1.0 if weight is None else weight)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, value = part.rpartition(":")
        if name.strip():
            yield name.strip(), value.strip()


def split_parameters(text: str) -> tuple[str, str, dict[str, str]]:
    """Prompt, negative prompt and the fields of the last line."""
    lines = text.strip().split("\n")
    found = _FIELD.findall(lines[-1])
    if len(found) >= _FEWEST_FIELDS:
        lines.pop()
    else:
        found = []
    prompt: list[str] = []
    negative: list[str] = []
    part = prompt
    for line in (line.strip() for line in lines):
        if line.startswith(_NEGATIVE):
            part, line = negative, line[len(_NEGATIVE) :].strip()
        if line or part:  # empty lines before the first words are dropped, later ones kept
            part.append(line)
    fields = {key: _unquoted(value) for key, value in found}
    return "\n".join(prompt), "\n".join(negative), fields


def _unquoted(value: str) -> str:
    if not (value[:1] == '"' == value[-1:]):
        return value
    with contextlib.suppress(ValueError):
        decoded = json.loads(value)
        return decoded if isinstance(decoded, str) else value
    return value


def _sampler(name: str, schedule: str) -> str | None:
    """Our sampler of that name; newer versions of A1111 name the schedule apart."""
    wanted = [name] if schedule in ("", "Automatic") else [f"{name} {schedule}"]
    known = {sampler.lower(): sampler for sampler in SAMPLERS}
    return next((known[w.lower()] for w in wanted if w.lower() in known), None)


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        number = None if text is None else float(text)
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None
