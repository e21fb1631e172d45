"""The tape file as seen without torch: where it lies, what it says, which request made it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sddesk.core.infotext import concepts_used, origins_of
from sddesk.core.json_objects import parse_object
from sddesk.core.models import find_models, look_at
from sddesk.core.picture_files import load_picture
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.safetensors_header import Header, read_header, read_tensor
from sddesk.core.values import (
    BranchPoint,
    ConceptUse,
    GenerationRequest,
    ModelRef,
    Picture,
    Variation,
)

TAPE_SUFFIX = ".tape.safetensors"
TAPE_KEY = "sddesk_tape"
BODY_KEY = "sddesk_body"  # SHA-256 over the tensors' bytes as they lie in the file
TAPE_VERSION = 1
_HINT = "make the picture again from its own settings, that makes a new tape"


@dataclass(frozen=True, slots=True)
class TapeFacts:
    """What a tape says of itself: the request's values, facts of the run, its recorded steps."""

    settings: dict[str, Any]
    run: dict[str, Any]
    recorded: int


def tape_beside(picture: Path) -> Path:
    """The tape that belongs to the picture file `picture`."""
    return picture.with_name(picture.stem + TAPE_SUFFIX)


def is_tape(path: Path) -> bool:
    """Whether the name is that of a tape."""
    return path.name.endswith(TAPE_SUFFIX)


def find_tape(path: Path) -> Path:
    """The tape that `path` is, or the one beside the picture `path`; raises `ProblemError`."""
    if not path.exists():
        raise ProblemError("No such file", str(path), "check the path")
    if is_tape(path):
        return path
    picture, tape = load_picture(path), tape_beside(path)
    if not tape.is_file():
        raise ProblemError("There is no tape beside this picture", str(path), _HINT)
    if read_tape_facts(tape).run.get("picture_hash") != picture.pixel_hash():
        raise ProblemError("The tape beside this picture belongs to another", str(tape), _HINT)
    return tape


def read_tape_facts(path: Path) -> TapeFacts:
    """What the tape at `path` says of itself; raises `ProblemError` for any other file.

    The whole file is read once, so that steps which have gone bad are noticed before they are used.
    """
    return _facts(path, read_header(path))


def read_branch_request(path: Path, step: int, folders: tuple[Path, ...]) -> GenerationRequest:
    """The request that keeps the tape's first `step` recorded steps and runs the others again.

    Raises `ProblemError` if the tape is damaged, its model is missing in `folders` or has changed,
    or `step` is outside of the tape.
    """
    header = read_header(path)
    facts = _facts(path, header)
    check_step(step, facts.recorded, path.name)
    try:
        request = request_of(facts, folders)
        init = init_picture(path, header)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ProblemError("The tape's settings are damaged", f"{path} ({error})", _HINT) from error
    return replace(request, init=init, branch=BranchPoint(path, step))


def kept_steps(path: Path) -> int:
    """How many of the tape's first steps come from the tape that it branched from.

    Raises `ProblemError` for a file that is no sound tape.
    """
    branch = read_tape_facts(path).settings.get("branch")
    try:
        return 0 if branch is None else int(branch["step"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProblemError("The tape's settings are damaged", f"{path} ({error})", _HINT) from error


def check_step(step: int, recorded: int, name: str) -> None:
    """Raise `ProblemError` if so many steps cannot be kept."""
    if not 0 <= step < recorded:
        raise ProblemError(
            "That step is not on the tape", f"step {step} of {name}", f"use 0 to {recorded - 1}"
        )


def recorded_model(facts: TapeFacts, folders: tuple[Path, ...]) -> ModelRef:
    """The very model that recorded the tape, wherever it is now; raises `ProblemError`."""
    try:
        wanted = facts.settings["model"]
        place = str(facts.run["model_path"])
        return _model_of(wanted["name"], wanted["fingerprint"], place, folders)
    except (KeyError, TypeError, ValueError) as error:
        raise ProblemError("The tape's settings are damaged", f"model ({error})", _HINT) from error


def read_init_picture(path: Path) -> Picture | None:
    """The init image of the picture that the tape belongs to; raises `ProblemError`."""
    try:
        return init_picture(path, read_header(path))
    except ValueError as error:
        raise ProblemError("The tape is damaged", f"{path} ({error})", _HINT) from error


def _facts(path: Path, header: Header) -> TapeFacts:
    text = header.metadata.get(TAPE_KEY)
    if text is None:
        raise ProblemError("This file is not a tape", str(path), "choose a .tape.safetensors file")
    try:
        data = parse_object(text)
        if data["version"] != TAPE_VERSION:
            raise ValueError(f"version {data['version']}, this program reads {TAPE_VERSION}")
        facts = TapeFacts(dict(data["settings"]), dict(data["run"]), int(data["recorded"]))
        if facts.recorded < 1:
            raise ValueError("no step is recorded")
        _check_body(path, header)
        return facts
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ProblemError("The tape is damaged", f"{path} ({error})", _HINT) from error


def _check_body(path: Path, header: Header) -> None:
    """Raise `ValueError` if the steps are not the ones that were written."""
    wanted = header.metadata.get(BODY_KEY)
    try:
        with path.open("rb") as file:
            file.seek(min(entry.begin for entry in header.tensors.values()))
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    if found != wanted:
        raise ValueError("its steps are not what was recorded")


def request_of(facts: TapeFacts, folders: tuple[Path, ...]) -> GenerationRequest:
    """The request that `facts` describe, but for its init image.

    Raises `ProblemError` for a missing model or concept, `KeyError`, `TypeError`, `ValueError` or
    `OverflowError` for nonsense.
    """
    values = facts.settings
    wanted = values["model"]
    return GenerationRequest(
        model=_model_of(wanted["name"], wanted["fingerprint"], facts.run["model_path"], folders),
        prompt=_text(values["prompt"]),
        negative_prompt=_text(values["negative_prompt"]),
        seed=int(values["seed"]),
        steps=int(values["steps"]),
        guidance_scale=float(values["guidance_scale"]),
        guidance_rescale=float(values["guidance_rescale"]),
        sampler=str(values["sampler"]),
        width=int(values["width"]),
        height=int(values["height"]),
        origins=origins_of(values),
        strength=float(values["strength"] or 1.0),
        variation=_variation(values.get("variation")),
        concepts=_concepts(values, facts.run),
    )


def _variation(values: dict[str, Any] | None) -> Variation | None:
    return None if values is None else Variation(int(values["seed"]), float(values["strength"]))


def _concepts(values: dict[str, Any], run: dict[str, Any]) -> tuple[ConceptUse, ...]:
    """The concepts that took part, where they lay when the tape was made."""
    uses = concepts_used(values, list(map(str, run.get("concept_paths") or [])))
    missing = [use.name for use in uses if not use.path.exists()]
    if missing:
        raise ProblemError(
            "A concept that took part in this tape is not here",
            ", ".join(missing),
            "put its file back; nothing else gives the same steps",
        )
    return uses


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no prompt")
    return value


def _model_of(name: str, fingerprint: str, path: str, folders: tuple[Path, ...]) -> ModelRef:
    """The very model that recorded the tape: by its weights, wherever its folder is now."""
    known = [look_at(Path(path))] if path else []
    for found in (*known, *find_models(folders)):
        if found.ref is not None and found.ref.fingerprint == fingerprint:
            return found.ref
    raise ProblemError(
        "The model that recorded this tape is not here, or has changed",
        name,
        "put its folder back; nothing else gives the same steps",
    )


def init_picture(path: Path, header: Header) -> Picture | None:
    """The init image at the picture's size, kept in the tape as (height, width, 3) bytes."""
    entry = header.tensors.get("init_image")
    if entry is None:
        return None
    height, width, _ = entry.shape
    return Picture(width, height, read_tensor(path, entry))
