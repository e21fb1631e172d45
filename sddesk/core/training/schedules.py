"""The learning rate at each step: warm-up, then constant, along a cosine or a line."""

import math

from sddesk.core.training.values import TrainingRequest


def rate_at(request: TrainingRequest, step: int) -> float:
    """The learning rate of step `step`, counted from 1."""
    if step <= request.warmup:
        return request.learning_rate * step / (request.warmup + 1)
    done = (step - 1 - request.warmup) / max(1, request.steps - request.warmup)
    match request.schedule:
        case "cosine":
            share = 0.5 * (1 + math.cos(math.pi * done))
        case "linear":
            share = 1 - done
        case _:
            share = 1.0
    return request.learning_rate * share


def smoothed(losses: tuple[float, ...], share: float = 0.98) -> list[float]:
    """The losses without their noise: an exponential mean, corrected at its beginning."""
    mean, weight = 0.0, 0.0
    made: list[float] = []
    for loss in losses:
        mean = share * mean + (1 - share) * loss
        weight = share * weight + (1 - share)
        made.append(mean / weight)
    return made
