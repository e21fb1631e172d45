"""kill -9 in the middle of a training costs at most the work since its last checkpoint."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sddesk.core.training.runs import Run, read_run
from sddesk.core.values import ModelRef
from tests.training.teaching import School, draw_pictures

_PATIENCE_S = 150


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_training_goes_on_from_its_checkpoint(tiny_sd: ModelRef, tmp_path: Path) -> None:
    pictures = draw_pictures(tmp_path / "pictures")
    out = tmp_path / "learned.safetensors"
    words = ["train", "inversion", "--images", pictures, "--word", "<disc>", "--steps", "2000"]
    words += ["--checkpoint-every", "5", "--model", tiny_sd.path, "--out", out, "--side", "64"]
    line = [sys.executable, "-m", "sddesk", "--home", str(tmp_path / "home"), *map(str, words)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run = _run_with_checkpoint(tmp_path / "home" / "trainings", after=10)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = max(run.checkpoints())
    again = School(tmp_path / "home")
    again.train_in(run.folder, read_run(run.folder), stop_at=kept + 1)
    assert list(again.losses) == [kept + 1]
    assert not out.exists()
    json.loads((run.folder / "training.json").read_bytes())


def _run_with_checkpoint(trainings: Path, after: int) -> Run:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        for folder in trainings.glob("*"):
            if max(Run(folder).checkpoints(), default=0) >= after:
                return Run(folder)
        time.sleep(0.02)
    raise AssertionError("no checkpoint was written")
