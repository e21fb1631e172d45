"""Small lessons for tests: a few drawn pictures, and trainings of a few steps."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from sddesk.core.messages import Event, Train, Trained
from sddesk.core.paths import app_paths
from sddesk.core.training.dataset import pictures_in, take_in
from sddesk.core.training.values import StepTrained, TrainingMoment, TrainingRequest
from sddesk.core.values import ModelRef
from sddesk.service import Service


def draw_pictures(folder: Path, count: int = 3) -> Path:
    """Discs of different colours and places, each 96x80."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        image = Image.new("RGB", (96, 80), (250 - 40 * i, 240, 200))
        left = 5 + 20 * (i % 3)
        ImageDraw.Draw(image).ellipse((left, 10, left + 45, 60 + 3 * i), (30, 60 * i % 255, 160))
        image.save(folder / f"{i}.png")
    return folder


def request_for(model: ModelRef, method: str, folder: Path, **changes: Any) -> TrainingRequest:
    """Four steps on the pictures of a folder, with any value changed."""
    values: dict[str, Any] = {
        "model": model,
        "method": method,
        "pictures": tuple(entry.picture for entry in take_in(pictures_in(folder)).entries),
        "word": "<disc>",
        "vectors": 2,
        "class_word": "ball",
        "rank": 2,
        "alpha": 4.0,
        "steps": 4,
        "learning_rate": 0.05,
        "side": 64,
        "checkpoint_every": 2,
    }
    return TrainingRequest(**(values | changes))


class School:
    """A service with a home of its own, and what it said of its trainings."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.paths = app_paths(home)
        self.service = Service(self.paths, "cpu")
        self.events: list[Event] = []
        self.out = home / "learned.safetensors"

    def train(
        self, request: TrainingRequest, seconds: float | None = None, stop_at: int | None = None
    ) -> Event:
        """One job; it is cancelled as soon as step `stop_at` is done. How it ended."""
        return self.train_in(self.home / "run", request, seconds, stop_at)

    def train_in(
        self,
        folder: Path,
        request: TrainingRequest,
        seconds: float | None = None,
        stop_at: int | None = None,
    ) -> Event:
        """The same in a folder of any place."""
        begun = len(self.events)
        job = Train(1, request, folder, self.out, seconds)

        def cancelled() -> bool:
            return stop_at is not None and any(
                step.step >= stop_at for step in _steps(self.events[begun:])
            )

        self.service.run(job, self.events.append, cancelled)
        return self.events[-1]

    @property
    def moments(self) -> list[TrainingMoment]:
        """All that happened."""
        return [event.moment for event in self.events if isinstance(event, Trained)]

    @property
    def losses(self) -> dict[int, float]:
        """The loss of each step."""
        return {step.step: step.loss for step in _steps(self.events)}


def _steps(events: list[Event]) -> list[StepTrained]:
    moments = (event.moment for event in events if isinstance(event, Trained))
    return [moment for moment in moments if isinstance(moment, StepTrained)]
