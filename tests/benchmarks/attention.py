"""Where the network looks: maps against the object, their cost, and what they cost when unused.

In time of the processor: what else the machine does meanwhile does not count.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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
        share, grown = _costs(Service(app_paths(folder / "mapped"), "cpu"), model, folder)
    inside, chance, often = (statistics.mean(one[i] for one in seen) for i in range(3))
    better = sum(one[0] > one[1] for one in seen)
    return [
        Figure("prompts with an object to be seen, of 20", len(seen), None, "n"),
        Figure("of the word's looking, inside the object", inside),
        Figure("the same by chance: the object's share of the picture", chance),
        Figure("chance ÷ inside (below 1 is better than chance)", chance / inside, 1.0),
        Figure("a place in the object looked at more than one outside", often),
        Figure("objects whose map is better than chance", better, None, "n"),
        Figure("maps of 48 steps ÷ the run", share, 1.3),
        Figure("step after maps were made ÷ step before", grown, 1.02),
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


def _costs(mapped: Service, model: ModelRef, folder: Path) -> tuple[float, float]:
    """Maps ÷ the run, in turns; then a step after maps were made ÷ a step where none ever were.

    The latter by two programs side by side, of which one makes maps between two halves; what told
    them apart before, as where their weights happen to lie, is no cost of maps.
    """
    request = replace(_requests(model)[0], steps=STEPS)
    never = Service(app_paths(folder / "never"), "cpu")
    for one in (never, mapped):
        _run(one, request, folder, lambda _: None)
    before = _apart(never, mapped, request, folder)
    runs: list[float] = []
    maps: list[float] = []
    tape = folder / "made.tape.safetensors"
    for _ in range(ROUNDS):
        runs.append(_seconds(lambda: _run(mapped, request, folder, lambda _: None)))
        maps.append(_seconds(lambda: _maps(mapped, request, tape, STEPS)))
    after = _apart(never, mapped, request, folder)
    return statistics.median(maps) / statistics.median(runs), after / before


def _apart(never: Service, mapped: Service, request: GenerationRequest, folder: Path) -> float:
    """A step of the one ÷ a step of the other, which take turns: the median of all pairs."""
    ratios: list[float] = []
    for pair in ((never, mapped), (mapped, never)):
        turns = [threading.Semaphore(1), threading.Semaphore(0)]
        with ThreadPoolExecutor(2) as threads:
            running = [
                threads.submit(
                    _steps_in_turn, one, request, folder / str(i), turns[i], turns[1 - i]
                )
                for i, one in enumerate(pair)
            ]
            times = dict(zip(pair, (one.result() for one in running), strict=True))
        ratios += [a / b for a, b in zip(times[mapped], times[never], strict=True)]
    return statistics.median(ratios)


def _steps_in_turn(
    service: Service,
    request: GenerationRequest,
    folder: Path,
    own: threading.Semaphore,
    other: threading.Semaphore,
) -> list[float]:
    """How long each step but the first takes, while the other program waits."""
    times: list[float] = []
    begun = 0.0

    def next_turn(event: Event) -> None:
        nonlocal begun
        if isinstance(event, StepDone):
            times.append(time.process_time() - begun)
            other.release()
            own.acquire()
            begun = time.process_time()

    own.acquire()
    try:
        _run(service, request, folder, next_turn)
    finally:
        other.release()
    return times[1:]


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
