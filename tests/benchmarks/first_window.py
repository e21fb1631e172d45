"""How long the first window takes, beside a bare window of PySide6."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9

_BARE = """
import os, sys
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        os.write(1, b"up")
        os._exit(0)

app = QApplication(sys.argv)
window = Window()
window.resize(1216, 684)
window.show()
app.exec()
"""

# The command line's own way up to the window, which ends the process when it has been painted.
_OURS = """
import os, sys
from sddesk.ui.shell import Shell

class Watched(Shell):
    def paintEvent(self, event):
        super().paintEvent(event)
        {painted}

from sddesk import app
app.Shell = Watched
from sddesk.cli import main
{filled}
main(["--home", sys.argv[1]])
"""
_UP = "os.write(1, b'up'); os._exit(0)"
_FILLED = """
from PySide6.QtCore import QTimer
fill = app._Run._fill
def filled(run):
    fill(run)
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: (os.write(1, b"up"), os._exit(0))))
app._Run._fill = filled
"""


def measure() -> list[Figure]:
    """Medians of starts in turns, from the start of the process to the first paint."""
    ours = _OURS.format(painted=_UP, filled="")
    full = _OURS.format(painted="pass", filled=_FILLED)
    times: dict[str, list[float]] = {_BARE: [], ours: [], full: []}
    with tempfile.TemporaryDirectory() as home:
        for program in times:
            _seconds(program, home)  # files come from disk the first time
        for _ in range(ROUNDS):
            for program, seconds in times.items():
                seconds.append(_seconds(program, home))
    bare = statistics.median(times[_BARE])
    return [
        Figure("bare window", bare * 1000, unit="ms"),
        Figure("first window ÷ bare window", statistics.median(times[ours]) / bare, 1.5),
        Figure("window with all its controls ÷ bare window", statistics.median(times[full]) / bare),
    ]


def _seconds(program: str, home: str) -> float:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    command = [sys.executable, "-c", program, home]
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.endswith(b"up"), done.stderr
    return time.perf_counter() - begin
