"""Takes screenshots: the real window with the real engine, scene after scene.

`.venv/bin/python packaging/screenshots.py [--out DIR] [SHOT…]`: each shot is a scene, followed by
`-dark` or `-large` (3840×2160 at 200 %) or both; else it is light and 1280×720. Every shot has a
process and a home of its own. Without names it takes those that the README shows.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QRect, Qt, QThread  # noqa: E402
from PySide6.QtWidgets import QApplication, QPushButton, QWidget  # noqa: E402

from sddesk.core.experiments import EXPERIMENTS  # noqa: E402
from sddesk.core.messages import Event, JobRunner, ModelReady  # noqa: E402
from sddesk.core.paths import AppPaths, app_paths  # noqa: E402
from sddesk.core.settings import FormState, Settings  # noqa: E402
from sddesk.core.tapes import read_branch_request  # noqa: E402
from sddesk.core.training.experiments import EXPERIMENTS as TRAININGS  # noqa: E402
from sddesk.ui.desk import Desk  # noqa: E402
from sddesk.ui.shell import Shell  # noqa: E402
from sddesk.ui.theme import apply_theme, use_scheme  # noqa: E402

README = ("first-start", "step", "step-dark")
PROMPT = "a red apple on a green background"
LIMIT_MS = 300_000
SIZE, LARGE = (1280, 720), (1920, 1080)


def first_start(_desk: Desk) -> None:
    """Nothing was done yet."""


def generating(desk: Desk) -> None:
    """In the middle of a picture."""
    press(desk, "generate")
    wait(lambda: desk.workspace.steps.timeline.maximum() >= 14)


def done(desk: Desk) -> None:
    """A picture is finished and saved."""
    press(desk, "generate")
    wait(lambda: saved(desk) is not None)
    wait_ms(500)


def step(desk: Desk) -> None:
    """The timeline at a step in the middle."""
    done(desk)
    timeline = desk.workspace.steps.timeline
    timeline.setFocus()
    timeline.setValue(timeline.maximum() // 2)


def error(desk: Desk) -> None:
    """A broken file was opened."""
    done(desk)
    whole = saved(desk)
    assert whole is not None
    broken = whole.with_name("broken.png")
    broken.write_bytes(whole.read_bytes()[:900])
    desk.pictures.open(broken)
    wait_ms(500)


def history(desk: Desk) -> None:
    """Ten thousand pictures, copies of a few, one of them on show; more are waiting."""
    desk.workspace.panel.set_state(FormState(PROMPT, seed=1, count=6, steps=8))
    press(desk, "generate")
    wait(desk.session.jobs.is_idle)
    made = sorted(desk.pictures.folder.glob("*.png"))
    for number in range(10_000 - len(made)):
        copy = made[0].with_name(f"copy-{number:05}.png")
        copyfile(made[number % len(made)], copy)
        when = copy.stat().st_mtime - 600 * (number + 1)
        os.utime(copy, (when, when))
    panel = desk.workspace.history
    panel.scan()
    wait(lambda: panel.view.model().rowCount() == 10_000)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.view.model().index(4, 0))
    wait_ms(3000)
    panel.open_selected()
    wait_ms(1000)


def queue(desk: Desk) -> None:
    """Several pictures wait behind one that follows an init image."""
    done(desk)
    desk.workspace.use_shown_as_init()
    prompts = (
        PROMPT,
        "a green tree in a park",
        "a low poly bench under a tree in a park, at night",
    )
    for number, prompt in enumerate(prompts):
        desk.workspace.panel.set_state(FormState(prompt, seed=number, count=2, steps=48))
        desk.session.generate()
    desk.workspace.docks.show("queue")
    wait(lambda: desk.workspace.steps.timeline.maximum() >= 9)


def grid(desk: Desk) -> None:
    """The essay's grid of guidance and seeds, all cells at step 10."""
    experiment = next(one for one in EXPERIMENTS if one.name == "guidance_grid")
    desk.menus.experiment_chosen.emit(experiment)
    cells = desk.workspace.grid_page.view.cells
    wait(lambda: all(cell.picture is not None for cell in cells.values()))
    desk.workspace.grid_page.slider.setValue(10)


def grid_finished(desk: Desk) -> None:
    """The same, finished."""
    grid(desk)
    desk.workspace.grid_page.slider.setValue(desk.workspace.grid_page.slider.maximum())


def grid_first(desk: Desk) -> None:
    """The same, at the first step."""
    grid(desk)
    desk.workspace.grid_page.slider.setValue(1)


def branches(desk: Desk) -> None:
    """A picture with four branches, one of them from another."""
    done(desk)
    first = saved(desk)
    changes = ((5, "a green apple", 7.0), (12, "a blue bird", 7.0), (12, "a blue bird", 25.0))
    for step, prompt, guidance in (*changes, (18, "a yellow boat", 9.0)):
        request = read_branch_request(_tape(desk), step, ())
        desk.session.jobs.add([replace(request, prompt=prompt, guidance_scale=guidance)])
        before = saved(desk)
        wait(lambda before=before: saved(desk) not in (None, before))
        if guidance == 7.0:
            assert first is not None
            desk.pictures.show_only(first)
            wait(lambda: saved(desk) == first)
    wait_ms(800)


def words(desk: Desk) -> None:
    """A prompt that falls apart, and where the network looked for one of its words."""
    desk.workspace.panel.set_state(FormState("red aple on green ground, intertwined", seed=1))
    done(desk)
    desk.workspace.docks.show("words")
    bars = desk.workspace.words.bars
    wait(lambda: bool(bars.words()))
    desk.word_maps.find_out()
    wait(lambda: len(desk.word_maps.store.total(_tape(desk)).steps) > 0)
    wait(desk.session.jobs.is_idle)
    bars.select(bars.words()[1].key)
    bars.word_selected.emit(bars.words()[1])
    desk.workspace.panel.tokens.strip.show_ids(True)
    desk.workspace.panel.tokens.fit()
    desk.workspace.steps.timeline.setValue(12)


def compare(desk: Desk) -> None:
    """The essay's pair with and without a negative prompt, at a step in the middle."""
    experiment = next(one for one in EXPERIMENTS if one.name == "negative_prompt")
    desk.menus.experiment_chosen.emit(experiment)
    wait(lambda: all(side.path is not None for side in desk.compare.sides))
    wait(lambda: not desk.workspace.compare_page.plot.isHidden())
    slider = desk.workspace.compare_page.slider
    slider.setValue(slider.maximum() // 2)


def compare_heat(desk: Desk) -> None:
    """The same, by its difference."""
    compare(desk)
    desk.workspace.compare_page.set_mode("heat")


def compare_beside(desk: Desk) -> None:
    """The same, side by side."""
    compare(desk)
    desk.workspace.compare_page.set_mode("beside")


def _tape(desk: Desk) -> Path:
    assert desk.session.result is not None
    tape = desk.session.result.tape
    assert tape is not None
    return tape


def teach(desk: Desk) -> QWidget:
    """Pictures of the mascot, and what the trainer sees of them."""
    teaching = desk.lessons.teaching()
    model = desk.workspace.panel.form.model.ref()
    assert model is not None
    request = TRAININGS[1].request(model)
    teaching.window.form.show_request(request)
    teaching.show()
    teaching.dataset.load(request.pictures)
    wait(lambda: len(teaching.dataset.items) > 5)
    wait(lambda: all(item.seen is not None for item in teaching.dataset.items))
    first = teaching.dataset.items[0].picture
    teaching.dataset.change(replace(first, mirror=True))
    wait_ms(3000)
    return teaching.window


def taught(desk: Desk) -> QWidget:
    """The style is half learned."""
    teaching = desk.lessons.teaching()
    desk.menus.teaching_chosen.emit(TRAININGS[0])
    wait(lambda: len(teaching.window.run.timeline.samples.steps) >= 4)
    return teaching.window


SCENES: dict[str, Callable[[Desk], QWidget | None]] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        *(first_start, generating, done, step, error, history, queue),
        *(grid, grid_finished, grid_first, branches),
        *(words, compare, compare_heat, compare_beside, teach, taught),
    )
}


def saved(desk: Desk) -> Path | None:
    """The file of the finished picture, as soon as there is one."""
    return None if desk.session.result is None else desk.session.result.path


def press(desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()


def wait(ready: Callable[[], bool]) -> None:
    """Let the window live until something is so; raises `TimeoutError` after five minutes."""
    limit = QDeadlineTimer(LIMIT_MS)
    while not ready():
        if limit.hasExpired():
            raise TimeoutError
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QThread.msleep(5)  # else this loop takes the interpreter from the engine


def wait_ms(milliseconds: int) -> None:
    wait(QDeadlineTimer(milliseconds).hasExpired)


def take(shot: str, out: Path) -> None:
    """Play one scene in this process and save what the window looks like."""
    scene = shot.removesuffix("-large").removesuffix("-dark")
    app = QApplication(["sddesk", "-style", "fusion"])
    apply_theme()
    use_scheme(Qt.ColorScheme.Dark if "-dark" in shot else Qt.ColorScheme.Light)
    with tempfile.TemporaryDirectory() as home:
        desk = open_desk(app_paths(Path(home)), scene, LARGE if "-large" in shot else SIZE)
        shown = SCENES[scene](desk) or desk.shell
        wait_ms(300)
        shown.grab().save(str(out / f"{shot}.png"))
        desk.shell.close()
    app.quit()


def open_desk(paths: AppPaths, scene: str, size: tuple[int, int]) -> Desk:
    """The window with its model loaded."""
    form = FormState() if scene == "first-start" else FormState(PROMPT, seed=1)
    shell = Shell()
    shell.setGeometry(QRect(0, 0, *size))
    shell.show()
    desk = Desk(shell, paths, Settings(form=form), lambda: make_service(paths))
    ready: list[Event] = []
    desk.worker.happened.connect(ready.append)
    wait(lambda: any(isinstance(event, ModelReady) for event in ready))
    wait_ms(300)
    return desk


def make_service(paths: AppPaths) -> JobRunner:
    """Called in the worker's thread: this is where torch is imported."""
    from sddesk.service import Service

    return Service(paths, "cpu")


def main() -> int:
    """Take each shot in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shots", nargs="*", default=README)
    parser.add_argument("--out", type=Path, default=ROOT / "packaging" / "screenshots")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.here:
        take(asked.shots[0], asked.out)
        return 0
    codes = [run(shot, asked.out) for shot in asked.shots]
    return max(codes)


def run(shot: str, out: Path) -> int:
    environment = {**os.environ, "QT_SCALE_FACTOR": "2" if "-large" in shot else "1"}
    command = [sys.executable, "-W", "ignore", __file__, "--here", "--out", str(out), shot]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    print(out / f"{shot}.png" if done.returncode == 0 else done.stderr, flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
