"""What the window and the service say to each other: jobs go in, events come out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sddesk.core.problems import Problem
from sddesk.core.training.values import TrainingMoment, TrainingRequest
from sddesk.core.values import GenerationRequest, ModelRef, Picture

if TYPE_CHECKING:  # numpy comes with it
    from sddesk.core.attention import StepMaps


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a picture goes: `folder/name`, or a new name made from date and seed if none is given.

    The tape is written beside it unless `tape` is false. `tape_quota` is the number of bytes that
    all tapes of the folder may take together (the oldest go first); None means no limit.
    """

    folder: Path
    name: str | None = None
    tape: bool = True
    tape_quota: int | None = None


@dataclass(frozen=True, slots=True)
class Preload:
    """Load the model now, so that the first picture does not have to wait for it."""

    id: int
    model: ModelRef


@dataclass(frozen=True, slots=True)
class Generate:
    """Make one picture and save it; `check_safety` hides it if the model's own checker says so."""

    id: int
    request: GenerationRequest
    destination: Destination
    check_safety: bool = False


@dataclass(frozen=True, slots=True)
class OpenTape:
    """Show the recorded steps of a picture that was made before; `model` is what made it."""

    id: int
    tape: Path
    model: ModelRef


@dataclass(frozen=True, slots=True)
class DecodeFrame:
    """Put one recorded step through the real decoder, where previews only come near it."""

    id: int
    tape: Path
    model: ModelRef
    step: int
    predicted: bool


@dataclass(frozen=True, slots=True)
class DecodeTape:
    """Put recorded steps through the real decoder, one after the other, for an animation.

    `frames` are steps, and whether predicted or noisy; one step more than there are recorded is
    the finished picture.
    """

    id: int
    tape: Path
    model: ModelRef
    frames: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Train:
    """Go on with a training for `seconds`, at least one moment; None: until it is done.

    It keeps checkpoints, samples and snapshots in `folder`, and begins there anew if there is none
    of this request. What it comes to is written to `out`. Between two such jobs all others can run,
    with the weights as they were: the learned ones stay beside the model's.
    """

    id: int
    request: TrainingRequest
    folder: Path
    out: Path
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class LeaveTraining:
    """Put on disk what the training in memory has learned, and let go of it, if there is one."""

    id: int


@dataclass(frozen=True, slots=True)
class EstimateTraining:
    """Say how much memory a training would take at most."""

    id: int
    request: TrainingRequest


@dataclass(frozen=True, slots=True)
class MapAttention:
    """Find out where the network looked at these steps; `request.branch` names the tape."""

    id: int
    request: GenerationRequest
    steps: tuple[int, ...]


Job = (
    Preload
    | Generate
    | OpenTape
    | DecodeFrame
    | DecodeTape
    | MapAttention
    | Train
    | LeaveTraining
    | EstimateTraining
)


@dataclass(frozen=True, slots=True)
class Loading:
    """Part `done` of `total` of the model is being loaded; `part` names it for the user."""

    job: int
    part: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModelReady:
    """The model is in memory on `device` (\"cpu\", \"cuda\", \"mps\")."""

    job: int
    model: ModelRef
    device: str


@dataclass(frozen=True, slots=True)
class Started:
    """The steps begin: `steps` of the `asked` ones run (fewer with an init image)."""

    job: int
    steps: int
    asked: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """Step `step` (counted from 1) of the `steps` that run is done.

    `noise_level` is sigma, the noise's standard deviation relative to the picture's, before the
    step. `seconds_left` estimates the rest of the job; None when it was a recorded step.
    """

    job: int
    step: int
    steps: int
    noise_level: float
    noisy: Picture
    predicted: Picture
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class FrameDecoded:
    """What the real decoder makes of step `step`: the predicted picture, or the noisy one."""

    job: int
    step: int
    predicted: bool
    picture: Picture


@dataclass(frozen=True, slots=True)
class AttentionMapped:
    """Where the network looked at one more step."""

    job: int
    maps: "StepMaps"


@dataclass(frozen=True, slots=True)
class PictureMade:
    """The picture is finished, and not yet on disk."""

    job: int
    picture: Picture
    request: GenerationRequest


@dataclass(frozen=True, slots=True)
class ImageSaved:
    """Picture and settings are on disk at `path`, the tape at `tape`."""

    job: int
    path: Path
    tape: Path | None
    request: GenerationRequest


@dataclass(frozen=True, slots=True)
class Trained:
    """Something happened in a training; the last `moment` of all is `ConceptSaved`."""

    job: int
    moment: TrainingMoment


@dataclass(frozen=True, slots=True)
class TrainingEstimated:
    """Model and training would take `memory` bytes at most; `free` are there for the two."""

    job: int
    memory: int
    free: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know; the job goes on."""

    job: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Finished:
    """The job is done."""

    job: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was stopped as the user asked."""

    job: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The job came to nothing; the next one can start."""

    job: int
    problem: Problem


Event = (
    Loading
    | ModelReady
    | Started
    | StepDone
    | FrameDecoded
    | AttentionMapped
    | PictureMade
    | ImageSaved
    | Trained
    | TrainingEstimated
    | Notice
    | Finished
    | Cancelled
    | Failed
)


class JobRunner(Protocol):
    """The one seam between the window (or the command line) and the work."""

    def run(self, job: Job, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        """Do one job. Ends with exactly one of Finished, Cancelled or Failed; never raises."""
        ...
