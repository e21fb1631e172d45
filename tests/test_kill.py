"""kill -9 at random moments: what is kept opens again, and what was announced is there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sddesk.core.history import HistoryIndex, Query, index_path
from sddesk.core.models import find_models
from sddesk.core.paths import app_paths
from sddesk.core.queue import load_queue
from sddesk.core.recall import recall
from sddesk.core.settings import load_settings

MOMENTS = 30
# The real window with a quick runner: it saves pictures with their settings, changes the form and
# fills the queue all the time. What it announces as saved is printed, and so seen from outside.
_WINDOW = """
import os, sys
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.paths import app_paths
from sddesk.core.picture_files import save_png
from sddesk.core.settings import FormState, load_settings
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from tests.fakes import FakeRunner

def write(path, picture, request):
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, {})}
    save_png(path, picture, texts)

app = QApplication(["", "-style", "fusion"])
paths = app_paths(Path(sys.argv[1]))
shell = Shell()
shell.restore_place("")
shell.show()
settings, problem = load_settings(paths.settings)
desk = Desk(shell, paths, settings, lambda: FakeRunner(write=write))
desk.session.saved.connect(lambda path: print(path, flush=True))
seed = int(sys.argv[2]) * 100_000

def go_on():
    global seed
    seed += 1
    desk.workspace.panel.set_state(FormState(prompt=f"picture {seed}", seed=seed, steps=2))
    desk.session.generate()
    desk.workspace.history.view.selectAll()
    if seed % 3 == 0:
        desk.workspace.history.toggle_favourite()

timer = QTimer(interval=15)
timer.timeout.connect(go_on)
timer.start()
app.exec()
"""


def run_until_killed(home: Path, number: int, seconds: float) -> list[Path]:
    """The pictures that the window announced before it was killed, so long after the first."""
    command = [sys.executable, "-c", _WINDOW, str(home), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as window:
        assert window.stdout is not None
        first = window.stdout.readline()
        time.sleep(seconds)
        window.send_signal(signal.SIGKILL)
        rest = window.stdout.read()
    lines = (first + rest).splitlines(keepends=True)
    return [Path(line.strip()) for line in lines if line.endswith("\n")]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_that_was_kept_is_lost(tmp_path: Path) -> None:
    r, paths = random.Random(4), app_paths(tmp_path)
    announced: set[Path] = set()
    settings_kept = False
    for number in range(MOMENTS):
        announced |= set(run_until_killed(tmp_path, number, r.uniform(0, 1.5)))

        settings, problem = load_settings(paths.settings)
        assert problem is None
        settings_kept |= settings.form.prompt.startswith("picture ")
        assert settings_kept or number < MOMENTS // 3  # some kills come before the first saving
        models = find_models(paths.model_folders)
        assert load_queue(paths.settings.with_name("queue.json"), models)[1] is None
        for path in announced:
            recalled = recall(path)
            assert recalled is not None
            assert recalled.prompt == f"picture {recalled.seed}"
        index = HistoryIndex(index_path(paths.cache, paths.pictures), paths.pictures)
        assert index.on_disk
        index.scan()
        names = {entry.path for entry in index.page(Query(), 0, 1_000_000)}
        index.close()
        assert announced <= names
    assert len(announced) > MOMENTS
