"""The command line: words in, exit code out, and every error as one line."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sddesk.cli.arguments import HelpAsked, parse
from sddesk.cli.console import Console
from sddesk.cli.interrupts import Interrupts
from sddesk.cli.options import Options, WindowOptions
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.problems import Problem, ProblemError, disk_problem

if TYPE_CHECKING:
    from sddesk.cli.work import MakeRunner

DONE, OUR_ERROR, USER_ERROR, INTERRUPTED = 0, 1, 2, 130

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None, make_runner: "MakeRunner | None" = None) -> int:
    """Run the command line `argv` (without the program's name) and return its exit code.

    `make_runner` stands in for the service in tests.
    """
    log: Path | None = None
    interrupts = Interrupts()
    with Console.of_process() as console:
        try:
            try:
                options = parse(sys.argv[1:] if argv is None else argv)
            except HelpAsked as asked:
                console.result(asked.text.rstrip())
                return DONE
            paths = app_paths(options.home)
            log = paths.log
            if isinstance(options, WindowOptions):
                return _open_window(options, paths)
            with interrupts:
                _run_headless(options, paths, console, interrupts, make_runner)
            return DONE
        except (Exception, KeyboardInterrupt) as error:
            return _end(error, console, interrupts, log)


def _open_window(options: WindowOptions, paths: AppPaths) -> int:
    from sddesk.app import run_window  # Qt is for the window alone

    return run_window(paths, options.device or "auto", tuple(options.files))


def _run_headless(
    options: Options,
    paths: AppPaths,
    console: Console,
    interrupts: Interrupts,
    make_runner: "MakeRunner | None",
) -> None:
    from sddesk.cli.headless import Headless  # the window starts sooner without

    Headless(paths, console, interrupts, make_runner).run(options)


def _end(error: BaseException, console: Console, interrupts: Interrupts, log: Path | None) -> int:
    """Tell the user how it ended, and turn that into an exit code."""
    console.clear_bar()
    if interrupts.asked or isinstance(error, KeyboardInterrupt):
        # What is raised after Ctrl+C (in the middle of an import, say) is no error of its own.
        console.say("interrupted")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return INTERRUPTED  # the reader of our results has gone: nobody is left to tell
    if isinstance(error, OSError):
        _note(error, log)
        error = disk_problem(error, f"using {error.filename or 'a file'}")
    if isinstance(error, ProblemError) and not error.problem.ours:
        console.error(error.problem)
        return USER_ERROR
    return _admit(error, console, log)


def _admit(error: BaseException, console: Console, log: Path | None) -> int:
    """An error of our own: one line for the user, everything else in the log."""
    log = _note(error, log)
    known = isinstance(error, ProblemError)
    what = error.problem.what() if known else f"{type(error).__name__}: {error}"
    console.error(Problem(what, hint=f"this is our error, please report it with the log {log}"))
    return OUR_ERROR


def _note(error: BaseException, log: Path | None) -> Path:
    """Write the traceback to the log, which may not have been begun yet."""
    log = log or app_paths().log
    if not logging.getLogger().handlers:
        from sddesk.core.logs import start_log  # slow to load, and rarely needed

        start_log(log)
    _log.error("unexpected", exc_info=error)
    return log
