"""Loaded tiny models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from sddesk.core.values import GenerationRequest, ModelRef, Picture
from sddesk.engine.loading import LoadedModel, load_model
from tests.tiny import make_tiny_sd, make_tiny_sdxl


def load(ref: ModelRef, cache: Path) -> LoadedModel:
    """Load on the CPU without asking or telling anybody."""
    return load_model(ref, torch.device("cpu"), cache, lambda *_: None, lambda: False)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def tiny(tiny_sd: ModelRef, cache: Path) -> LoadedModel:
    return load(tiny_sd, cache)


@pytest.fixture(scope="session")
def tiny_v(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> LoadedModel:
    folder = Path(tmp_path_factory.mktemp("models")) / "tiny-v"
    return load(make_tiny_sd(folder, "v_prediction"), cache)


@pytest.fixture(scope="session")
def tiny_xl(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> LoadedModel:
    return load(make_tiny_sdxl(Path(tmp_path_factory.mktemp("models")) / "tiny-xl"), cache)


@pytest.fixture
def request_for() -> Callable[..., GenerationRequest]:
    """Makes requests of 8 small steps with any setting changed."""

    def make(model: LoadedModel, **changes: Any) -> GenerationRequest:
        values: dict[str, Any] = {
            "model": model.ref,
            "prompt": "red apple",
            "seed": 3,
            "steps": 8,
            "guidance_scale": 5.0,
            "sampler": "Euler",
            "width": 64,
            "height": 64,
        }
        return GenerationRequest(**{**values, **changes})

    return make


@pytest.fixture(scope="session")
def sketch() -> Picture:
    """A picture with edges and colours, 64x64."""
    pixels = bytes(
        value
        for y in range(64)
        for x in range(64)
        for value in ((220, 30, 30) if (x - 32) ** 2 + (y - 32) ** 2 < 300 else (4 * x, 180, 4 * y))
    )
    return Picture(64, 64, pixels)
