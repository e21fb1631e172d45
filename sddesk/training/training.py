"""One training, whichever method: it goes on step by step, and can stop between any two."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from sddesk.core.concepts.reading import read_concept
from sddesk.core.messages import Destination
from sddesk.core.picture_files import load_picture
from sddesk.core.problems import JobCancelled
from sddesk.core.training.runs import Run
from sddesk.core.training.schedules import rate_at
from sddesk.core.training.templates import spoken
from sddesk.core.training.values import (
    CheckpointSaved,
    ClassPictureMade,
    ConceptSaved,
    Sample,
    SampleDrawn,
    StepTrained,
    TrainingBegun,
    TrainingMoment,
    TrainingRequest,
)
from sddesk.core.values import GenerationRequest
from sddesk.engine.cancelling import cancellable, stop_if
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import generate
from sddesk.engine.saving import save
from sddesk.training.checkpoints import State, restore, save_checkpoint
from sddesk.training.lessons import Lesson, class_lessons, picture_lessons
from sddesk.training.losses import Batch, batch_loss, drawn_batch, noise_schedule
from sddesk.training.memory import Asked, estimate
from sddesk.training.methods import method_of
from sddesk.training.results import write_result

_WORST_GRADIENT = 1.0  # longer ones are cut to this norm


class Training:
    """A request at work: all that changes is here and in `run`'s folder, and none in the model."""

    def __init__(self, model: LoadedModel, request: TrainingRequest, run: Run, cache: Path) -> None:
        self.model, self.request, self.run = model, request, run
        self._cache = cache
        self._noise = noise_schedule(model)
        self._method = method_of(model, request)
        weights = self._method.weights
        optimiser = torch.optim.AdamW(weights.values(), lr=request.learning_rate, weight_decay=0.0)
        scaler = torch.amp.GradScaler(model.device.type, enabled=model.device.type != "cpu")
        self._state = State(weights, optimiser, scaler, [])
        self._lessons: list[Lesson] = []
        self._class_lessons: list[Lesson] = []
        self._begun = False
        self._times: list[float] = []
        if not (run.holds(request) and restore(run, self._state)):
            run.empty()
            run.keep(request)

    def go_on(self, out: Path, cancelled: Asked) -> Iterator[TrainingMoment]:
        """Everything that is still to do, moment by moment; the last one is `ConceptSaved`.

        It may be left at any moment and called again. Raises `JobCancelled` after a checkpoint, and
        `ProblemError` when the disk refuses a file; nothing learned is lost then.
        """
        try:
            with cancellable(self._method.networks, cancelled):  # no picture is made by these
                for moment in self._moments(out, cancelled):
                    yield moment
                    stop_if(cancelled)
        except JobCancelled:
            self.checkpoint()
            raise

    def _moments(self, out: Path, cancelled: Asked) -> Iterator[TrainingMoment]:
        if not self._begun:
            yield from self._prepare(cancelled)
            self._begun = True
            yield self._where_it_begins(cancelled)
        yield from self._samples_due(cancelled)
        while self._state.step < self.request.steps:
            yield self._train_step()
            if self._is_due(self.request.checkpoint_every):
                yield self.checkpoint()
            yield from self._samples_due(cancelled)
        write_result(out, self._method.learned(), self.request, self._state.losses)
        self.run.finished()
        yield ConceptSaved(out, self.request.word)

    def checkpoint(self) -> CheckpointSaved:
        """Put on disk what is needed to go on from here."""
        if self._state.step:
            save_checkpoint(self.run, self._state)
        return CheckpointSaved(self._state.step)

    def _prepare(self, cancelled: Asked) -> Iterator[ClassPictureMade]:
        """Pictures become latents; class pictures that are missing are made first."""
        begin = len(self._class_lessons)
        for part in class_lessons(self.model, self.request, self._cache, cancelled, begin):
            if isinstance(part, Lesson):
                self._class_lessons.append(part)
            else:
                yield part
        self._lessons = picture_lessons(self.model, self.request, cancelled)

    def _where_it_begins(self, cancelled: Asked) -> TrainingBegun:
        drawn = tuple(
            SampleDrawn(step, number, load_picture(path), path)
            for step, number in self.run.samples()
            if step <= self._state.step and (path := self.run.sample(step, number))
        )
        return TrainingBegun(
            self._state.step,
            self.request.steps,
            estimate(self.model, self.request, cancelled),
            tuple(self._state.losses),
            drawn,
        )

    def _train_step(self) -> StepTrained:
        """Change the weights once."""
        began = time.perf_counter()
        request, state = self.request, self._state
        rate = rate_at(request, state.step + 1)
        generator = torch.Generator().manual_seed(_seed_of(request.seed, state.step))
        state.optimiser.zero_grad(set_to_none=True)
        total = 0.0
        for _ in range(request.accumulation):
            loss = self._loss(self._drawn(generator)) / request.accumulation
            state.scaler.scale(loss).backward()
            total += float(loss.detach())
        for group in state.optimiser.param_groups:
            group["lr"] = rate
        state.scaler.unscale_(state.optimiser)
        torch.nn.utils.clip_grad_norm_(state.weights.values(), _WORST_GRADIENT)
        state.scaler.step(state.optimiser)
        state.scaler.update()
        state.losses.append(total)
        self._times.append(time.perf_counter() - began)
        left = statistics.median(self._times[-50:]) * (request.steps - state.step)
        return StepTrained(state.step, request.steps, total, rate, left)

    def _drawn(self, generator: torch.Generator) -> Batch:
        batch, weight = self.request.batch, self.request.prior_weight
        parts = [(self._lessons, batch, 1.0)]
        if self._class_lessons:
            parts.append((self._class_lessons, batch, weight))
        return drawn_batch(parts, self._noise, generator, self.model.device)

    def _loss(self, batch: Batch) -> torch.Tensor:
        device = self.model.device.type
        with torch.autocast(device, self.model.dtype, enabled=device != "cpu"):
            return batch_loss(self._method, self._noise, batch, self.request)

    def _is_due(self, every: int) -> bool:
        step = self._state.step
        return step % every == 0 or step == self.request.steps

    def _samples_due(self, cancelled: Asked) -> Iterator[SampleDrawn]:
        """Draw those of this step that are not on disk yet, with a snapshot of what is learned."""
        step = self._state.step
        if not self.request.samples or not (step == 0 or self._is_due(self.request.sample_every)):
            return
        snapshot = self.run.snapshot(step)
        if not snapshot.exists():
            write_result(snapshot, self._method.learned(), self.request, self._state.losses)
        for number, sample in enumerate(self.request.samples):
            if not self.run.sample(step, number).exists():
                stop_if(cancelled)
                yield self._sample(step, number, sample, cancelled)

    def _sample(self, step: int, number: int, sample: Sample, cancelled: Asked) -> SampleDrawn:
        """Through the same line as every picture, by the snapshot as a concept like any other."""
        use = read_concept(self.run.snapshot(step)).use()
        defaults = self.request.model.defaults
        request = GenerationRequest(
            model=self.request.model,
            prompt=spoken(sample.prompt, self.request),
            seed=sample.seed,
            steps=defaults.steps,
            guidance_scale=defaults.guidance_scale,
            sampler=defaults.sampler,
            width=self.request.side,
            height=self.request.side,
            concepts=(use,),
        )
        result = generate(self.model, request, None, lambda _frame: None, cancelled)
        path = self.run.sample(step, number)
        save(result, request, Destination(path.parent, path.name, tape=False), {})
        return SampleDrawn(step, number, result.picture, path)


def _seed_of(seed: int, step: int) -> int:
    """A seed of its own for each step, so that going on needs no random state."""
    return (seed * 1_000_003 + step) % 2**63
