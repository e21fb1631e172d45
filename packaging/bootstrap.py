#!/usr/bin/env python3
"""Starts SD Desk or its tests; the first time it makes the environment that they need."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Before the imports that an old Python cannot read; this file parses under Python 3.6.
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    FITTING = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    print(
        f"sddesk: error: this is Python {sys.version_info[0]}.{sys.version_info[1]},"
        " and SD Desk needs 3.11, 3.12 or 3.13;",
        f"start this with {FITTING[0]} instead" if FITTING else "install one of them first",
        file=sys.stderr,
    )
    sys.exit(2)

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bootstrap_system import LINUX, NO_DISPLAY, qt_platforms, require_libraries
from bootstrap_venv import PROGRAM, PYTHON, ROOT, WINDOWS, prepare
from bootstrap_words import Problem, say

USAGE = """\
usage: python3 packaging/bootstrap.py run [ARGS...]    start SD Desk: sddesk ARGS
       python3 packaging/bootstrap.py test [ARGS...]   run its tests: pytest ARGS
The first start makes .venv and fetches the libraries into it; later ones start at once."""

HEADLESS = {"render", "grid", "branch", "train", "inspect", "models"}
INFORMATION = {"-h", "--help", "--version"}
OPTIONS_WITH_VALUE = {"--home", "--device"}


def main(argv: list[str]) -> int:
    commands = {"run": run, "test": test}
    if not argv or argv[0] not in commands:
        say(USAGE)
        return 0 if set(argv) & INFORMATION else 2
    try:
        return commands[argv[0]](argv[1:])
    except Problem as problem:
        say(f"sddesk: error: {problem}")
        return problem.code
    except OSError as error:
        say(f"sddesk: error: {error}; {ROOT} must be writable and its disk not full")
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the same command goes on from here.")
        return 130


def run(args: list[str]) -> int:
    platforms = [] if is_headless(args) else window_platforms()
    prepare("run")
    require_libraries(PYTHON, platforms)
    return start(PROGRAM, args)


def test(args: list[str]) -> int:
    if LINUX and not qt_platforms(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    prepare("test")
    require_libraries(PYTHON, qt_platforms(os.environ))
    os.chdir(ROOT)
    return start(PYTHON, ["-m", "pytest", *args])


def is_headless(args: list[str]) -> bool:
    """True where the program will open no window: a sub-command, or a question about itself."""
    if set(args) & INFORMATION:
        return True
    words = iter(args)
    for word in words:
        if word in OPTIONS_WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word in HEADLESS
    return False


def window_platforms() -> list[str]:
    platforms = qt_platforms(os.environ)
    if LINUX and not platforms:
        raise Problem(NO_DISPLAY.format(", ".join(sorted(HEADLESS))), code=2)
    return platforms


def start(program: Path, args: list[str]) -> int:
    command = [str(program), *args]
    if not WINDOWS:  # there, exec would return to the shell before the program ends
        os.execv(command[0], command)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
