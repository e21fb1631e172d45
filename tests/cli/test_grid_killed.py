"""kill -9 in the middle of a grid: finished cells are whole, and there is no half sheet."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sddesk.core.sheet_reading import read_sheet
from sddesk.core.tapes import find_tape
from sddesk.core.values import ModelRef


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_finished_cells_are_kept(tmp_path: Path, tiny_sd: ModelRef) -> None:
    axes = ("--rows", "seed=1,2,3,4", "--columns", "guidance=1,3,5,7", "--steps", "20")
    places = ("--out", str(tmp_path / "s.png"), "--cells", str(tmp_path / "cells"))
    grid = ("grid", "--prompt", "apple", *axes, *places, "--model", str(tiny_sd.path))
    command = [sys.executable, "-m", "sddesk", "--home", str(tmp_path / "home"), *grid]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as process:
        assert process.stdout is not None
        announced = [Path(process.stdout.readline().strip()) for _ in range(3)]
        process.send_signal(signal.SIGKILL)
    made = sorted((tmp_path / "cells").glob("[!.]*.png"))
    assert set(announced) <= set(made)
    assert len(made) < 16
    for path in made:
        assert find_tape(path).is_file()  # reads both, and that they belong together
    assert not (tmp_path / "s.png").exists()
    done = subprocess.run(command, capture_output=True, text=True, cwd=os.getcwd())
    assert done.returncode == 0, done.stderr
    assert all(cell.picture for cell in read_sheet(tmp_path / "s.png").cells)
