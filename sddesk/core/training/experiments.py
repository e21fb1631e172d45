"""The two trainings of the Experiments menu: pictures that are in the box, and good numbers."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sddesk.core.paths import RESOURCES
from sddesk.core.training.presets import preset
from sddesk.core.training.templates import default_samples
from sddesk.core.training.values import DREAMBOOTH, INVERSION, TrainingRequest
from sddesk.core.values import ModelRef

LESSONS = RESOURCES / "lessons"


@dataclass(frozen=True, slots=True)
class TrainingExperiment:
    """One click of the menu: what is taught, how, and what to look at meanwhile.

    `numbers` stand in place of the preset's: the model in the box is small, and learns otherwise
    than the real ones.
    """

    name: str
    title: str
    remark: str
    folder: Path
    method: str
    preset: str
    word: str
    class_word: str
    numbers: tuple[tuple[str, Any], ...]

    def request(self, model: ModelRef) -> TrainingRequest:
        """The training of that model; raises `ProblemError` if the pictures cannot be read."""
        from sddesk.core.training.dataset import pictures_in, take_in  # brings Pillow

        taken = take_in(pictures_in(self.folder))
        plain = TrainingRequest(
            model=model,
            method=self.method,
            pictures=tuple(entry.picture for entry in taken.entries),
            word=self.word,
            class_word=self.class_word,
            steps=1,
            learning_rate=1e-3,
            side=model.defaults.width,
            seed=1,
        )
        request = replace(preset(self.method, self.preset).applied_to(plain), **dict(self.numbers))
        return replace(request, samples=default_samples(request))


EXPERIMENTS = (
    TrainingExperiment(
        "teach_style",
        "Teach it a style",
        "Twelve drawings of a style that the model has never seen: eight vectors are all that is"
        " learned, and other things then lean towards it; a model as small as the one in the box"
        " goes only part of the way",
        LESSONS / "blob",
        INVERSION,
        "style",
        "<my-blob>",  # the word in the box is "<blob>": this training made it
        "",
        (
            ("initialiser", "noto"),
            ("vectors", 8),
            ("learning_rate", 1e-2),
            ("schedule", "cosine"),
            ("steps", 800),
            ("batch", 8),
            ("sample_every", 100),
        ),
    ),
    TrainingExperiment(
        "teach_thing",
        "Teach it a thing",
        "Nine views of our mascot: a small change beside the weights is learned, and it stands in"
        " parks and under skies that none of the views has",
        LESSONS / "mascot",
        DREAMBOOTH,
        "object",
        "<mascot>",
        "robot",
        (
            ("rank", 16),
            ("alpha", 16.0),
            ("text_encoder", True),
            ("learning_rate", 1e-3),
            ("steps", 500),
            ("batch", 4),
            ("prior", 150),
            ("sample_every", 100),
        ),
    ),
)
