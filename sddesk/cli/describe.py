"""What files and models are: `sddesk inspect` and `sddesk models`."""

import json
from pathlib import Path
from typing import Any

from sddesk.cli.console import Console
from sddesk.core.models import FoundModel, find_models
from sddesk.core.picture_files import load_picture, read_settings, read_texts
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.tapes import find_tape, read_tape_facts


def list_models(folders: tuple[Path, ...], console: Console, *, as_json: bool) -> None:
    """One line for each model found; broken ones go to stderr, or carry their problem in JSON."""
    found = find_models(folders)
    for model in found:
        if as_json:
            console.result(json.dumps(_model_facts(model)))
        elif model.ref is not None:
            console.result(f"{model.ref.name}\t{model.path}")
        elif model.problem is not None:
            console.warn(model.problem)
    if not found:
        console.say(f"no model found in {', '.join(str(folder) for folder in folders)}")


def inspect(path: Path, console: Console, *, as_json: bool) -> None:
    """Say what the file is; raises `ProblemError` for files that are none of ours."""
    facts = _tape_facts(path) if _is_safetensors(path) else _picture_facts(path)
    if as_json:
        console.result(json.dumps(facts))
        return
    for key, value in facts.items():
        _print_fact(key, value, console)


def _model_facts(model: FoundModel) -> dict[str, Any]:
    ref, problem = model.ref, model.problem
    facts: dict[str, Any] = {"name": model.path.name, "path": str(model.path)}
    if ref is not None:
        defaults = ref.defaults
        facts |= {
            "name": ref.name,
            "family": ref.family,
            "fingerprint": ref.fingerprint,
            "size": [defaults.width, defaults.height],
            "steps": defaults.steps,
            "guidance_scale": defaults.guidance_scale,
            "sampler": defaults.sampler,
        }
    return facts | {"problem": None if problem is None else f"{problem.what()}; {problem.hint}"}


def _is_safetensors(path: Path) -> bool:
    """By content: eight bytes of length, then a JSON object. Raises `ProblemError`."""
    readable = "inspect reads PNG, JPEG and WebP pictures and SD Desk's tapes"
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    if head[8:9] == b"{":
        return True
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff")) or head[8:12] == b"WEBP":
        return False
    raise ProblemError("This is neither a picture nor a tape", str(path), readable)


def _picture_facts(path: Path) -> dict[str, Any]:
    picture = load_picture(path)
    settings = read_settings(path)
    return {
        "kind": "picture",
        "path": str(path),
        "size": [picture.width, picture.height],
        "pixel_hash": picture.pixel_hash(),
        "tape": _tape_of(path),
        "settings": settings,
        "parameters": read_texts(path).get("parameters") if settings is None else None,
    }


def _tape_of(picture: Path) -> str | None:
    try:
        return str(find_tape(picture))
    except ProblemError:  # none, a damaged one, or that of another picture
        return None


def _tape_facts(path: Path) -> dict[str, Any]:
    tape = read_tape_facts(path)
    return {
        "kind": "tape",
        "path": str(path),
        "recorded": tape.recorded,
        "settings": tape.settings,
        "run": tape.run,
    }


def _print_fact(key: str, value: Any, console: Console, indent: str = "") -> None:
    """`key: value` for people: nested ones indented, empty ones left out."""
    if value is None:
        return
    if isinstance(value, dict):
        console.result(f"{indent}{key}:")
        for inner, its_value in value.items():
            _print_fact(inner, its_value, console, indent + "  ")
        return
    text = "x".join(map(str, value)) if key == "size" else str(value)
    console.result(f"{indent}{key}: {text.replace(chr(10), chr(10) + indent + '  ')}")
