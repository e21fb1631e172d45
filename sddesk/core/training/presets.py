"""Good numbers to begin with, for each method and for what is taught, and why they are so."""

from dataclasses import dataclass, replace

from sddesk.core.training.values import DREAMBOOTH, INVERSION, TrainingRequest

OBJECT, STYLE, PERSON = "object", "style", "person"
NAMES = (OBJECT, STYLE, PERSON)
LAYERS = ("attention", "all")  # where a LoRA changes a network: attention alone, or all layers


@dataclass(frozen=True, slots=True)
class Preset:
    """Numbers for `method` and `name` (object, style, person); `why` explains them to the user."""

    method: str
    name: str
    why: str
    steps: int
    learning_rate: float
    vectors: int = 1
    initialiser: str = ""
    rank: int = 8
    alpha: float = 8.0
    layers: str = "attention"
    prior: int = 0
    schedule: str = "constant"
    warmup: int = 0
    batch: int = 4

    def applied_to(self, request: TrainingRequest) -> TrainingRequest:
        """The request with these numbers."""
        return replace(
            request,
            style=self.name == STYLE,
            steps=self.steps,
            learning_rate=self.learning_rate,
            vectors=self.vectors,
            initialiser=self.initialiser,
            rank=self.rank,
            alpha=self.alpha,
            layers=self.layers,
            prior=self.prior,
            schedule=self.schedule,
            warmup=self.warmup,
            batch=self.batch,
        )


PRESETS = (
    Preset(
        INVERSION,
        OBJECT,
        "Two vectors hold a thing with its colours; more learn the pictures by heart. The rate is"
        " high, since only these vectors change.",
        steps=1000,
        learning_rate=5e-3,
        vectors=2,
        initialiser="object",
    ),
    Preset(
        INVERSION,
        STYLE,
        "A style is spread over the whole picture: four vectors, and captions that say what else"
        " is to be seen, so that the word is left with the style.",
        steps=1500,
        learning_rate=5e-3,
        vectors=4,
        initialiser="style",
    ),
    Preset(
        INVERSION,
        PERSON,
        "A face needs more vectors than a thing, and a lower rate, for people notice small errors.",
        steps=2000,
        learning_rate=2.5e-3,
        vectors=4,
        initialiser="person",
    ),
    Preset(
        DREAMBOOTH,
        OBJECT,
        "Rank 8 holds a single thing. Class pictures remind the model of all others of its kind,"
        " so that they do not turn into yours.",
        steps=800,
        learning_rate=2e-4,
        prior=50,
    ),
    Preset(
        DREAMBOOTH,
        STYLE,
        "A style changes lines and surfaces, so all layers take part, at a higher rank; there is"
        " no class to be preserved.",
        steps=1000,
        learning_rate=2e-4,
        rank=16,
        alpha=16.0,
        layers="all",
    ),
    Preset(
        DREAMBOOTH,
        PERSON,
        "Rank 16 for the details of a face, a lower rate that fades out, and many class pictures,"
        " for models know many people.",
        steps=1200,
        learning_rate=1e-4,
        rank=16,
        alpha=16.0,
        prior=100,
        schedule="cosine",
        warmup=50,
    ),
)


def preset(method: str, name: str) -> Preset:
    """The numbers for that method and kind; `KeyError` for others."""
    for found in PRESETS:
        if (found.method, found.name) == (method, name):
            return found
    raise KeyError(f"{method}, {name}")


def preset_of(request: TrainingRequest) -> Preset | None:
    """The one whose numbers the request has, all of them; its words are the user's own."""
    for found in PRESETS:
        plain = replace(request, initialiser=found.initialiser)
        if found.method == request.method and found.applied_to(plain) == plain:
            return found
    return None
