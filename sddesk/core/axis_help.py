"""Values that suggest themselves for an axis: around the current setting, or in even steps."""

from sddesk.core.axes import CONCEPT, Axis, AxisValue
from sddesk.core.samplers import SAMPLERS
from sddesk.core.values import MAX_STEPS, GenerationRequest

_RANGED = ("guidance", "guidance-rescale", "steps", "strength", "seed", "branch")
_WHOLE = ("steps", "seed", "branch")


def is_ranged(kind: str) -> bool:
    """Whether its values are numbers, of which there may be a range."""
    return kind in _RANGED or kind.startswith(CONCEPT)


def around(kind: str, now: GenerationRequest) -> Axis:
    """The setting of `now` among its neighbours; for words, what is there to be changed."""
    if kind.startswith(CONCEPT):
        return Axis(kind, (0.0, 0.5, 1.0, 1.5))
    values: dict[str, tuple[AxisValue, ...]] = {
        "prompt": (now.prompt, ""),
        "negative": (now.negative_prompt, ""),
        "word": (next(iter(now.prompt.split()), ""), ""),
        "guidance": _guidance(now.guidance_scale),
        "guidance-rescale": (0.0, 0.35, 0.7, 1.0),
        "steps": _steps(now.steps),
        "sampler": (now.sampler, *[name for name in SAMPLERS if name not in (now.sampler, "LCM")]),
        "strength": _shares(now.strength),
        "seed": tuple(now.seed + i for i in range(4)),
        "branch": tuple(sorted({0, now.steps_run // 4, now.steps_run // 2})),
    }
    return Axis(kind, values[kind])


def evenly(kind: str, low: float, high: float, count: int) -> Axis:
    """`count` values from `low` to `high`, fewer where rounding makes some of them equal."""
    stride = (high - low) / max(1, count - 1)
    numbers = [low + i * stride for i in range(count)]
    if kind in _WHOLE:
        return Axis(kind, tuple(dict.fromkeys(round(number) for number in numbers)))
    return Axis(kind, tuple(dict.fromkeys(round(number, 4) for number in numbers)))


def _guidance(now: float) -> tuple[AxisValue, ...]:
    return tuple(sorted({1.0, *(round(now * factor, 2) for factor in (0.5, 1, 1.5, 2))}))


def _steps(now: int) -> tuple[AxisValue, ...]:
    wanted = {max(1, now // 4), max(1, now // 2), now, min(MAX_STEPS, now * 2)}
    return tuple(sorted(wanted))


def _shares(now: float) -> tuple[AxisValue, ...]:
    wanted = {round(now + offset, 2) for offset in (-0.2, -0.1, 0, 0.1, 0.2)}
    return tuple(sorted(share for share in wanted if 0 < share <= 1))
