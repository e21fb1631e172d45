"""The real program in a process of its own: lean until the window is up, clean at the end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "diffusers", "transformers", "tokenizers", "PIL", "numpy")
PROBE = f"""
import sys
from pathlib import Path
from sddesk import app
from sddesk.core.paths import app_paths
from sddesk.ui.shell import Shell

def up():
    print("up", [name for name in {HEAVY} if name in sys.modules], flush=True)

class Watched(Shell):
    def __init__(self):
        super().__init__()
        self.first_painted.connect(up)

class Slow:
    def run(self, job, emit, cancelled):
        raise AssertionError("not reached")

def slow_import(paths, device):
    import time
    print("importing", flush=True)
    end = time.monotonic() + {{seconds}}
    while time.monotonic() < end:
        time.sleep(0.01)
    print("imported", flush=True)
    return Slow()

app.Shell = Watched
app._make_service = slow_import
sys.exit(app.run_window(app_paths(Path(sys.argv[1])), "auto", ()))
"""


def start(home: Path, seconds: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROBE.format(seconds=seconds), str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def read_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_nothing_heavy_is_imported_before_the_window_is_up(tmp_path: Path) -> None:
    process = start(tmp_path, 0)
    try:
        assert read_line(process) == "up []"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_closes_the_window_even_in_the_middle_of_an_import(
    tmp_path: Path, name: str
) -> None:
    import signal

    process = start(tmp_path, 1)
    assert read_line(process) == "up []"
    assert read_line(process) == "importing"
    asked = time.monotonic()
    process.send_signal(getattr(signal, name))
    out, error = process.communicate(timeout=20)
    assert process.returncode == 0, error
    assert "imported" in out
    assert "QThread" not in error
    assert time.monotonic() - asked < 10
    assert (tmp_path / "settings.json").exists()
