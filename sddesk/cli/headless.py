"""One command without a window."""

from dataclasses import dataclass
from typing import assert_never

from sddesk.cli.console import Console
from sddesk.cli.describe import inspect, list_models
from sddesk.cli.evolution import EvolutionAsked, evolutions_asked
from sddesk.cli.grid import grid_job, make_grid
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.options import (
    BranchOptions,
    GridOptions,
    InspectOptions,
    ModelsOptions,
    Options,
    RenderOptions,
    TrainOptions,
)
from sddesk.cli.requests import branch_jobs, render_jobs
from sddesk.cli.train import train, train_job
from sddesk.cli.work import MakeRunner, make_pictures, service_runner
from sddesk.core.grid import evaluations, kept_evaluations
from sddesk.core.logs import start_log
from sddesk.core.paths import AppPaths
from sddesk.core.settings import Settings, load_settings
from sddesk.core.values import GenerationRequest


@dataclass(frozen=True, slots=True)
class Headless:
    """Where a command keeps things, and through what it speaks, is stopped and works."""

    paths: AppPaths
    console: Console
    interrupts: Interrupts
    make_runner: MakeRunner | None

    def run(self, options: Options) -> None:
        """Do what `options` say; raises `ProblemError`, and `Interrupted` when stopped."""
        log_problem = start_log(self.paths.log)
        self._run_command(options)
        if log_problem is not None:  # last, so that an error stays alone on its one line
            self.console.warn(log_problem)

    def _run_command(self, options: Options) -> None:
        match options:
            case GridOptions():
                self._make_grid(options)
            case RenderOptions() | BranchOptions():
                self._make_pictures(options)
            case TrainOptions():
                self._train(options)
            case ModelsOptions():
                paths = self._placed(load_settings(self.paths.settings)[0])
                list_models(paths.model_folders, self.console, as_json=options.json)
            case InspectOptions():
                inspect(options.file, self.console, as_json=options.json)
            case _:
                raise AssertionError(f"{options} is no headless command")

    def _placed(self, settings: Settings) -> AppPaths:
        return self.paths.with_folders(
            settings.pictures_folder, settings.models_folder, settings.concept_folders
        )

    def _make_pictures(self, options: RenderOptions | BranchOptions) -> None:
        settings, problem = load_settings(self.paths.settings)
        paths = self._placed(settings)
        evolutions: tuple[EvolutionAsked, ...] = ()
        match options:
            case RenderOptions():
                evolutions = evolutions_asked(options, options.count)
                jobs = render_jobs(options, paths, settings.tape_quota)
            case BranchOptions():
                jobs = branch_jobs(options, paths, settings.tape_quota)
            case _:
                assert_never(options)
        if problem is not None:
            self.console.warn(problem)
        runner = self._runner(options, settings)
        make_pictures(
            jobs,
            runner,
            self.console,
            self.interrupts,
            as_json=options.json,
            evolutions=evolutions,
        )
        if isinstance(options, BranchOptions):
            self.console.say(_saved_work(jobs[0].request))

    def _make_grid(self, options: GridOptions) -> None:
        settings, problem = load_settings(self.paths.settings)
        job = grid_job(options, self._placed(settings))
        if problem is not None:
            self.console.warn(problem)
        make_grid(job, self._runner(options, settings), self.console, self.interrupts)

    def _train(self, options: TrainOptions) -> None:
        settings, problem = load_settings(self.paths.settings)
        job = train_job(options, self._placed(settings))
        if problem is not None:
            self.console.warn(problem)
        train(job, self._runner(options, settings), self.console, self.interrupts)

    def _runner(self, options: Options, settings: Settings) -> tuple[MakeRunner, AppPaths, str]:
        device = options.device or settings.device
        return self.make_runner or service_runner, self.paths, device


def _saved_work(request: GenerationRequest) -> str:
    assert request.branch is not None
    saved = kept_evaluations(request, request.branch.step)
    made = evaluations(request)
    return f"{request.branch.step} steps kept: {made} network evaluations made, {saved} saved"
