"""What waits to be made: a value with its rules, and its file."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sddesk.core.files import write_bytes_atomically
from sddesk.core.infotext import concepts_used, origins_of, request_values
from sddesk.core.json_objects import parse_object
from sddesk.core.models import FoundModel
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import BranchPoint, GenerationRequest, ModelRef, Picture, Variation

VERSION = 1


@dataclass(frozen=True, slots=True)
class Queued:
    """One picture that waits; `id` is that of its job."""

    id: int
    request: GenerationRequest


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting pictures in their order; while `paused`, none of them is begun."""

    waiting: tuple[Queued, ...] = ()
    paused: bool = False
    forever: bool = False

    def added(self, entries: tuple[Queued, ...], *, front: bool = False) -> "Queue":
        """With more pictures at the end, or before all others."""
        return replace(self, waiting=entries + self.waiting if front else self.waiting + entries)

    def without(self, ids: set[int]) -> "Queue":
        """Without those pictures."""
        return replace(self, waiting=tuple(e for e in self.waiting if e.id not in ids))

    def moved(self, ids: set[int], steps: int) -> "Queue":
        """With those pictures `steps` places later (earlier if negative), in their own order."""
        order = list(self.waiting)
        places = [place for place, entry in enumerate(order) if entry.id in ids]
        for place in reversed(places) if steps > 0 else places:
            target = place + steps
            if not 0 <= target < len(order) or order[target].id in ids:
                continue
            order.insert(target, order.pop(place))
        return replace(self, waiting=tuple(order))

    def placed(self, entry_id: int, place: int) -> "Queue":
        """With one picture at that place, counted without it."""
        moving = [entry for entry in self.waiting if entry.id == entry_id]
        order = [entry for entry in self.waiting if entry.id != entry_id]
        order[place:place] = moving
        return replace(self, waiting=tuple(order))


def save_queue(path: Path, requests: tuple[GenerationRequest, ...]) -> None:
    """Remember what is still to be made; raises `ProblemError`."""
    if not requests and not path.exists():
        return
    entries = [packed_request(request) for request in requests]
    write_bytes_atomically(path, json.dumps({"version": VERSION, "requests": entries}).encode())


def load_queue(
    path: Path, found: list[FoundModel]
) -> tuple[tuple[GenerationRequest, ...], Problem | None]:
    """What was still to be made, and a problem if some of it cannot be: its model is gone."""
    try:
        entries = parse_object(path.read_bytes())["requests"]
        texts = cast(list[dict[str, Any]], entries)
        made = [unpacked_request(values, found) for values in texts]
    except FileNotFoundError:
        return (), None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, ProblemError) as error:
        aside = path.with_name(f"{path.stem}.broken{path.suffix}")
        detail = f"{path} ({error})"
        try:
            path.replace(aside)
            detail += f"; it is kept as {aside.name}"
        except OSError:
            pass
        return (), Problem("The list of waiting pictures could not be read", detail)
    requests = tuple(request for request in made if request is not None)
    gone = len(made) - len(requests)
    if not gone:
        return requests, None
    title = "The model of some waiting pictures is not here any more"
    return requests, Problem(title, f"{gone} pictures", "they were left out")


def packed_request(request: GenerationRequest) -> dict[str, Any]:
    """The whole request as plain JSON values, with its init image and the places of its files."""
    return {
        **request_values(request),
        "strength": request.strength,
        "init_picture": _packed(request.init),
        "branch_tape": None if request.branch is None else str(request.branch.tape),
        "concept_paths": [str(use.path) for use in request.concepts],
    }


def unpacked_request(
    values: dict[str, Any], found: Sequence[FoundModel]
) -> GenerationRequest | None:
    """The request again, None if its model is not among those `found`.

    Raises `KeyError`, `TypeError` or `ValueError` for nonsense.
    """
    model = _model(str(values["model"]["fingerprint"]), found)
    if model is None:
        return None
    variation = values["variation"]
    return GenerationRequest(
        model=model,
        prompt=str(values["prompt"]),
        negative_prompt=str(values["negative_prompt"]),
        seed=int(values["seed"]),
        steps=int(values["steps"]),
        guidance_scale=float(values["guidance_scale"]),
        guidance_rescale=float(values["guidance_rescale"]),
        sampler=str(values["sampler"]),
        width=int(values["width"]),
        height=int(values["height"]),
        init=_unpacked(values["init_picture"]),
        origins=origins_of(values),
        strength=float(values["strength"] or 0.6),
        branch=_branch(values),
        concepts=concepts_used(values, list(map(str, values.get("concept_paths") or []))),
        variation=(
            Variation(int(variation["seed"]), float(variation["strength"])) if variation else None
        ),
    )


def _branch(values: dict[str, Any]) -> BranchPoint | None:
    tape = values.get("branch_tape")
    return BranchPoint(Path(tape), int(values["branch"]["step"])) if tape else None


def _model(fingerprint: str, found: Sequence[FoundModel]) -> ModelRef | None:
    refs = [model.ref for model in found if model.ref is not None]
    return next((ref for ref in refs if ref.fingerprint == fingerprint), None)


def _packed(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    pixels = base64.b64encode(picture.pixels).decode("ascii")
    return {"width": picture.width, "height": picture.height, "pixels": pixels}


def _unpacked(values: dict[str, Any] | None) -> Picture | None:
    if values is None:
        return None
    pixels = base64.b64decode(str(values["pixels"]), validate=True)
    return Picture(int(values["width"]), int(values["height"]), pixels)
