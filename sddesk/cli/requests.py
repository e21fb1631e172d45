"""From options to jobs: every value and every target is checked here, before torch is imported."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sddesk.cli.options import BranchOptions, OutputOptions, RenderOptions
from sddesk.core.concepts.asked import check_concepts, read_asked, spelled_out
from sddesk.core.concepts.index import ConceptIndex, find_concepts
from sddesk.core.concepts.values import EMBEDDING, LORA, ConceptCard
from sddesk.core.files import check_writable
from sddesk.core.messages import Destination, Generate
from sddesk.core.models import DEFAULT_MODEL, model_named
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, resized
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.remaking import branch_request
from sddesk.core.tapes import tape_beside
from sddesk.core.values import GenerationRequest, Picture, check_request

RANDOM_SEEDS = 2**32  # what A1111 draws from: other programs can read every one of them
DEFAULT_STRENGTH = 0.6

T = TypeVar("T")


def render_jobs(options: RenderOptions, paths: AppPaths, tape_quota: int) -> list[Generate]:
    """One job per picture of `sddesk render`; raises `ProblemError`."""
    first = render_request(options, paths)
    seeds = range(first.seed, first.seed + options.count)
    requests = [said_in_full(replace(first, seed=seed), paths) for seed in seeds]
    check_request(requests[-1])
    jobs = _jobs(requests, options, paths, tape_quota)
    if options.evolution is None:
        return jobs
    # An evolution is made of the tape, which goes again afterwards if it is not to stay.
    return [replace(job, destination=replace(job.destination, tape=True)) for job in jobs]


def said_in_full(request: GenerationRequest, paths: AppPaths) -> GenerationRequest:
    """With wildcards chosen by the seed, and LoRAs that the prompt names; raises `ProblemError`."""

    def collection() -> list[ConceptCard]:
        found = find_concepts(paths.concept_folders, ConceptIndex(paths.concept_index))
        return [one.card for one in found if one.card is not None]

    return spelled_out(request, paths.wildcards, collection)


def branch_jobs(options: BranchOptions, paths: AppPaths, tape_quota: int) -> list[Generate]:
    """The one job of `sddesk branch`; raises `ProblemError`."""
    kept = branch_request(options.source, options.at, paths)
    request = replace(
        kept,
        prompt=_given(options.prompt, kept.prompt),
        negative_prompt=_given(options.negative, kept.negative_prompt),
        guidance_scale=_given(options.guidance, kept.guidance_scale),
        guidance_rescale=_given(options.guidance_rescale, kept.guidance_rescale),
    )
    check_request(request)
    return _jobs([said_in_full(request, paths)], options, paths, tape_quota)


def render_request(options: RenderOptions, paths: AppPaths) -> GenerationRequest:
    """The first picture of `sddesk render`, defaults filled in; raises `ProblemError`."""
    if options.strength is not None and options.init is None:
        raise ProblemError("--strength is given without --init", hint="add --init FILE")
    model = model_named(options.model or DEFAULT_MODEL, paths.model_folders)
    defaults = model.defaults
    width, height = options.size or (defaults.width, defaults.height)
    request = GenerationRequest(
        model=model,
        prompt=options.prompt,
        negative_prompt=options.negative,
        seed=_given(options.seed, secrets.randbelow(RANDOM_SEEDS)),
        steps=_given(options.steps, defaults.steps),
        guidance_scale=_given(options.guidance, defaults.guidance_scale),
        guidance_rescale=options.guidance_rescale,
        sampler=_given(options.sampler, defaults.sampler),
        width=width,
        height=height,
        strength=_given(options.strength, DEFAULT_STRENGTH),
    )
    request = _with_concepts(request, options)
    check_request(request)  # the size must be sound before an init image is brought to it
    if options.init is None:
        return request
    return replace(request, init=resized(load_init(options.init), width, height))


def _with_concepts(request: GenerationRequest, options: RenderOptions) -> GenerationRequest:
    asked = [read_asked(text, EMBEDDING) for text in options.concept]
    asked += [read_asked(text, LORA) for text in options.lora]
    request = replace(request, concepts=tuple(use for _, use in asked))
    check_concepts([concept for concept, _ in asked], request)
    return request


def _given(value: T | None, default: T) -> T:
    return default if value is None else value


def _jobs(
    requests: list[GenerationRequest], options: OutputOptions, paths: AppPaths, tape_quota: int
) -> list[Generate]:
    if options.out is None:
        history = Destination(paths.pictures, tape=not options.no_tape, tape_quota=tape_quota)
        destinations = [history] * len(requests)
    else:
        destinations = list(_targets(options.out, len(requests), tape=not options.no_tape))
    check_writable(destinations[0].folder)
    pairs = zip(requests, destinations, strict=True)
    return [Generate(i, request, to) for i, (request, to) in enumerate(pairs, start=1)]


def _targets(out: str, count: int, *, tape: bool) -> Iterator[Destination]:
    """Where `count` pictures go that were asked for with `--out`."""
    path = Path(out)
    if out.endswith(("/", os.sep)) or (out and path.is_dir()):
        yield from [Destination(path, tape=tape)] * count
        return
    if path.suffix.lower() != ".png":
        raise ProblemError("--out is not a PNG file", out, "name it FILE.png, or a folder DIR/")
    for number in range(1, count + 1):
        name = path.name if count == 1 else f"{path.stem}-{number}{path.suffix}"
        target = path.with_name(name)
        check_target(target)
        check_target(tape_beside(target))
        yield Destination(path.parent, name, tape=tape)


def check_target(path: Path) -> None:
    """Names that the disk refuses are told now, not after minutes of work."""
    try:
        if path.is_dir():
            raise ProblemError("There is a folder of that name", str(path), "choose another name")
    except OSError as error:
        raise disk_problem(error, f"writing {path}") from error


def load_init(path: Path) -> Picture:
    """The picture to begin with, which may be a drawing; raises `ProblemError`."""
    if path.suffix.lower() == ".ora":
        from sddesk.core.canvas.openraster_reading import load_merged  # numpy comes with it

        return load_merged(path)
    return load_picture(path)
