"""From the form's values to requests, and from a picture's settings back to the form."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sddesk.core.problems import Problem, ProblemError
from sddesk.core.samplers import sampler_named
from sddesk.core.settings import FormState
from sddesk.core.values import GenerationRequest, ModelRef, check_request

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel

_RANDOM_SEEDS = 2**32  # what other programs draw from, so that they can take the seed over


def random_seed() -> int:
    """A seed for one more surprise."""
    return secrets.randbelow(_RANDOM_SEEDS)


def freeze(
    state: FormState, model: ModelRef, draw_seed: Callable[[], int]
) -> list[GenerationRequest]:
    """One request for each picture asked for, with seeds S, S+1, …; raises `ProblemError`."""
    base = model.defaults
    first = GenerationRequest(
        model=model,
        prompt=state.prompt,
        negative_prompt=state.negative_prompt,
        seed=draw_seed() if state.seed is None else state.seed,
        steps=base.steps if state.steps is None else state.steps,
        guidance_scale=(
            base.guidance_scale if state.guidance_scale is None else state.guidance_scale
        ),
        sampler=state.sampler or base.sampler,
        width=base.width if state.width is None else state.width,
        height=base.height if state.height is None else state.height,
    )
    requests = [replace(first, seed=first.seed + number) for number in range(state.count)]
    for request in requests:
        check_request(request)
    return requests


@dataclass(frozen=True, slots=True)
class Restored:
    """A picture's settings as form values, and what of them the form cannot show."""

    form: FormState
    problem: Problem | None


def restore(
    path: Path, settings: dict[str, Any], found: Sequence["FoundModel"], now: FormState
) -> Restored:
    """Read SD Desk's own `settings` of the picture `path`; raises `ProblemError` for nonsense."""
    try:
        wanted = settings["model"]
        model, problem = _model(str(wanted["name"]), str(wanted["fingerprint"]), found)
        form = FormState(
            prompt=str(settings["prompt"]),
            negative_prompt=str(settings["negative_prompt"]),
            model=now.model if model is None else model.path.name,
            sampler=sampler_named(str(settings["sampler"])),
            steps=int(settings["steps"]),
            guidance_scale=float(settings["guidance_scale"]),
            width=int(settings["width"]),
            height=int(settings["height"]),
            seed=int(settings["seed"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProblemError("The picture's settings are damaged", f"{path} ({error!r})") from error
    return Restored(form, problem or _left_out(settings))


def _model(
    name: str, fingerprint: str, found: Sequence["FoundModel"]
) -> tuple[ModelRef | None, Problem | None]:
    """The model with those weights, else one of that name."""
    models = [model.ref for model in found if model.ref is not None]
    for model in models:
        if model.fingerprint == fingerprint:
            return model, None
    hint = "everything else was restored"
    for model in models:
        if model.name == name:
            title = "The model has changed since this picture was made"
            return model, Problem(title, name, f"{hint}; the picture will come out differently")
    return None, Problem("The model of this picture is not here", name, hint)


def _left_out(settings: dict[str, Any]) -> Problem | None:
    names = {
        "init": "an init image",
        "branch": "a branch from another picture",
        "guidance_rescale": "guidance rescale",
    }
    present = [words for key, words in names.items() if settings.get(key)]
    if not present:
        return None
    return Problem(
        "This picture was made with more than the window offers",
        ", ".join(present),
        "everything else was restored; the picture will come out differently",
    )
