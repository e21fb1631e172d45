"""Makes `.venv`, keeps it at the locked versions, and recognises one that was left half-made."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bootstrap_system import LINUX, install_packages
from bootstrap_words import PipReport, Problem, reason, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLD_VENV = ROOT / ".venv.old"
LOCK = ROOT / ".venv.lock"
LOG = ROOT / ".venv.log"
STATE = VENV / "bootstrap-state"
PROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
PROGRAM = VENV / ("Scripts/sddesk.exe" if WINDOWS else "bin/sddesk")

VERSION = tuple(sys.version_info[:2])
INSTALLING = ["installing"]


def prepare(kind: str) -> None:
    """Sees to it that `.venv` can `run` the program or `test` it."""
    if is_ready(kind):
        return
    with only_one_start():
        if is_ready(kind):  # the start that we waited for made it
            return
        LOG.write_text("", encoding="utf-8")
        if not is_usable():
            rebuild()
        install(kind)


# --- What is there


def read_state() -> list[str]:
    """Place, hash of the locked versions, then the kinds that it can do; empty without a file."""
    try:
        return STATE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def write_state(lines: list[str]) -> None:
    STATE.write_text("\n".join(lines), encoding="utf-8")


def wanted_state() -> list[str]:
    # An environment survives neither a move nor another minor version of Python.
    place = "{}.{} {}".format(*VERSION, ROOT)
    # The settings of the checks come last in the file: no reason to install again.
    project = PROJECT.read_bytes().partition(b"\n[tool.pytest")[0]
    return [place, hashlib.sha256(project + CONSTRAINTS.read_bytes()).hexdigest()]


def is_ready(kind: str) -> bool:
    state = read_state()
    return kind in state[2:] and state[:2] == wanted_state() and PROGRAM.exists()


def is_usable() -> bool:
    """True where pip can go on from what is there; after an interrupted installation it cannot."""
    state = read_state()
    if state and state[0] != wanted_state()[0]:
        return False
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {VERSION})"
    with contextlib.suppress(OSError):
        return subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0
    return False


# --- One at a time


@contextlib.contextmanager
def only_one_start() -> Iterator[None]:
    # A lock of the system ends with those who hold it: a killed start leaves none behind. pip
    # inherits it (not on Windows), so that nobody builds beside a pip whose start was killed.
    with LOCK.open("a") as file:
        os.set_inheritable(file.fileno(), True)
        if not try_lock(file.fileno()):
            say("Another start is installing already; waiting for it ...")
            while not try_lock(file.fileno()):
                time.sleep(0.3)
        yield


def try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# --- Making it


def rebuild() -> None:
    require_venv_module()
    shutil.rmtree(OLD_VENV, ignore_errors=True)
    if VENV.exists():
        say("What is in .venv is unfinished, or made for another place or Python: making it anew.")
        VENV.rename(OLD_VENV)  # all at once, so that nothing half-deleted can look whole
        shutil.rmtree(OLD_VENV, ignore_errors=True)
    say("Making a Python environment in .venv; the rest of this computer stays as it is.")
    VENV.mkdir()
    write_state(INSTALLING)
    import venv

    try:
        venv.create(VENV, symlinks=not WINDOWS, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise Problem(f"Python could not make an environment in {VENV}: {error}") from error


def require_venv_module() -> None:
    import importlib.util

    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = "python{}.{}-venv".format(*VERSION)
        install_packages([package], "this Python lacks its part for making environments")


def install(kind: str) -> None:
    before = read_state()
    kinds = sorted({kind, "run", *before[2:]})
    write_state(INSTALLING)
    say(f"Fetching the libraries, once. {size_hint()}The log is {LOG}")
    try:
        pip("install", "-c", str(CONSTRAINTS), "pip")  # one that tells its progress
        target = ".[test]" if "test" in kinds else "."
        pip("install", "--progress-bar", "raw", "-c", str(CONSTRAINTS), "-e", target)
    except Problem:
        if before != INSTALLING:  # it worked with other versions, and pip undoes what fails
            write_state(before)
        raise
    write_state([*wanted_state(), *kinds])
    say("The libraries are installed.")


def size_hint() -> str:
    if LINUX and os.uname().machine == "x86_64":
        return "With the parts for NVIDIA cards these are up to 3 GB, and 7 GB on disk. "
    return ""


def pip(*args: str) -> None:
    command = [str(PYTHON), "-m", "pip", *args]
    report = PipReport(terminal=sys.stderr.isatty())
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            [*command, "--no-input", "--disable-pip-version-check", "--retries", "2"],
            cwd=ROOT,
            close_fds=False,
            env={**os.environ, "PIP_USER": "0", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            report.read(line)
    if process.returncode:
        raise Problem(f"{reason(LOG.read_text(encoding='utf-8'))}. What pip said is in {LOG}")
