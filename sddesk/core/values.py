"""The values that travel through SD Desk: pictures, models and requests, all immutable."""

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path

from sddesk.core.problems import ProblemError
from sddesk.core.samplers import DEFAULT_SAMPLER, LCM_MAX_STEPS, SAMPLERS

MAX_STEPS = 1000
MAX_SIDE = 8192
MAX_PROMPT = 100_000  # characters; more would not fit into a PNG text chunk that readers accept
MAX_SEED = 2**63 - 1
MAX_WEIGHT = 10  # of a concept; LoRA sliders go to 5 or so


@dataclass(frozen=True, slots=True)
class Picture:
    """8-bit RGB pixels, rows from top to bottom, 3 bytes a pixel, no padding."""

    width: int
    height: int
    pixels: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Raise `ValueError` when the number of bytes does not fit the size."""
        if len(self.pixels) != self.width * self.height * 3:
            raise ValueError(f"{len(self.pixels)} bytes for {self.width}x{self.height} RGB")

    def pixel_hash(self) -> str:
        """SHA-256 over size and pixels: the identity of a picture whatever file it lies in."""
        head = f"{self.width}x{self.height}:".encode()
        return hashlib.sha256(head + self.pixels).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelDefaults:
    """Settings that suit a model, from its `sddesk.json` or by its kind."""

    width: int = 512
    height: int = 512
    steps: int = 25
    guidance_scale: float = 7.0
    sampler: str = DEFAULT_SAMPLER


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model folder in diffusers' layout that was found to be readable.

    `family` is `sd` (1.x and 2.x) or `sdxl`; `size_multiple` is what width and height must be
    divisible by; `fingerprint` identifies the weights; `distilled` is true for LCM models; `word`
    is what DreamBooth has taught it.
    """

    name: str
    path: Path
    family: str
    size_multiple: int
    fingerprint: str
    defaults: ModelDefaults = ModelDefaults()
    distilled: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class BranchPoint:
    """Go on from a recorded tape; its first `step` recorded steps are kept."""

    tape: Path
    step: int


FITS = ("crop", "pad", "stretch")


@dataclass(frozen=True, slots=True)
class Variation:
    """A little of another seed's noise: `strength` 0 is the picture's own seed, 1 is the other."""

    seed: int
    strength: float


@dataclass(frozen=True, slots=True)
class ConceptUse:
    """A learned word or a LoRA at work: `kind` is "embedding" or "lora".

    `words` call it, one for each word of the file at `path`; `hash` is the SHA-256 of the file it
    came from; `weight` 1 is as it was trained.
    """

    path: Path
    kind: str
    name: str
    words: tuple[str, ...]
    hash: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """All that decides one picture; two equal requests on one machine give equal pixels.

    `init` makes it image to image with `strength`, the denoising strength: the share of the steps
    that run; `origins` are the pixel hashes of what it was made of. `branch` continues a recorded
    tape instead of beginning anew.
    """

    model: ModelRef
    prompt: str
    negative_prompt: str = ""
    seed: int
    steps: int
    guidance_scale: float
    guidance_rescale: float = 0.0
    sampler: str
    width: int
    height: int
    init: Picture | None = None
    origins: tuple[str, ...] = ()
    strength: float = 0.6
    branch: BranchPoint | None = None
    variation: Variation | None = None
    concepts: tuple[ConceptUse, ...] = ()

    @property
    def steps_run(self) -> int:
        """How many of `steps` run: an init image stands in for the first ones."""
        return self.steps if self.init is None else steps_to_run(self.steps, self.strength)


def steps_to_run(steps: int, strength: float) -> int:
    """Steps that image to image runs: the same rounding as diffusers' `get_timesteps`."""
    return min(int(steps * strength), steps)


def check_request(request: GenerationRequest) -> None:
    """Raise `ProblemError` for the first setting that cannot make a picture."""
    _check_size(request)
    _check_steps(request)
    _check_number("guidance scale", request.guidance_scale, 0, 1000)
    _check_number("guidance rescale", request.guidance_rescale, 0, 1)
    _check_number("denoising strength", request.strength, 0, 1)
    _check_seed("seed", request.seed)
    if request.variation is not None:
        _check_seed("variation seed", request.variation.seed)
        _check_number("variation strength", request.variation.strength, 0, 1)
    _check_prompt("prompt", request.prompt)
    _check_prompt("negative prompt", request.negative_prompt)
    for concept in request.concepts:
        _check_number(f"weight of {concept.name}", concept.weight, -MAX_WEIGHT, MAX_WEIGHT)
    if request.init is not None and steps_to_run(request.steps, request.strength) < 1:
        raise ProblemError(
            "No step is left to run",
            f"{request.steps} steps at denoising strength {request.strength:g}",
            "raise the strength or the number of steps",
        )


def _check_size(request: GenerationRequest) -> None:
    multiple = request.model.size_multiple
    size = f"{request.width}x{request.height}"
    for side in (request.width, request.height):
        if side <= 0 or side > MAX_SIDE:
            raise ProblemError(
                "That picture size is not possible", size, f"use {multiple} to {MAX_SIDE} pixels"
            )
        if side % multiple:
            fitted = [max(multiple, round(s / multiple) * multiple) for s in _sides(request)]
            raise ProblemError(
                f"Width and height must be multiples of {multiple}",
                size,
                f"the nearest size is {fitted[0]}x{fitted[1]}",
            )


def _sides(request: GenerationRequest) -> tuple[int, int]:
    return request.width, request.height


def _check_steps(request: GenerationRequest) -> None:
    if request.sampler not in SAMPLERS:
        raise ProblemError("There is no such sampler", request.sampler, "choose another sampler")
    most = LCM_MAX_STEPS if request.sampler == "LCM" else MAX_STEPS
    if not 1 <= request.steps <= most:
        raise ProblemError(
            "That number of steps is not possible",
            f"{request.steps} steps with {request.sampler}",
            f"use 1 to {most} steps",
        )


def _check_seed(name: str, seed: int) -> None:
    if not 0 <= seed <= MAX_SEED:
        raise ProblemError(f"The {name} is out of range", str(seed), f"use 0 to {MAX_SEED}")


def _check_number(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ProblemError(
            f"The {name} is not possible", f"{value}", f"use a number from {low:g} to {high:g}"
        )


def _check_prompt(name: str, text: str) -> None:
    if len(text) > MAX_PROMPT:
        raise ProblemError(f"The {name} is too long", f"{len(text)} characters", "shorten it")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ProblemError(
            f"The {name} holds bytes that are not text", f"position {error.start}", "use UTF-8"
        ) from error
