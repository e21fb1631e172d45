"""What an animation is made of: the evolutions in it, how it looks, and which frame is when."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sddesk.core.problems import ProblemError
from sddesk.core.values import ModelRef, Picture

if TYPE_CHECKING:
    from PIL import Image

NOISY, PREDICTED, BOTH = "noisy", "predicted", "both"
FRAMES = (PREDICTED, NOISY, BOTH)
STEP, GUIDANCE, PROMPT = "step", "guidance", "prompt"
CAPTIONS = (STEP, GUIDANCE, PROMPT)
MAX_PIXELS = 89_000_000  # of one frame; as with sheets
MAX_SCALE = 16
SMALL = 256  # pixels of a side, which players show tiny


@dataclass(frozen=True, slots=True)
class Evolution:
    """One tape in an animation: which model decodes it, its size, and what captions say of it.

    `steps` are recorded; `picture` is what they ended in, None if only the tape is there.
    """

    tape: Path
    model: ModelRef
    steps: int
    width: int
    height: int
    guidance: float
    prompt: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How the frames are shown.

    `speed` is in steps a second, `hold` in seconds that the last frame stays longer. `scale`
    multiplies the size, pixel by pixel or, if `smooth`, by Lanczos; None enlarges what is smaller
    than `SMALL`, and everything at least `least` times. `captions` of `CAPTIONS`.
    """

    frames: str = PREDICTED
    speed: float = 8.0
    hold: float = 2.0
    ping_pong: bool = False
    scale: float | None = 1.0
    least: int = 1
    smooth: bool = False
    captions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Film:
    """Frames that are drawn when they are asked for, and the milliseconds that each one stays.

    `order` names frames in the order in which they are shown: some come twice, to and fro.
    """

    size: tuple[int, int]
    draw: "Callable[[int], Image.Image]"
    order: tuple[int, ...]
    durations: tuple[int, ...]

    @property
    def frames(self) -> int:
        """How many different frames there are."""
        return max(self.order) + 1


def enlargement(width: int, height: int) -> int:
    """By which whole number pictures of that size are no longer small."""
    return max(1, -(-SMALL // min(width, height)))


def rows_of(frames: str) -> tuple[str, ...]:
    """The pictures of a step that these frames show, from left to right."""
    return (NOISY, PREDICTED) if frames == BOTH else (frames,)


def showing(frames: int, look: Look) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which frame is shown when, and for how many milliseconds."""
    step = round(1000 / look.speed)
    order = tuple(range(frames))
    times = (*(step for _ in order[1:]), step + round(1000 * look.hold))
    if look.ping_pong and frames > 2:
        back = tuple(range(frames - 2, 0, -1))
        return order + back, (*times, *(step for _ in back))
    return order, times


def check_look(look: Look) -> None:
    """Raise `ProblemError` for the first value that makes no animation."""
    if not 0.1 <= look.speed <= 100:
        hint = "use 0.1 to 100 steps a second"
        raise ProblemError("That speed is not possible", f"{look.speed:g}", hint)
    if not 0 <= look.hold <= 60:
        raise ProblemError("That hold is not possible", f"{look.hold:g}", "use 0 to 60 seconds")
    if look.scale is not None and not 0 < look.scale <= MAX_SCALE:
        hint = f"use more than 0 and at most {MAX_SCALE}"
        raise ProblemError("That size is not possible", f"{look.scale:g} times", hint)


def check_size(width: int, height: int) -> None:
    """Raise `ProblemError` if frames of that size are too large for a file."""
    if width * height > MAX_PIXELS:
        hint = f"a frame may have {MAX_PIXELS // 1_000_000} million pixels: make it smaller"
        raise ProblemError("The animation would be too large", f"{width}x{height}", hint)
