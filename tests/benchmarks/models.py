"""A Stable Diffusion with random weights whose step takes a good part of a second on a CPU."""

from pathlib import Path

from sddesk.core.values import GenerationRequest, ModelRef
from tests.tiny import make_tiny_sd

SIDE = 512


def make_slow_sd(folder: Path) -> ModelRef:
    """About 20 GFLOP a step at 512×512 with guidance."""
    return make_tiny_sd(folder, channels=(48, 96))


def slow_request(model: ModelRef, **changes: object) -> GenerationRequest:
    """Ten steps at 512×512."""
    values = {"steps": 10, "seed": 1, "guidance_scale": 7.0, "sampler": "DPM++ 2M Karras"}
    size = {"width": SIDE, "height": SIDE}
    return GenerationRequest(model=model, prompt="red apple", **(values | size | changes))  # pyright: ignore[reportArgumentType]
