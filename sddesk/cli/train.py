"""`sddesk train`: a word learned from a folder of pictures, gone on with where it was stopped."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

from sddesk.cli.console import Console, chatter_to
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.options import TrainOptions
from sddesk.cli.requests import RANDOM_SEEDS, check_target
from sddesk.cli.work import MakeRunner, Report, bar_of
from sddesk.core.concepts.export import write_kohya
from sddesk.core.concepts.index import ConceptIndex, find_concepts
from sddesk.core.files import check_writable
from sddesk.core.messages import Event, Train, Trained
from sddesk.core.models import DEFAULT_MODEL, model_named
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.training.checks import (
    check_count,
    check_free,
    check_training,
    warnings_about,
)
from sddesk.core.training.dataset import TakenIn, pictures_in, problems_of, take_in
from sddesk.core.training.presets import OBJECT, STYLE, preset
from sddesk.core.training.runs import read_run, run_of, unfinished
from sddesk.core.training.values import (
    DREAMBOOTH,
    INVERSION,
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

_OF_ONE_METHOD = {
    "init": INVERSION,
    "vectors": INVERSION,
    "class_word": DREAMBOOTH,
    "rank": DREAMBOOTH,
    "alpha": DREAMBOOTH,
    "layers": DREAMBOOTH,
    "prior": DREAMBOOTH,
    "text_encoder": DREAMBOOTH,
    "kohya": DREAMBOOTH,
}
_SPOKEN = {"class_word": "class"}
# Options of the command line that are fields of the request under the same name.
_SAME = ("steps", "vectors", "rank", "alpha", "layers", "prior", "batch", "accumulation")


@dataclass(frozen=True, slots=True)
class TrainJob:
    """A training that was found sound, and what is to be said about it first."""

    request: TrainingRequest
    folder: Path
    out: Path
    kohya: Path | None
    warnings: tuple[Problem, ...]
    as_json: bool


def train_job(options: TrainOptions, paths: AppPaths) -> TrainJob:
    """What `sddesk train` asks for, every value and target checked; raises `ProblemError`."""
    _check_options(options)
    for path in _targets(options):
        if path.suffix != ".safetensors":
            raise ProblemError("That is no name for a concept", str(path), "use FILE.safetensors")
        check_target(path)
    taken = _pictures(options.images)
    request = _seeded(_request(options, paths, taken), options.seed, paths.trainings)
    check_training(request)
    found = find_concepts(paths.concept_folders, ConceptIndex(paths.concept_index))
    ours = {path.absolute() for path in _targets(options)}
    check_free(request, (o.card for o in found if o.card is not None and o.path not in ours))
    for path in _targets(options):
        check_writable(path.absolute().parent)
    warnings = (*taken.skipped, *problems_of(taken.entries, request.side))
    return TrainJob(
        request,
        run_of(request, paths.trainings).folder,
        options.out.absolute(),
        options.kohya,
        (*warnings, *warnings_about(request)),
        options.json,
    )


def train(
    job: TrainJob,
    runner: tuple[MakeRunner, AppPaths, str],
    console: Console,
    interrupts: Interrupts,
) -> None:
    """Train to the end; raises `ProblemError`, and `Interrupted` when it is cancelled."""
    make_runner, paths, device = runner
    for problem in job.warnings:
        console.warn(problem)
    console.say(f"seed {job.request.seed}")
    with chatter_to(paths.log):
        console.bar("starting torch …")
        worker = make_runner(paths, device)
        report = _TrainReport(console)
        with interrupts.job():
            worker.run(Train(1, job.request, job.folder, job.out), report, lambda: interrupts.asked)
        report.check()
    if job.kohya is not None:
        write_kohya(job.out, job.kohya)
    console.result(_result_line(job))


class _TrainReport(Report):
    """Shows what happens in a training beside all else."""

    def __init__(self, console: Console) -> None:
        super().__init__(console, "")
        self._console = console

    def __call__(self, event: Event) -> None:
        """Take one event of the job."""
        if isinstance(event, Trained):
            self._tell(event.moment)
        else:
            super().__call__(event)

    def _tell(self, moment: TrainingMoment) -> None:
        match moment:
            case TrainingBegun():
                self._console.say(f"takes about {moment.memory / 1e9:.1f} GB of memory")
                if moment.step:
                    self._console.say(f"going on after step {moment.step}")
            case ClassPictureMade():
                bar = bar_of(moment.done, moment.total)
                self._console.bar(f"class pictures {bar} {moment.done}/{moment.total}")
            case StepTrained():
                bar = bar_of(moment.step, moment.steps)
                left = f"loss {moment.loss:.4f}, {moment.seconds_left:.0f} s left"
                self._console.bar(f"training {bar} {moment.step}/{moment.steps}, {left}")
            case SampleDrawn():
                self._console.say(f"sample after step {moment.step}: {moment.path}")
            case CheckpointSaved() | ConceptSaved():
                return
            case _:
                assert_never(moment)


def _check_options(options: TrainOptions) -> None:
    """Options of the other method are mistakes, not to be passed over in silence."""
    for name, method in _OF_ONE_METHOD.items():
        if getattr(options, name) is not None and options.method != method:
            spoken = _SPOKEN.get(name, name).replace("_", "-")
            raise ProblemError(
                f"--{spoken} has no meaning in {options.method}", hint=f"it belongs to {method}"
            )
    if options.method == DREAMBOOTH and options.class_word is None and not options.style:
        raise ProblemError("--class is missing", hint="say what kind of thing it is: --class robot")


def _targets(options: TrainOptions) -> Iterator[Path]:
    yield options.out
    if options.kohya is not None:
        yield options.kohya


def _pictures(folder: Path) -> TakenIn:
    paths = pictures_in(folder)
    check_count(len(paths))
    taken = take_in(paths)
    if not taken.entries:
        first = taken.skipped[0]
        raise ProblemError("None of the pictures can be read", first.what(), first.hint)
    return taken


def _request(options: TrainOptions, paths: AppPaths, taken: TakenIn) -> TrainingRequest:
    model = model_named(options.model or DEFAULT_MODEL, paths.model_folders)
    numbers = preset(options.method, options.preset or (STYLE if options.style else OBJECT))
    plain = TrainingRequest(
        model=model,
        method=options.method,
        pictures=tuple(replace(e.picture, mirror=options.mirror) for e in taken.entries),
        word=options.word,
        class_word=options.class_word or "",
        steps=numbers.steps,
        learning_rate=numbers.learning_rate,
        side=options.side or model.defaults.width,
        text_encoder=bool(options.text_encoder),
        checkpointing=options.checkpointing,
        samples=tuple(Sample(prompt, 1 + i) for i, prompt in enumerate(options.sample)),
    )
    request = replace(numbers.applied_to(plain), style=options.style or numbers.name == STYLE)
    given = {name: getattr(options, name) for name in _SAME}
    given |= {
        "initialiser": options.init,
        "learning_rate": options.rate,
        "sample_every": options.sample_every,
        "checkpoint_every": options.checkpoint_every,
        "alpha": options.alpha if options.alpha is not None else options.rank,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    request = replace(request, **changes)
    return replace(request, warmup=min(request.warmup, max(0, request.steps)))


def _seeded(request: TrainingRequest, seed: int | None, trainings: Path) -> TrainingRequest:
    """With the seed asked for, else that of the same training left unfinished, else any."""
    if seed is not None:
        return replace(request, seed=seed)
    for folder in unfinished(trainings):
        try:
            begun = read_run(folder)
        except ProblemError:
            continue
        # that of a begun one stays: it was 5 for all before, and cannot be given here
        if replace(request, seed=begun.seed, min_snr=begun.min_snr) == begun:
            return begun
    return replace(request, seed=secrets.randbelow(RANDOM_SEEDS))


def _result_line(job: TrainJob) -> str:
    if not job.as_json:
        return str(job.out)
    facts = {"path": str(job.out), "word": job.request.word, "seed": job.request.seed}
    return json.dumps(facts | {"kohya": None if job.kohya is None else str(job.kohya)})
