"""The command line as a process: what is never imported, and pipes that close."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

# Runs the command lines given as JSON and says what was imported by them.
RUN_AND_TELL = """
import json, sys
from sddesk.cli import main
codes = [main(words) for words in json.loads(sys.argv[1])]
heavy = {"torch", "diffusers", "transformers", "PySide6", "numpy", "safetensors"}
print(json.dumps({"codes": codes, "heavy": sorted(heavy & sys.modules.keys())}))
"""
USER_ERRORS = [
    "render --prompt x --guidance nan",
    "render --prompt x --size 65x64",
    "render --prompt x --model nothing",
    "render --prompt x --init none.png",
    "render --prompt x --out none/../a.jpg",
    "branch none.png --at 1",
    "inspect none.png",
    "frobnicate",
]


def sddesk(*words: str, home: Path, stdout: int | TextIO) -> subprocess.CompletedProcess[str]:
    """`python -m sddesk`, whose stderr always comes back."""
    command = [sys.executable, "-m", "sddesk", "--home", str(home), *words]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60)


def test_values_are_checked_and_files_described_without_torch_or_qt(tmp_path: Path) -> None:
    lines = [[f"--home={tmp_path}", *line.split()] for line in (*USER_ERRORS, "models", "--help")]
    command = [sys.executable, "-c", RUN_AND_TELL, json.dumps(lines)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["codes"] == [2] * len(USER_ERRORS) + [0, 0]
    assert told["heavy"] == []
    assert len(done.stderr.splitlines()) == len(USER_ERRORS)


@pytest.mark.parametrize("words", ["models", "--help"])
def test_nobody_reads_the_results(tmp_path: Path, words: str) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = sddesk(words, home=tmp_path, stdout=write)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_the_disk_behind_stdout_is_full(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = sddesk("models", home=tmp_path, stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith("sddesk: error: The disk is full: writing the results")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="a way of shells on Unix")
def test_stdout_and_stderr_are_closed(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m sddesk --home "{tmp_path}" models >&- 2>&-'
    assert subprocess.run(command, shell=True, timeout=60).returncode == 0
