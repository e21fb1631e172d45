"""Where the network looks: maps against the object, their cost, and what they cost when unused.

In time of the processor: what else the machine does meanwhile does not count.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import rankdata

from sddesk.core.attention import MapSum
from sddesk.core.messages import (
    AttentionMapped,
    Destination,
    Event,
    Generate,
    ImageSaved,
    MapAttention,
    PictureMade,
    StepDone,
)
from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES, app_paths
from sddesk.core.values import BranchPoint, GenerationRequest, ModelRef, Picture
from sddesk.service import Service
from tests.benchmarks.figures import Figure

OBJECTS = (  # that the starter's card names
    *("balloon", "banana", "bear", "bee", "bell", "bus", "butterfly", "cake", "car", "castle"),
    *("cat", "dog", "fish", "flower", "house", "lemon", "moon", "mushroom", "star", "tree"),
)
GROUNDS = ("green", "blue", "yellow", "white", "red")
RIM = 0.06  # of the side: what lies there is taken for the background
FAR = 60  # of 255 in any colour: so different is no background
STEPS, ROUNDS = 48, 3
Mask = NDArray[np.bool_]


def measure() -> list[Figure]:
    """The starter's maps on prompts of one object, then their time in turns with the run's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service(app_paths(folder), "cpu")
        model = read_model(RESOURCES / "models" / "starter")
        found = [_overlap(service, request, folder) for request in _requests(model)]
        seen = [one for one in found if one is not None]
        run, maps, before, after = _times(service, model, folder)
    inside, chance, often = (statistics.mean(one[i] for one in seen) for i in range(3))
    better = sum(one[0] > one[1] for one in seen)
    return [
        Figure("prompts with an object to be seen, of 20", len(seen), None, "n"),
        Figure("of the word's looking, inside the object", inside),
        Figure("the same by chance: the object's share of the picture", chance),
        Figure("chance ÷ inside (below 1 is better than chance)", chance / inside, 1.0),
        Figure("a place in the object looked at more than one outside", often),
        Figure("objects whose map is better than chance", better, None, "n"),
        Figure("maps of 48 steps ÷ the run", maps / run, 1.3),
        Figure("step after maps were made ÷ step before", after / before, 1.02),
    ]


def _requests(model: ModelRef) -> list[GenerationRequest]:
    base = model.defaults
    return [
        GenerationRequest(
            model=model,
            prompt=f"a {name} on a {GROUNDS[number % len(GROUNDS)]} background",
            seed=number,
            steps=base.steps,
            guidance_scale=base.guidance_scale,
            sampler=base.sampler,
            width=base.width,
            height=base.height,
        )
        for number, name in enumerate(OBJECTS)
    ]


def _overlap(
    service: Service, request: GenerationRequest, folder: Path
) -> tuple[float, float, float] | None:
    """Which share of the object word's map lies in the object, the object's share of all, and how
    often a place in the object is looked at more than one outside.

    Maps are taken above their least value, as they are shown. None where no object is to be seen.
    """
    picture, tape = _generate(service, request, folder)
    mask = object_mask(picture)
    if not 0.02 < mask.mean() < 0.9:
        return None
    heat = _maps(service, request, tape, request.steps).heat((OBJECTS[request.seed], 0))
    assert heat is not None
    size = (picture.width, picture.height)
    whole = np.asarray(Image.fromarray(heat).resize(size, Image.Resampling.BICUBIC))
    whole = whole - whole.min()
    inside = float(whole[mask].sum() / whole.sum())
    return inside, float(mask.mean()), _more_often(whole, mask)


def _more_often(heat: NDArray[np.float32], mask: Mask) -> float:
    """The area under the ROC curve, by ranks (Mann and Whitney 1947)."""
    ranks = rankdata(heat.ravel())[mask.ravel()]
    count = int(mask.sum())
    pairs = count * (mask.size - count)
    return float((ranks.sum() - count * (count + 1) / 2) / pairs)


def object_mask(picture: Picture) -> Mask:
    """What differs from the background: from the median colour of the picture's rim."""
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    rim = max(2, round(RIM * picture.width))
    inner = np.ones(pixels.shape[:2], bool)
    inner[rim:-rim, rim:-rim] = False
    ground = np.median(pixels[inner], axis=0)
    return (np.abs(pixels - ground) > FAR).any(axis=2)


def _times(service: Service, model: ModelRef, folder: Path) -> tuple[float, float, float, float]:
    """Of a run and of its maps, of a step before maps are made and after: medians of all rounds."""
    request = replace(_requests(model)[0], steps=STEPS)
    _generate(service, request, folder)
    runs: list[float] = []
    maps: list[float] = []
    steps: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for mapped in (False, True):
            moments: list[float] = []
            notes = partial(_note, moments)
            runs.append(_seconds(lambda notes=notes: _run(service, request, folder, notes)))
            steps[mapped] += [b - a for a, b in pairwise(moments)]
            if not mapped:
                tape = folder / "made.tape.safetensors"
                maps.append(_seconds(lambda tape=tape: _maps(service, request, tape, STEPS)))
    before, after = (statistics.median(steps[mapped]) for mapped in (False, True))
    return statistics.median(runs), statistics.median(maps), before, after


def _note(moments: list[float], event: Event) -> None:
    if isinstance(event, StepDone):
        moments.append(time.process_time())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _run(
    service: Service, request: GenerationRequest, folder: Path, emit: Callable[[Event], None]
) -> None:
    service.run(Generate(1, request, Destination(folder, "made.png")), emit, lambda: False)


def _generate(service: Service, request: GenerationRequest, folder: Path) -> tuple[Picture, Path]:
    events: list[Event] = []
    _run(service, request, folder, events.append)
    picture = next(event.picture for event in events if isinstance(event, PictureMade))
    tape = next(event.tape for event in events if isinstance(event, ImageSaved))
    assert tape is not None
    return picture, tape


def _maps(service: Service, request: GenerationRequest, tape: Path, steps: int) -> MapSum:
    events: list[Event] = []
    asked = replace(request, branch=BranchPoint(tape, 0))
    job = MapAttention(2, asked, tuple(range(1, steps + 1)))
    service.run(job, events.append, lambda: False)
    return MapSum(event.maps for event in events if isinstance(event, AttentionMapped))
