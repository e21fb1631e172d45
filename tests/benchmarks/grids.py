"""What a grid costs beside single pictures, a branch beside the whole, and how all cells scrub."""

import gc
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from sddesk.cli import main
from sddesk.core.axes import Axis, parse_axis
from sddesk.core.messages import Destination, Generate, JobRunner
from sddesk.core.models import DEFAULT_MODEL, model_named
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.settings import FormState, Settings
from sddesk.core.values import BranchPoint, GenerationRequest, ModelRef
from sddesk.service import Service
from sddesk.ui.desk import Desk
from sddesk.ui.frames import Frame
from sddesk.ui.shell import Shell
from sddesk.ui.theme import apply_theme
from tests.benchmarks.figures import Figure, percentile
from tests.tiny import make_tiny_sd

GUIDANCE, SEEDS = "guidance=1,2.5,5,7.5,10,25,50", "seed=7,8,9,10"
ROUNDS, STEPS, GRID_STEPS = 2, 48, 4
_DISTINCT = 6  # images of a cell that are really there: as many as 512×512 have room for
_MEGABYTE = 1_000_000


def measure() -> list[Figure]:
    """All of it with the model in the box, but memory: that is filled by a quicker one."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QApplication.instance() or QApplication(["", "-style", "fusion"])
    apply_theme()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        memory = _memory(app_paths(home / "window"))
        scrubs = {side: _scrub(app_paths(home / f"scrub{side}"), side) for side in (128, 512)}
        starter = model_named(DEFAULT_MODEL, app_paths(home).model_folders)
        return [
            Figure("grid of 7×4 ÷ 28 single pictures", _grid(home, starter), 1.05),
            Figure("branch at 24 of 48 ÷ the whole picture", _branch(home, starter), 0.60),
            Figure("100 cells of 48 steps: memory", memory, 400, "MB"),
            Figure("28 cells in lockstep, 128×128: a step, p95", scrubs[128], 1000 / 30, "ms"),
            Figure("28 cells in lockstep, 512×512: a step, p95", scrubs[512], 1000 / 15, "ms"),
        ]


def _grid(home: Path, model: ModelRef) -> float:
    """One command line against 28, all in this process with one service, in turns."""
    service = Service(app_paths(home), "cpu")
    common = ("--prompt", "red apple on green ground", "--steps", str(GRID_STEPS))
    cells = [
        (guidance, seed)
        for guidance in parse_axis(GUIDANCE).values
        for seed in parse_axis(SEEDS).values
    ]

    def grid() -> None:
        axes = ("--rows", GUIDANCE, "--columns", SEEDS)
        sheet, folder = home / "sheet.png", home / "cells"
        _run(service, home, "grid", *common, *axes, "--out", sheet, "--cells", folder)

    def singles() -> None:
        for number, (guidance, seed) in enumerate(cells):
            words = ("--guidance", guidance, "--seed", seed, "--out", home / f"{number}.png")
            _run(service, home, "render", *common, *words)

    grid()  # loads the model
    times = [(_seconds(grid), _seconds(singles)) for _ in range(ROUNDS)]
    return statistics.median(a / b for a, b in times)


def _run(service: JobRunner, home: Path, *words: object) -> None:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = main(["--home", str(home), *map(str, words)], lambda _paths, _device: service)
    assert code == 0, words


def _branch(home: Path, model: ModelRef) -> float:
    service = Service(app_paths(home), "cpu")
    defaults = model.defaults
    whole = GenerationRequest(
        model=model,
        prompt="red apple on green ground",
        seed=1,
        steps=STEPS,
        guidance_scale=7.0,
        sampler="Euler",
        width=defaults.width,
        height=defaults.height,
    )
    tape = home / "whole.tape.safetensors"
    half = replace(whole, guidance_scale=9.0, branch=BranchPoint(tape, STEPS // 2))

    def make(request: GenerationRequest, name: str) -> float:
        job = Generate(1, request, Destination(home, name))
        return _seconds(lambda: service.run(job, lambda _: None, lambda: False))

    make(whole, "whole.png")  # loads the model
    times = [(make(half, "half.png"), make(whole, "whole.png")) for _ in range(2 * ROUNDS)]
    return statistics.median(a / b for a, b in times)


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor, all threads together: what else the machine does is no part of it."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _memory(paths: AppPaths) -> float:
    """Megabytes that the window takes more, with 100 cells of 48 steps, than after one picture."""
    starter = model_named(DEFAULT_MODEL, paths.model_folders)
    make_tiny_sd(paths.models / "quick")
    width, height = starter.defaults.width, starter.defaults.height
    form = FormState("red apple", model="quick", steps=STEPS, seed=1, width=width, height=height)
    desk = _desk(paths, Settings(form=form))
    _wait(lambda: desk.workspace.panel.form.model.ref() is not None)
    desk.session.generate()
    _wait(lambda: desk.session.result is not None and desk.session.result.path is not None)
    gc.collect()
    before = _resident()
    rows, columns = Axis("guidance", tuple(range(1, 11))), Axis("seed", tuple(range(10)))
    desk.grid_desk.grids.fill_with(rows, columns)
    cells = desk.workspace.grid_page.view.cells
    _wait(lambda: all(cell.path is not None for cell in cells.values()))
    after = _resident()
    assert all(len(cell.frames) == STEPS for cell in cells.values())
    desk.shell.close()
    return (after - before) / _MEGABYTE


def _resident() -> int:
    """Bytes of this process that are in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _scrub(paths: AppPaths, side: int) -> float:
    """Milliseconds from a new value of the slider to the painted grid, p95."""
    desk = _desk(paths, Settings())
    page = desk.workspace.grid_page
    rows, columns = parse_axis(GUIDANCE), parse_axis(SEEDS)
    labels = [tuple(a.label(i) for i in range(len(a.values))) for a in (rows, columns)]
    page.view.begin(labels[0], labels[1], 1.0)
    page.begin(STEPS)
    desk.grid_desk.grids.stage.set_shown(shown=True)
    for number, cell in enumerate(page.view.cells.values()):
        images = [_image(side, number * _DISTINCT + k) for k in range(_DISTINCT)]
        for step in range(1, STEPS + 1):
            image = images[step % _DISTINCT]
            cell.frames[step] = Frame(step, STEPS, 1.0, image, image)
    QApplication.processEvents()
    times = [_seconds(lambda k=k: _show(desk, k % STEPS + 1)) * 1000 for k in range(2 * STEPS)]
    desk.shell.close()
    return percentile(times, 0.95)


def _image(side: int, number: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(number * 7 % 360, 200, 200))
    return image


def _show(desk: Desk, step: int) -> None:
    desk.workspace.grid_page.slider.setValue(step)
    desk.workspace.grid_page.view.repaint()


def _desk(paths: AppPaths, settings: Settings) -> Desk:
    shell = Shell()
    shell.restore_place("")
    shell.show()
    shell.resize(1280, 720)
    return Desk(shell, paths, settings, lambda: Service(paths, "cpu"))


def _wait(ready: Callable[[], bool]) -> None:
    end = time.perf_counter() + 240
    while not ready():
        assert time.perf_counter() < end
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)
