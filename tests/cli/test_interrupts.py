"""Interruptions, and the chatter of libraries."""

import logging
import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.messages import Job, JobRunner
from sddesk.core.paths import AppPaths
from tests.cli.shell import RENDER, Shell
from tests.fakes import FakeRunner


def test_chatter_of_libraries_goes_to_the_log(shell: Shell) -> None:
    class Chatterbox(FakeRunner):
        def run(self, job: Job, emit: Any, cancelled: Any) -> None:
            print("PYTHON OUT")
            print("PYTHON ERR", file=sys.stderr)
            os.write(1, b"C OUT\n")
            os.write(2, b"C ERR\n")
            logging.getLogger("library").warning("LOGGED")
            with warnings.catch_warnings():
                logging.captureWarnings(False)
                logging.captureWarnings(True)
                warnings.simplefilter("always")
                warnings.warn("WARNED", stacklevel=1)
            super().run(job, emit, cancelled)

    shell.runner = Chatterbox()
    code, out, err = shell(*RENDER, "--seed", "1")
    assert (code, err) == (0, "sddesk: seed 1\n")
    assert out == f"{shell.home / 'pictures' / '1.png'}\n"
    for word in ("PYTHON OUT", "PYTHON ERR", "C OUT", "C ERR", "LOGGED", "WARNED"):
        assert word in shell.log
    print("and afterwards all is as before")
    assert shell(*RENDER, "--json")[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_work(shell: Shell, number: signal.Signals) -> None:
    class Interrupted(FakeRunner):
        def run(self, job: Job, emit: Any, cancelled: Any) -> None:
            if self.jobs:
                threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
                self._pause_at = 2
            super().run(job, emit, cancelled)

    before = signal.getsignal(number)
    shell.runner = Interrupted()
    code, out, err = shell(*RENDER, "--seed", "7", "--count", "3")
    assert code == 130
    assert out == f"{shell.home / 'pictures' / '7.png'}\n"
    assert err.splitlines() == ["sddesk: seed 7", "sddesk: interrupted"]
    assert len(shell.jobs) == 2
    assert signal.getsignal(number) == before


def test_interrupted_while_the_service_is_imported(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(paths: AppPaths, device: str) -> JobRunner:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(5)
        except KeyboardInterrupt as error:  # C extensions turn it into errors of their own
            raise ImportError("initialization failed") from error
        return FakeRunner()

    monkeypatch.setattr(shell, "make_runner", slow)
    assert shell(*RENDER) == (130, "", "sddesk: interrupted\n")


def test_the_exit_code_survives_an_import_that_executes_code(tmp_path: Path) -> None:
    """`exec` is how dataclasses are made, so any library may be in the middle of one."""
    (tmp_path / "slow.py").write_text(
        "import os, signal, sys, time\n"
        "from sddesk.cli import main\n"
        "def slow(paths, device):\n"
        "    exec('os.kill(os.getpid(), signal.SIGINT); time.sleep(5)')\n"
        "sys.exit(main(['--home', 'home', 'render', '--prompt', 'x'], slow))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "slow"], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "sddesk: interrupted\n")
