"""What files and models are: `sddesk inspect` and `sddesk models`."""

import json
from pathlib import Path
from typing import Any

from sddesk.cli.console import Console
from sddesk.core.concepts.reading import read_concept, training_note
from sddesk.core.json_objects import parse_object
from sddesk.core.models import FoundModel, find_models, read_model
from sddesk.core.picture_files import load_picture, read_settings, read_texts
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.safetensors_header import read_header
from sddesk.core.tapes import TAPE_KEY, find_tape, is_tape, read_tape_facts


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
    facts = _facts(path)
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
            "word": ref.word or None,
        }
    return facts | {"problem": None if problem is None else f"{problem.what()}; {problem.hint}"}


def _facts(path: Path) -> dict[str, Any]:
    """By content: pictures, tapes, and all others must be concepts. Raises `ProblemError`."""
    try:
        if path.is_dir() and (path / "model_index.json").exists():
            return {"kind": "model", **_model_facts(FoundModel(path, read_model(path), None))}
        if path.is_dir():
            return _concept_facts(path)
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff")) or head[8:12] == b"WEBP":
        return _picture_facts(path)
    if head[8:9] == b"{" and (is_tape(path) or TAPE_KEY in read_header(path).metadata):
        return _tape_facts(path)
    if head[8:9] == b"{" or head.startswith(b"PK"):
        return _concept_facts(path)
    readable = "inspect reads PNG, JPEG and WebP pictures, SD Desk's tapes, embeddings and LoRAs"
    raise ProblemError("This is neither a picture nor a tape nor a concept", str(path), readable)


def _concept_facts(path: Path) -> dict[str, Any]:
    concept = read_concept(path)
    return {
        "kind": concept.kind,
        "path": str(path),
        "name": concept.name,
        "words": [word.text for word in concept.words] or None,
        "trigger": concept.trigger or None,
        "vectors": [t.shape[0] for word in concept.words for t in list(word.vectors.values())[:1]]
        or None,
        "base": concept.base,
        "widths": list(concept.widths),
        "origin": concept.origin,
        "hash": concept.hash,
        "author": concept.author or None,
        "licence": concept.licence or None,
        "training": _training(path),
    }


def _training(path: Path) -> dict[str, Any] | None:
    try:
        return parse_object(training_note(path))
    except ValueError:  # none, or not ours
        return None


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
    if isinstance(value, list):
        value = ("x" if key == "size" else ", ").join(map(str, value))
    text = str(value)
    console.result(f"{indent}{key}: {text.replace(chr(10), chr(10) + indent + '  ')}")
