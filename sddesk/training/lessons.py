"""What is learned from: the pictures as latents, and the words said about them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.problems import ProblemError
from sddesk.core.training.dataset import as_trained, mirrored
from sddesk.core.training.templates import class_prompt, prompts_of, spoken
from sddesk.core.training.values import ClassPictureMade, TrainingRequest
from sddesk.core.values import GenerationRequest, Picture
from sddesk.engine import vae
from sddesk.engine.cancelling import stop_if
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import generate

# Class pictures are drawn with less guidance than others: what is learned from them is guided once
# more when it is asked for, and with all of it the class burns out. With none it is hard to know.
_SHARE_OF_GUIDANCE = 0.5


@dataclass(frozen=True, slots=True)
class Lesson:
    """One picture: its latents (1, channels, h, w), also mirrored if wanted, and its prompts."""

    views: tuple[torch.Tensor, ...]
    prompts: tuple[str, ...]

    def drawn(self, generator: torch.Generator) -> tuple[torch.Tensor, str]:
        """One view and one prompt."""
        view = int(torch.randint(len(self.views), (), generator=generator))
        prompt = int(torch.randint(len(self.prompts), (), generator=generator))
        return self.views[view], self.prompts[prompt]


def picture_lessons(
    model: LoadedModel, request: TrainingRequest, cancelled: Callable[[], bool]
) -> list[Lesson]:
    """A lesson for each picture; raises `ProblemError` for one that cannot be read any more."""
    lessons: list[Lesson] = []
    for picture in request.pictures:
        stop_if(cancelled)
        seen = as_trained(picture, request.side)
        views = [seen, mirrored(seen)] if picture.mirror else [seen]
        prompts = tuple(spoken(prompt, request) for prompt in prompts_of(request, picture))
        lessons.append(Lesson(tuple(_latents(model, view) for view in views), prompts))
    return lessons


def class_lessons(
    model: LoadedModel,
    request: TrainingRequest,
    cache: Path,
    cancelled: Callable[[], bool],
    begin: int,
) -> Iterator[ClassPictureMade | Lesson]:
    """The lessons from class pictures from number `begin` on, and a note for each that is made.

    They are kept in `cache` by model, words and size, for the next training of the same class.
    """
    folder = cache / "class pictures" / _key(request)
    for number in range(begin, request.prior):
        stop_if(cancelled)
        picture = _cached(folder / f"{number:04}.png")
        if picture is None:
            picture = generate(
                model, _class_request(request, number), None, lambda _frame: None, cancelled
            ).picture
            save_png(folder / f"{number:04}.png", picture, {})
            yield Lesson((_latents(model, picture),), (class_prompt(request),))
            yield ClassPictureMade(number + 1, request.prior, picture)
        else:
            yield Lesson((_latents(model, picture),), (class_prompt(request),))


def _latents(model: LoadedModel, picture: Picture) -> torch.Tensor:
    with torch.no_grad():
        latents = vae.encode(model.pipeline.vae, vae.image_tensor(picture))
    if not latents.isfinite().all():
        raise ProblemError("A picture turned into undefined numbers", model.ref.name)
    return latents


def _class_request(request: TrainingRequest, number: int) -> GenerationRequest:
    defaults = request.model.defaults
    return GenerationRequest(
        model=request.model,
        prompt=class_prompt(request),
        seed=number,
        steps=defaults.steps,
        guidance_scale=_class_guidance(request),
        sampler=defaults.sampler,
        width=request.side,
        height=request.side,
    )


def _class_guidance(request: TrainingRequest) -> float:
    return max(1.0, _SHARE_OF_GUIDANCE * request.model.defaults.guidance_scale)


def _key(request: TrainingRequest) -> str:
    model, guidance = request.model, _class_guidance(request)
    facts = (model.fingerprint, class_prompt(request), request.side, model.defaults, guidance)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _cached(path: Path) -> Picture | None:
    """None also for a damaged one, which is made again."""
    if not path.exists():
        return None
    try:
        return load_picture(path)
    except ProblemError:
        return None
