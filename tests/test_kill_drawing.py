"""kill -9 while somebody paints and saves: the drawing opens again, and little of it is missing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sddesk.core.canvas.openraster_reading import load_drawing
from sddesk.core.paths import app_paths

MOMENTS = 50
_LONG = 10  # each so manieth window is left alone for longer than work may be missing
_PAUSE_MS, _SHORT_PAUSE_MS = 3000, 100
_MOST_MISSING_S = 10
# The real window in which strokes are drawn without end. Each stroke leaves its number as colour of
# the first pixel and of one more, and the number is printed with the time when the stroke ended.
_WINDOW = """
import os, sys, time
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sddesk.core.paths import app_paths
from sddesk.core.settings import Settings
from sddesk.ui.canvas import draft
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from tests.fakes import FakeRunner

app = QApplication(["", "-style", "fusion"])
home = Path(sys.argv[1])
draft._PAUSE_MS = int(sys.argv[2])
shell = Shell()
shell.restore_place("")
shell.show()
desk = Desk(shell, app_paths(home), Settings(), FakeRunner)
studio = desk.workspace.init.studio

def paint():
    if not desk._draft._loaded:
        return
    edit = studio.document.begin()
    edit.touch(edit.bounds)
    red, green, blue, _ = edit.pixels[0, 0].tolist()
    number = red * 65536 + green * 256 + blue + 1
    color = number // 65536, number // 256 % 256, number % 256, 255
    edit.pixels[number // 512 % 512, number % 512] = edit.pixels[0, 0] = color
    studio.document.commit(edit)
    studio.painted.emit(edit.bounds)
    studio.restructured.emit()
    if number % 40 == 0:
        desk.workspace.drawing_file.write(home / "named.ora")
    print(number, time.time(), flush=True)

timer = QTimer(interval=20)
timer.timeout.connect(paint)
timer.start()
app.exec()
"""


def run_until_killed(home: Path, seconds: float, pause_ms: int) -> dict[int, float]:
    """The time of each stroke, by its number, that was drawn before the window was killed."""
    command = [sys.executable, "-c", _WINDOW, str(home), str(pause_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as window:
        assert window.stdout is not None
        first = window.stdout.readline()
        time.sleep(seconds)
        window.send_signal(signal.SIGKILL)
        rest = window.stdout.read()
    lines = [line.split() for line in (first + rest).splitlines(keepends=True) if line[-1:] == "\n"]
    return {int(number): float(when) for number, when in lines}


def last_stroke(path: Path) -> int:
    """The number of the last stroke that the drawing has; 0 if there is none yet."""
    if not path.exists():
        return 0
    red, green, blue, _ = load_drawing(path).layers[0].pixels[0, 0].tolist()
    return red * 65536 + green * 256 + blue


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_drawing_survives(tmp_path: Path) -> None:
    dice, written, before = random.Random(5), 0, 0
    draft, named = app_paths(tmp_path).settings.with_name("drawing.ora"), tmp_path / "named.ora"
    for moment in range(MOMENTS):
        long = moment % _LONG == _LONG - 1
        seconds = dice.uniform(10.5, 13) if long else dice.uniform(0, 3)
        times = run_until_killed(tmp_path, seconds, _PAUSE_MS if long else _SHORT_PAUSE_MS)
        assert min(times) == before + 1  # the drawing of the last time was there again
        before = last_stroke(draft)
        written += before in times
        since = times.get(before, times[min(times)])
        assert max(times.values()) - since <= _MOST_MISSING_S
        assert last_stroke(named) <= max(times)
        assert not list(tmp_path.rglob("*.broken.*"))
    assert written > MOMENTS // 2
    assert named.exists()
