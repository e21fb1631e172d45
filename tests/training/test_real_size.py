"""Both methods at the size of Stable Diffusion 1.5: a real step, and its memory as estimated."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from sddesk.core.training.values import METHODS

SIDE = 512


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told in other units there")
@pytest.mark.parametrize("method", METHODS)
def test_a_step_at_the_size_of_sd15_takes_what_was_estimated(method: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.training.real_size", method, str(SIDE), str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert math.isfinite(figures["loss"])
    assert figures["estimated"] == pytest.approx(figures["taken"], rel=0.15)
