"""The command line: words in, exit code out, and every error as one line."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from sddesk.cli.arguments import (
    BranchOptions,
    HelpAsked,
    InspectOptions,
    ModelsOptions,
    Options,
    RenderOptions,
    WindowOptions,
    parse,
)
from sddesk.cli.console import Console
from sddesk.cli.describe import inspect, list_models
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.requests import branch_jobs, render_jobs
from sddesk.cli.work import MakeRunner, make_pictures, service_runner
from sddesk.core.logs import start_log
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.problems import Problem, ProblemError, disk_problem
from sddesk.core.settings import load_settings

DONE, OUR_ERROR, USER_ERROR, INTERRUPTED = 0, 1, 2, 130

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None, make_runner: MakeRunner = service_runner) -> int:
    """Run the command line `argv` (without the program's name) and return its exit code."""
    log: Path | None = None
    interrupts = Interrupts()
    with Console.of_process() as console:
        try:
            options = parse(sys.argv[1:] if argv is None else argv)
            paths = app_paths(options.home)
            log = paths.log
            if isinstance(options, WindowOptions):
                return _open_window(options, paths)
            with interrupts:
                _Headless(paths, console, interrupts, make_runner).run(options)
            return DONE
        except (Exception, KeyboardInterrupt) as error:
            return _end(error, console, interrupts, log)


def _open_window(options: WindowOptions, paths: AppPaths) -> int:
    from sddesk.app import run_window  # Qt is for the window alone

    return run_window(paths, options.device or "auto", tuple(options.files))


@dataclass(frozen=True, slots=True)
class _Headless:
    """One command without a window."""

    paths: AppPaths
    console: Console
    interrupts: Interrupts
    make_runner: MakeRunner

    def run(self, options: Options) -> None:
        """Do what `options` say; raises `ProblemError`."""
        log_problem = start_log(self.paths.log)
        self._run_command(options)
        if log_problem is not None:  # last, so that an error stays alone on its one line
            self.console.warn(log_problem)

    def _run_command(self, options: Options) -> None:
        match options:
            case RenderOptions() | BranchOptions():
                self._make_pictures(options)
            case ModelsOptions():
                list_models(self.paths.model_folders, self.console, as_json=options.json)
            case InspectOptions():
                inspect(options.file, self.console, as_json=options.json)
            case _:
                raise AssertionError(f"{options} is no headless command")

    def _make_pictures(self, options: RenderOptions | BranchOptions) -> None:
        settings, problem = load_settings(self.paths.settings)
        match options:
            case RenderOptions():
                jobs = render_jobs(options, self.paths, settings.tape_quota)
            case BranchOptions():
                jobs = branch_jobs(options, self.paths, settings.tape_quota)
            case _:
                assert_never(options)
        if problem is not None:
            self.console.warn(problem)
        runner = self.make_runner, self.paths, options.device or settings.device
        make_pictures(jobs, runner, self.console, self.interrupts, as_json=options.json)


def _end(error: BaseException, console: Console, interrupts: Interrupts, log: Path | None) -> int:
    """Tell the user how it ended, and turn that into an exit code."""
    console.clear_bar()
    if interrupts.asked or isinstance(error, KeyboardInterrupt):
        # What is raised after Ctrl+C (in the middle of an import, say) is no error of its own.
        console.say("interrupted")
        return INTERRUPTED
    if isinstance(error, HelpAsked):
        return _print_help(error, console)
    if isinstance(error, BrokenPipeError):
        return INTERRUPTED  # the reader of our results has gone: nobody is left to tell
    if isinstance(error, OSError):
        _log.warning("the system refused", exc_info=error)
        error = disk_problem(error, f"using {error.filename}")
    if isinstance(error, ProblemError) and not error.problem.ours:
        console.error(error.problem)
        return USER_ERROR
    return _admit(error, console, log)


def _print_help(asked: HelpAsked, console: Console) -> int:
    try:
        console.result(asked.text.rstrip())
    except BrokenPipeError:
        return INTERRUPTED
    return DONE


def _admit(error: BaseException, console: Console, log: Path | None) -> int:
    """An error of our own: one line for the user, everything else in the log."""
    _log.error("this should not have happened", exc_info=error)
    known = isinstance(error, ProblemError)
    what = error.problem.what() if known else f"{type(error).__name__}: {error}"
    console.error(Problem(what, hint=f"this is our error, please report it with the log {log}"))
    return OUR_ERROR
