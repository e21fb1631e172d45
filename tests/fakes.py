"""The one fake of the test suite: a runner that replays events without any model."""

import threading
from collections.abc import Callable
from pathlib import Path

from sddesk.core.files import write_bytes_atomically
from sddesk.core.messages import (
    AttentionMapped,
    Cancelled,
    DecodeFrame,
    DecodeTape,
    EstimateTraining,
    Event,
    Failed,
    Finished,
    FrameDecoded,
    Generate,
    ImageSaved,
    Job,
    LeaveTraining,
    Loading,
    MapAttention,
    ModelReady,
    OpenTape,
    PictureMade,
    Preload,
    Started,
    StepDone,
    Train,
    Trained,
    TrainingEstimated,
)
from sddesk.core.problems import Problem
from sddesk.core.training.runs import Run
from sddesk.core.training.values import ConceptSaved, SampleDrawn, StepTrained, TrainingBegun
from sddesk.core.values import GenerationRequest, Picture

Emit = Callable[[Event], None]
_PATIENCE_S = 10
RECORDED = 3  # steps on every tape that is opened
PORTION = 2  # steps of a training, where its time is limited


def plain_picture(width: int, height: int, shade: int) -> Picture:
    """A picture of one grey."""
    return Picture(width, height, bytes([shade % 256]) * (width * height * 3))


class FakeRunner:
    """Does what a script says; without one, every picture comes out in no time.

    `pause_at` holds each generation before that step until `go_on` is set or it is cancelled.
    `problem` makes each generation fail, `error` is raised. `write` saves the picture, so that
    tests need no Pillow unless they look at files.
    """

    def __init__(
        self,
        pause_at: int | None = None,
        problem: Problem | None = None,
        error: Exception | None = None,
        write: Callable[[Path, Picture, GenerationRequest], None] | None = None,
    ) -> None:
        self.jobs: list[Job] = []
        self.go_on = threading.Event()
        self.ended: list[Event] = []
        self.trained: dict[Path, int] = {}  # steps done, by the folder of the training
        self._pause_at, self._problem, self._error, self._write = pause_at, problem, error, write

    @property
    def requests(self) -> list[GenerationRequest]:
        """The requests of the generations that were begun."""
        return [job.request for job in self.jobs if isinstance(job, Generate)]

    def run(self, job: Job, emit: Emit, cancelled: Callable[[], bool]) -> None:
        """Do one job, as `JobRunner` asks."""
        self.jobs.append(job)
        match job:
            case Preload():
                end = self._load(job, emit)
            case Generate():
                end = self._generate(job, emit, cancelled)
            case OpenTape():
                end = self._open_tape(job, emit)
            case DecodeFrame() | DecodeTape():
                end = self._decode(job, emit, cancelled)
            case Train():
                end = self._train(job, emit, cancelled)
            case LeaveTraining() | EstimateTraining():
                end = self._answer(job, emit)
            case MapAttention():
                end = self._map(job, emit)
        self.ended.append(end)
        emit(end)

    def _answer(self, job: LeaveTraining | EstimateTraining, emit: Emit) -> Event:
        if isinstance(job, EstimateTraining):
            emit(TrainingEstimated(job.id, 2_000_000_000, 8_000_000_000))
        return Finished(job.id)

    def _load(self, job: Preload, emit: Emit) -> Event:
        for done, part in enumerate(("text encoder", "unet", "vae")):
            emit(Loading(job.id, part, done, 3))
        emit(ModelReady(job.id, job.model, "cpu"))
        return Finished(job.id)

    def _open_tape(self, job: OpenTape, emit: Emit) -> Event:
        emit(Started(job.id, RECORDED, RECORDED))
        for step in range(1, RECORDED + 1):
            small = plain_picture(8, 8, step)
            emit(StepDone(job.id, step, RECORDED, float(RECORDED - step), small, small, None))
        return Finished(job.id)

    def _train(self, job: Train, emit: Emit, cancelled: Callable[[], bool]) -> Event:
        """A few steps if its time is limited, else all; samples of step s have the shade s."""
        request, done = job.request, self.trained.get(job.folder, 0)
        steps = request.steps
        if not done:
            emit(Trained(job.id, TrainingBegun(0, steps, 2_000_000_000, ())))
            self._sample(job, 0, emit)
        last = steps if job.seconds is None else min(steps, done + PORTION)
        for step in range(done + 1, last + 1):
            if step == self._pause_at:
                self._wait(cancelled)
            if cancelled():
                return Cancelled(job.id)
            emit(Trained(job.id, StepTrained(step, steps, 1 / step, 1e-3, float(steps - step))))
            self.trained[job.folder] = step
            if step % request.sample_every == 0:
                self._sample(job, step, emit)
        if last < steps:
            return Finished(job.id)
        if self._problem is not None:
            return Failed(job.id, self._problem)
        emit(Trained(job.id, ConceptSaved(job.out, request.word)))
        return Finished(job.id)

    def _sample(self, job: Train, step: int, emit: Emit) -> None:
        run = Run(job.folder)
        if job.request.samples:
            write_bytes_atomically(run.snapshot(step), f"after {step}".encode())
        for number in range(len(job.request.samples)):
            picture = plain_picture(8, 8, step)
            emit(Trained(job.id, SampleDrawn(step, number, picture, run.sample(step, number))))

    def _map(self, job: MapAttention, emit: Emit) -> Event:
        """Every word is looked for in the upper left corner; later words are heard less."""
        import numpy as np

        from sddesk.core.attention import Resolution, StepMaps
        from sddesk.core.prompt_words import read_words

        words = read_words(job.request.model, job.request.prompt, job.request.steps_run)[0].words
        for step in job.steps:
            values = [[[0.5**place, 0.0], [0.0, 0.0]] for place in range(len(words))]
            maps = np.array(values, np.float16).tobytes()
            keys = tuple(word.key for word in words)
            emit(AttentionMapped(job.id, StepMaps(step, keys, (Resolution(2, 2, 1, maps),))))
        return Finished(job.id)

    def _decode(
        self, job: DecodeFrame | DecodeTape, emit: Emit, cancelled: Callable[[], bool]
    ) -> Event:
        """White, or for an animation a shade for each frame."""
        if isinstance(job, DecodeFrame):
            emit(FrameDecoded(job.id, job.step, job.predicted, plain_picture(64, 64, 255)))
            return Finished(job.id)
        for step, predicted in job.frames:
            if step == self._pause_at:
                self._wait(cancelled)
            if cancelled():
                return Cancelled(job.id)
            shade = 10 * step + 100 * predicted
            emit(FrameDecoded(job.id, step, predicted, plain_picture(64, 64, shade)))
        return Finished(job.id)

    def _generate(self, job: Generate, emit: Emit, cancelled: Callable[[], bool]) -> Event:
        request = job.request
        emit(Started(job.id, request.steps, request.steps))
        for step in range(1, request.steps + 1):
            if step == self._pause_at:
                self._wait(cancelled)
            if cancelled():
                return Cancelled(job.id)
            emit(self._step(job, step))
        if self._error is not None:
            raise self._error
        if self._problem is not None:
            return Failed(job.id, self._problem)
        return self._finish(job, emit)

    def _wait(self, cancelled: Callable[[], bool]) -> None:
        for _ in range(_PATIENCE_S * 200):
            if cancelled() or self.go_on.wait(0.005):
                return
        raise TimeoutError("nobody let the fake runner go on")

    def _step(self, job: Generate, step: int) -> StepDone:
        steps = job.request.steps
        width, height = job.request.width // 8, job.request.height // 8
        noisy = plain_picture(width, height, step)
        predicted = plain_picture(width, height, step + 100)
        return StepDone(job.id, step, steps, float(steps - step), noisy, predicted, 1.0)

    def _finish(self, job: Generate, emit: Emit) -> Event:
        request = job.request
        picture = plain_picture(request.width, request.height, request.seed)
        emit(PictureMade(job.id, picture, request))
        path = job.destination.folder / f"{request.seed}.png"
        if self._write is not None:
            self._write(path, picture, request)
        emit(ImageSaved(job.id, path, None, request))
        return Finished(job.id)
