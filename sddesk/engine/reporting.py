"""Steps as the window and the command line hear of them."""

import statistics
import time
from collections.abc import Callable

from sddesk.core.messages import Event, Notice, StepDone
from sddesk.core.problems import Problem
from sddesk.core.values import GenerationRequest
from sddesk.engine.pipeline import Frame


def step_reporter(
    job: int, request: GenerationRequest, emit: Callable[[Event], None]
) -> Callable[[Frame], None]:
    """Turns frames into events with the time left, by the median of the steps so far."""
    kept = 0 if request.branch is None else request.branch.step
    times: list[float] = []
    last = time.perf_counter()

    def report(frame: Frame) -> None:
        nonlocal last
        now = time.perf_counter()
        left = None
        if frame.step > kept:
            times.append(now - last)
            left = statistics.median(times) * (request.steps_run - frame.step)
        last = now
        images = (frame.noise_level, frame.noisy, frame.predicted)
        emit(StepDone(job, frame.step, request.steps_run, *images, left))

    return report


def report_sampler(job: int, request: GenerationRequest, emit: Callable[[Event], None]) -> None:
    """Say what the sampler is not made for."""
    if request.sampler == "LCM" and not request.model.distilled:
        title = "LCM is made for models distilled for it"
        hint = "expect a soft picture, or choose another sampler"
        emit(Notice(job, Problem(title, request.model.name, hint)))
