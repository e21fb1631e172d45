"""From the form's values to requests, and from a picture's settings back to the form."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from sddesk.core.problems import Problem, ProblemError
from sddesk.core.settings import FormState
from sddesk.core.values import (
    GenerationRequest,
    ModelRef,
    Picture,
    Variation,
    check_request,
)

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel
    from sddesk.core.recall import Recalled

_T = TypeVar("_T")
PARTS = ("prompt", "negative", "seed", "settings", "model")
_RANDOM_SEEDS = 2**32  # what other programs draw from, so that they can take the seed over


def no_model() -> ProblemError:
    """There is nothing that could make a picture."""
    return ProblemError(
        "There is no model to work with",
        hint="put a model in diffusers' layout into the models folder and start SD Desk again",
    )


def random_seed() -> int:
    """A seed for one more surprise."""
    return secrets.randbelow(_RANDOM_SEEDS)


def freeze(
    state: FormState,
    model: ModelRef,
    draw_seed: Callable[[], int],
    init: Picture | None = None,
    origins: tuple[str, ...] = (),
) -> list[GenerationRequest]:
    """One request for each picture asked for; raises `ProblemError`.

    Seeds are S, S+1, …; with a variation they stay, and the variation's seeds count up instead.
    """
    base = model.defaults
    variation = state.variation_strength > 0
    first = GenerationRequest(
        model=model,
        prompt=state.prompt,
        negative_prompt=state.negative_prompt,
        seed=draw_seed() if state.seed is None else state.seed,
        steps=base.steps if state.steps is None else state.steps,
        guidance_scale=(
            base.guidance_scale if state.guidance_scale is None else state.guidance_scale
        ),
        guidance_rescale=state.guidance_rescale,
        sampler=state.sampler or base.sampler,
        width=base.width if state.width is None else state.width,
        height=base.height if state.height is None else state.height,
        strength=state.strength,
        variation=(
            Variation(state.variation_seed, state.variation_strength) if variation else None
        ),
        init=init,
        origins=origins,
    )
    requests = [_numbered(first, number) for number in range(state.count)]
    for request in requests:
        check_request(request)
    return requests


def _numbered(first: GenerationRequest, number: int) -> GenerationRequest:
    variation = first.variation
    if variation is None:
        return replace(first, seed=first.seed + number)
    return replace(first, variation=replace(variation, seed=variation.seed + number))


@dataclass(frozen=True, slots=True)
class Restored:
    """A picture's settings as form values, and what of them the form cannot show."""

    form: FormState
    problem: Problem | None


def restore(
    recalled: "Recalled",
    found: Sequence["FoundModel"],
    now: FormState,
    parts: frozenset[str] = frozenset(PARTS),
) -> Restored:
    """The form with these parts of a picture's settings; the rest stays as it is `now`."""
    form, problem = now, None
    if "model" in parts:
        model, problem = _model(recalled, found)
        form = replace(form, model=now.model if model is None else model.path.name)
    if "settings" in parts:
        form = _with_settings(recalled, form)
    if "prompt" in parts:
        form = replace(form, prompt=recalled.prompt)
    if "negative" in parts:
        form = replace(form, negative_prompt=recalled.negative_prompt)
    if "seed" in parts:
        form = _with_seed(recalled, form)
    whole = "settings" in parts
    return Restored(form, _left_out(recalled, problem) if whole else problem)


def _with_settings(recalled: "Recalled", now: FormState) -> FormState:
    return replace(
        now,
        sampler=_or(recalled.sampler, now.sampler),
        steps=_or(recalled.steps, now.steps),
        guidance_scale=_or(recalled.guidance_scale, now.guidance_scale),
        guidance_rescale=recalled.guidance_rescale or 0.0,
        width=_or(recalled.width, now.width),
        height=_or(recalled.height, now.height),
        strength=now.strength if recalled.strength is None else recalled.strength,
    )


def _with_seed(recalled: "Recalled", form: FormState) -> FormState:
    seed = form.seed if recalled.seed is None or recalled.seed < 0 else recalled.seed
    return replace(
        form,
        seed=seed,
        variation_seed=recalled.variation_seed or 0,
        variation_strength=recalled.variation_strength or 0.0,
    )


def _or(value: _T | None, other: _T) -> _T:
    return other if value is None else value


def _model(
    recalled: "Recalled", found: Sequence["FoundModel"]
) -> tuple[ModelRef | None, Problem | None]:
    """The model with those weights, else one of that name."""
    models = [model.ref for model in found if model.ref is not None]
    for model in models:
        if model.fingerprint == recalled.fingerprint:
            return model, None
    name = recalled.model
    if not name:
        return None, None
    hint = "everything else was restored"
    for model in models:
        if name in (model.name, model.path.name):
            if recalled.fingerprint is None:
                return model, None
            title = "The model has changed since this picture was made"
            return model, Problem(title, name, f"{hint}; the picture will come out differently")
    return None, Problem("The model of this picture is not here", name, hint)


def _left_out(recalled: "Recalled", problem: Problem | None) -> Problem | None:
    names = list(recalled.left_out)
    if recalled.parent is not None:
        names.append("an init image, which the picture does not carry")
    if not names:
        return problem
    detail = ", ".join(names)
    if problem is not None:
        return replace(problem, detail=f"{problem.detail}; also left out: {detail}")
    return Problem(
        "This picture was made with more than was restored",
        detail,
        "the picture will come out differently",
    )
