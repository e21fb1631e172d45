"""Requests that need a model's tokenizer, not its weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.models import read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.training.values import TrainingPicture, TrainingRequest


@pytest.fixture
def make_request(tmp_path: Path) -> Callable[..., TrainingRequest]:
    """A sound request for the model in the box, with any value changed."""
    model = read_model(RESOURCES / "models" / "starter")
    pictures = tuple(TrainingPicture(tmp_path / f"{i}.png", f"{i}") for i in range(4))

    def make(**changes: Any) -> TrainingRequest:
        values: dict[str, Any] = {
            "model": model,
            "method": "dreambooth",
            "pictures": pictures,
            "word": "qzx",
            "class_word": "robot",
            "steps": 100,
            "learning_rate": 1e-3,
            "side": 64,
        }
        return TrainingRequest(**(values | changes))

    return make
