"""One job in, a stream of events out: the work itself, without Qt and without threads."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, assert_never

import diffusers
import torch

from sddesk.core.concepts.asked import check_named
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
    Notice,
    OpenTape,
    PictureMade,
    Preload,
    Started,
    StepDone,
    Train,
    Trained,
    TrainingEstimated,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import JobCancelled, Problem, ProblemError, disk_problem, one_line
from sddesk.core.remaking import picture_beside, picture_request
from sddesk.core.training.checks import check_training
from sddesk.core.training.runs import Run
from sddesk.core.training.values import ConceptSaved
from sddesk.core.values import GenerationRequest, ModelRef, Picture, check_request
from sddesk.engine.attention import attention_maps
from sddesk.engine.devices import choose_device
from sddesk.engine.loading import LoadedModel, load_model, unload
from sddesk.engine.pipeline import Result, decode_step, frame_of, generate
from sddesk.engine.previews import known_map
from sddesk.engine.remaking import remake_tape
from sddesk.engine.reporting import report_sampler, step_reporter
from sddesk.engine.safety import SafetyChecker, load_safety_checker
from sddesk.engine.saving import drop_oldest_tapes, save
from sddesk.engine.tape import Tape
from sddesk.engine.tape_files import load_tape
from sddesk.training.memory import available, estimate
from sddesk.training.training import Training

Emit = Callable[[Event], None]
Asked = Callable[[], bool]
_Teaching = Train | LeaveTraining | EstimateTraining
_log = logging.getLogger(__name__)


class Service:
    """Runs jobs one at a time; keeps the last model in memory."""

    def __init__(self, paths: AppPaths, device: str = "auto") -> None:
        self._paths = paths
        self._device = device
        self._model: LoadedModel | None = None
        self._checker: tuple[ModelRef, SafetyChecker | None] | None = None
        self._tape: tuple[tuple[Path, int], Tape] | None = None
        self._training: Training | None = None
        self._threads = torch.get_num_threads()

    def run(self, job: Job, emit: Emit, cancelled: Asked) -> None:
        """Do one job; ends with exactly one of Finished, Cancelled or Failed, and never raises."""
        torch.set_num_threads(self._threads)  # a setting of the calling thread, decides the bits
        try:
            self._do(job, emit, cancelled)
        except JobCancelled:
            emit(Cancelled(job.id))
        except ProblemError as error:
            emit(Failed(job.id, error.problem))
        except Exception as error:
            _log.exception("job %s", job.id)
            self._forget_model()
            emit(Failed(job.id, _problem_of(error, job)))
        else:
            emit(Finished(job.id))

    def _do(self, job: Job, emit: Emit, cancelled: Asked) -> None:
        match job:
            case Preload():
                self._loaded(job.id, job.model, emit, cancelled)
            case Generate():
                self._generate(job, emit, cancelled)
            case OpenTape():
                self._open_tape(job, emit, cancelled)
            case DecodeFrame() | DecodeTape():
                self._decode(job, emit, cancelled)
            case Train() | LeaveTraining() | EstimateTraining():
                self._teach(job, emit, cancelled)
            case MapAttention():
                self._map_attention(job, emit, cancelled)
            case _:
                assert_never(job)

    def _generate(self, job: Generate, emit: Emit, cancelled: Asked) -> None:
        request = job.request
        check_request(request)
        check_named(request)
        parent = self._parent(job, request, emit, cancelled)
        model = self._loaded(job.id, request.model, emit, cancelled)
        report_sampler(job.id, request, emit)
        emit(Started(job.id, request.steps_run, request.steps))
        on_frame = step_reporter(job.id, request, emit)
        result = generate(model, request, parent, on_frame, cancelled)
        if job.check_safety:
            result = self._checked(result, model, job.id, emit)
        emit(PictureMade(job.id, result.picture, request))
        saved = save(result, request, job.destination, self._run_facts(model))
        emit(ImageSaved(job.id, saved.path, saved.tape, request))
        if saved.problem is not None:
            raise ProblemError.of(saved.problem)

    def _parent(
        self,
        job: Generate,
        request: GenerationRequest,
        emit: Emit,
        cancelled: Asked,
        below: tuple[Path, ...] = (),
    ) -> Tape | None:
        """The tape that `request` branches from; one that was dropped is computed again first."""
        if request.branch is None:
            return None
        tape = request.branch.tape
        picture = picture_beside(tape)
        if not tape.exists() and picture.exists() and tape not in below:
            asked = picture_request(picture, self._paths, request)
            before = self._parent(job, asked, emit, cancelled, (*below, tape))
            model = self._loaded(job.id, asked.model, emit, cancelled)
            emit(Started(job.id, asked.steps_run, asked.steps))
            emit(Notice(job.id, _computed_again(picture)))
            on_frame = step_reporter(job.id, asked, emit)
            run = self._run_facts(model)
            remake_tape(model, picture, asked, before, on_frame, cancelled, run)
            if job.destination.tape_quota is not None:
                drop_oldest_tapes(tape.parent, job.destination.tape_quota, keep=tape)
        return self._tape_at(tape)

    def _open_tape(self, job: OpenTape, emit: Emit, cancelled: Asked) -> None:
        """No network runs, and where the colours of previews are known none is loaded either."""
        tape = self._tape_at(job.tape)
        preview = known_map(job.model, self._paths.cache)
        if preview is None:
            preview = self._loaded(job.id, job.model, emit, cancelled).preview
        steps = len(tape.calls_per_step)
        emit(Started(job.id, steps, tape.steps))
        for step in range(1, steps + 1):
            if cancelled():
                raise JobCancelled
            frame = frame_of(tape, step, preview)
            emit(
                StepDone(job.id, step, steps, frame.noise_level, frame.noisy, frame.predicted, None)
            )

    def _decode(self, job: DecodeFrame | DecodeTape, emit: Emit, cancelled: Asked) -> None:
        tape = self._tape_at(job.tape)
        last = len(tape.calls_per_step)
        if isinstance(job, DecodeTape):
            last, frames = last + (tape.final is not None), job.frames
        else:
            frames = ((job.step, job.predicted),)
        for step, _ in frames:
            if not 1 <= step <= last:
                raise ProblemError("That step is not on the tape", f"step {step} of {job.tape}")
        model = self._loaded(job.id, job.model, emit, cancelled)
        for step, predicted in frames:
            picture = decode_step(model, tape, step, cancelled, predicted=predicted)
            emit(FrameDecoded(job.id, step, predicted, picture))

    def _teach(self, job: _Teaching, emit: Emit, cancelled: Asked) -> None:
        match job:
            case Train():
                self._train(job, emit, cancelled)
            case LeaveTraining():
                self._keep_training()
            case EstimateTraining():
                check_training(job.request)
                model = self._loaded(job.id, job.request.model, emit, cancelled)
                memory = estimate(model, job.request, cancelled)
                emit(TrainingEstimated(job.id, memory, available(model)))
            case _:
                assert_never(job)

    def _train(self, job: Train, emit: Emit, cancelled: Asked) -> None:
        """Go on until the time is up; what is in memory waits there for the next job."""
        check_training(job.request)
        model = self._loaded(job.id, job.request.model, emit, cancelled)
        seconds = math.inf if job.seconds is None else job.seconds
        training, end = self._training, time.perf_counter() + seconds
        if training is None or (training.request, training.run) != (job.request, Run(job.folder)):
            self._keep_training()
            training = Training(model, job.request, Run(job.folder), self._paths.cache)
            self._training = training
        for moment in training.go_on(job.out, cancelled):
            emit(Trained(job.id, moment))
            if time.perf_counter() >= end and not isinstance(moment, ConceptSaved):
                return
        self._training = None

    def _keep_training(self) -> None:
        """Put what is learned on disk before something else takes its place."""
        if self._training is not None:
            self._training.checkpoint()
            self._training = None

    def _map_attention(self, job: MapAttention, emit: Emit, cancelled: Asked) -> None:
        assert job.request.branch is not None
        tape = self._tape_at(job.request.branch.tape)
        model = self._loaded(job.id, job.request.model, emit, cancelled)
        for maps in attention_maps(model, job.request, tape, job.steps, cancelled):
            emit(AttentionMapped(job.id, maps))

    def _tape_at(self, path: Path) -> Tape:
        """The tape, kept for the next frame that is asked of it."""
        try:
            key = (path, path.stat().st_mtime_ns)
        except OSError as error:
            raise disk_problem(error, f"reading {path}") from error
        if self._tape is None or self._tape[0] != key:
            self._tape = (key, load_tape(path))
        return self._tape[1]

    def _loaded(self, job: int, ref: ModelRef, emit: Emit, cancelled: Asked) -> LoadedModel:
        """The model in memory, loaded now if it is another one than before."""
        device = choose_device(self._device)
        if self._model is None or self._model.ref != ref:
            self._keep_training()
            self._forget_model()

            def progress(part: str, done: int, total: int) -> None:
                emit(Loading(job, part, done, total))

            self._model = load_model(ref, device, self._paths.cache, progress, cancelled)
        emit(ModelReady(job, ref, device.type))
        return self._model

    def _checked(self, result: Result, model: LoadedModel, job: int, emit: Emit) -> Result:
        """The result, with a black picture if the model brings a checker that refuses it."""
        if self._checker is None or self._checker[0] != model.ref:
            self._checker = (model.ref, load_safety_checker(model.ref.path))
        checker, picture = self._checker[1], result.picture
        if checker is None or not checker.refuses(picture):
            return result
        title = "The model's safety checker has hidden this picture"
        hint = "change the prompt, or switch the checker off in the preferences"
        emit(Notice(job, Problem(title, model.ref.name, hint)))
        return replace(
            result, picture=Picture(picture.width, picture.height, bytes(len(picture.pixels)))
        )

    def _forget_model(self) -> None:
        if self._model is not None:
            unload(self._model)
        self._model = self._checker = self._training = None

    def _run_facts(self, model: LoadedModel) -> dict[str, Any]:
        """What besides the request decides the bits."""
        return {
            "device": model.device.type,
            "dtype": str(model.dtype).removeprefix("torch."),
            "threads": self._threads,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
        }


def _computed_again(picture: Path) -> Problem:
    title = "The steps of this picture were deleted to make room"
    return Problem(title, picture.name, "they are computed again first")


def _problem_of(error: Exception, job: Job) -> Problem:
    """An exception that nobody foresaw, in words."""
    text = one_line(str(error))
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "t allocate memory" in text:
        hint = "use a smaller picture size"
        if isinstance(job, Train):
            hint += " or batch, or gradient checkpointing; it goes on from the last checkpoint"
        return Problem("There is not enough memory", text[:200], hint)
    detail = f"{type(error).__name__}: {text}"[:300]
    return Problem("SD Desk made a mistake", detail, "the log has the details", ours=True)
