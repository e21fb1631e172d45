"""The values of a training: what is asked for, and what is told while it runs."""

from dataclasses import dataclass
from pathlib import Path

from sddesk.core.values import ModelRef, Picture

INVERSION, DREAMBOOTH = "inversion", "dreambooth"
METHODS = (INVERSION, DREAMBOOTH)
SCHEDULES = ("constant", "cosine", "linear")


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of an upright picture, in its pixels."""

    left: int
    top: int
    side: int


@dataclass(frozen=True, slots=True)
class TrainingPicture:
    """One picture to learn from; `hash` is the SHA-256 of the file.

    Without a `crop` the square where most happens is taken. `mirror` shows it mirrored half of the
    time. A `caption` (`{word}` stands for the word) takes the place of the templates.
    """

    path: Path
    hash: str
    crop: Crop | None = None
    mirror: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture that is drawn again and again while the word is learned."""

    prompt: str  # `{word}` stands for the word
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """All that decides a training; two equal requests on one machine learn the same.

    Textual inversion (Gal et al. 2022) uses `initialiser` (empty: an everyday word) and `vectors`;
    DreamBooth as LoRA (Ruiz et al. 2022; Hu et al. 2021) `class_word`, `rank`, `alpha`, `layers`
    (those of `presets.LAYERS`), `text_encoder`, and `prior` class pictures, which the model makes
    itself, with the weight `prior_weight` (0 pictures: no prior preservation). `style` says that
    the word is to be a style, not a thing.

    A step changes the weights once, after `accumulation` times `batch` pictures. `min_snr` is the
    gamma of Hang et al. 2023, 0 for none: with v-prediction it all but leaves out the noisiest
    steps, in which words decide what comes. `checkpointing` computes parts twice to save memory.
    """

    model: ModelRef
    method: str
    pictures: tuple[TrainingPicture, ...]
    word: str
    style: bool = False
    initialiser: str = ""
    vectors: int = 1
    class_word: str = ""
    rank: int = 8
    alpha: float = 8.0
    layers: str = "attention"
    text_encoder: bool = False
    prior: int = 0
    prior_weight: float = 1.0
    steps: int
    learning_rate: float
    schedule: str = "constant"
    warmup: int = 0
    batch: int = 1
    accumulation: int = 1
    checkpointing: bool = False
    min_snr: float = 0.0
    seed: int = 0
    side: int
    samples: tuple[Sample, ...] = ()
    sample_every: int = 100
    checkpoint_every: int = 100


@dataclass(frozen=True, slots=True)
class TrainingBegun:
    """The training goes on after step `step`; `losses` are those of the steps before.

    `memory` estimates the most bytes that it will take; `samples` are the pictures drawn so far.
    """

    step: int
    steps: int
    memory: int
    losses: tuple[float, ...]
    samples: tuple["SampleDrawn", ...] = ()


@dataclass(frozen=True, slots=True)
class ClassPictureMade:
    """The model has made number `done` of `total` pictures of the class, from which it learns
    what is not to change."""

    done: int
    total: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class StepTrained:
    """Step `step` (counted from 1) is done; `seconds_left` estimates the rest, without samples."""

    step: int
    steps: int
    loss: float
    learning_rate: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """Sample `number` (counted from 0) as the word is known after `step` steps, saved at `path`."""

    step: int
    number: int
    picture: Picture
    path: Path


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """All that a training needs to go on after `step` is on disk."""

    step: int


@dataclass(frozen=True, slots=True)
class ConceptSaved:
    """The training is done: what it came to is at `path`, and `word` calls it."""

    path: Path
    word: str


TrainingMoment = (
    TrainingBegun | ClassPictureMade | StepTrained | SampleDrawn | CheckpointSaved | ConceptSaved
)
