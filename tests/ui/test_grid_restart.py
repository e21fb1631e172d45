"""A grid that a crash or the end of the program interrupted goes on where it was."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sddesk.core.infotext import request_json
from sddesk.core.messages import Job
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.settings import Settings
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.desk import Desk
from tests.fakes import Emit, FakeRunner
from tests.ui.conftest import OpenDesk
from tests.ui.test_grid import FORM, click, done, fill, finished


def write(path: Path, picture: Picture, request: GenerationRequest) -> None:
    save_png(path, picture, {"sddesk": request_json(request, {})})


class HoldsAfter(FakeRunner):
    """A runner that makes two pictures at once and holds the third before its second step."""

    def run(self, job: Job, emit: Emit, cancelled: Callable[[], bool]) -> None:
        self._pause_at = 2 if len(self.requests) == 2 else None
        super().run(job, emit, cancelled)


def resume(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.workspace.queue._ask.isHidden())
    qtbot.waitUntil(lambda: desk.grid_desk.keeper._left is not None)
    desk.workspace.queue.resume_requested.emit()


def seeds(desk: Desk) -> list[int]:
    found = (cell.picture for cell in desk.grid_desk.grids.cells.values())
    return [picture.pixels[0] for picture in found if picture is not None]


def test_after_the_end_of_the_program(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(lambda: HoldsAfter(write=write), Settings(form=FORM))
    fill(qtbot, desk, "seed=11,12,13", "word=red,green")
    cells = desk.grid_desk.grids.cells
    qtbot.waitUntil(lambda: sum(cell.path is not None for cell in cells.values()) == 2)
    qtbot.waitUntil(lambda: desk._queue_file._loaded)
    desk.shell.close()
    runner = FakeRunner(write=write)
    again = open_desk(lambda: runner, Settings(form=FORM))
    assert again.workspace.grid_page.isHidden()
    resume(qtbot, again)
    qtbot.waitUntil(lambda: done(again, 6))
    assert not again.workspace.grid_page.isHidden()
    assert len(runner.requests) == 4  # the two that were done are not made again
    assert seeds(again) == [11, 11, 12, 12, 13, 13]
    assert again.workspace.grid.rows.axis() == desk.workspace.grid.rows.axis()
    assert all(cell.path for cell in again.grid_desk.grids.cells.values())


def test_other_waiting_pictures_are_no_part_of_it(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(lambda: HoldsAfter(write=write), Settings(form=FORM))
    fill(qtbot, desk, "seed=11,12,13")
    qtbot.waitUntil(lambda: finished(desk) == 2)
    click(qtbot, desk, "stop_grid")
    qtbot.waitUntil(desk.session.jobs.is_idle)
    desk.workspace.queue.pause()
    desk.session.generate()
    assert [entry.request.seed for entry in desk.session.jobs.queue.waiting] == [FORM.seed]
    qtbot.waitUntil(lambda: desk._queue_file._loaded)
    desk.shell.close()
    again = open_desk(lambda: FakeRunner(write=write), Settings(form=FORM))
    resume(qtbot, again)
    qtbot.waitUntil(again.session.jobs.is_idle)
    assert again.workspace.grid_page.isHidden()


# The real window with a quick runner: it fills a grid, and says how many cells it has saved.
_WINDOW = """
import os, sys
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
from sddesk.core.axes import parse_axis
from sddesk.core.paths import app_paths
from sddesk.core.settings import Settings
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from tests.fakes import FakeRunner
from tests.ui.test_grid import FORM
from tests.ui.test_grid_restart import write

app = QApplication(["", "-style", "fusion"])
shell = Shell()
shell.restore_place("")
shell.show()
paths = app_paths(Path(sys.argv[1]))
desk = Desk(shell, paths, Settings(form=FORM), lambda: FakeRunner(write=write))
rows = parse_axis("seed=" + ",".join(map(str, range(60))))
desk.session.saved.connect(lambda path: print(path, flush=True))

def fill():
    desk.workspace.panel.form.model_changed.disconnect(fill)
    desk.grid_desk.grids.fill_with(rows, None)

desk.workspace.panel.form.model_changed.connect(fill)
app.exec()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_a_kill(qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths) -> None:
    command = [sys.executable, "-c", _WINDOW, str(paths.settings.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd()) as window:
        assert window.stdout is not None
        for _ in range(20):
            assert window.stdout.readline()
        window.send_signal(signal.SIGKILL)
    made = [path for path in paths.pictures.iterdir() if path.name.endswith(".png")]
    assert 20 <= len(made) < 60
    for path in made:
        assert load_picture(path).pixels[0] == int(path.stem) % 256
    runner = FakeRunner(write=write)
    again = open_desk(lambda: runner, Settings(form=FORM))
    resume(qtbot, again)
    qtbot.waitUntil(lambda: done(again, 60), timeout=60_000)
    assert seeds(again) == list(range(60))
    assert len(runner.requests) < 60
