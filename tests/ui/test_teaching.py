"""The window for teaching: pictures, what is asked for, the training, and what it comes to."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSpinBox, QTextEdit
from pytestqt.qtbot import QtBot

from sddesk.core.messages import EstimateTraining, Generate, JobRunner, LeaveTraining, Train
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import FormState, Settings
from sddesk.core.training.dataset import as_trained
from sddesk.core.training.presets import PERSON, PRESETS, STYLE, preset
from sddesk.core.training.runs import read_run, unfinished
from sddesk.core.training.values import DREAMBOOTH, INVERSION, Crop, TrainingRequest
from sddesk.ui.desk import Desk
from sddesk.ui.images import from_image
from sddesk.ui.teach.course import State
from sddesk.ui.teach.teaching import Teaching
from sddesk.ui.theme import warning_color
from tests.fakes import FakeRunner
from tests.ui.conftest import OpenDesk

LONG = 200_000  # ms: torch is imported, and a tiny network trained
STEPS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures of different looks."""
    found = tmp_path / "toys"
    found.mkdir()
    for number, size in enumerate(((300, 200), (200, 300), (256, 256))):
        image = Image.effect_mandelbrot(size, (-2 + number * 0.5, -1.2, 0.8, 1.2), 40)
        image.convert("RGB").save(found / f"toy-{number}.png")
    return found


@pytest.fixture
def teaching(desk: Desk) -> Teaching:
    """The window, opened as a user opens it."""
    return opened(desk)


@pytest.fixture
def ready(qtbot: QtBot, teaching: Teaching, folder: Path) -> Teaching:
    """Pictures and a word are there, and nothing is against the training."""
    prepare(qtbot, teaching, folder)
    return teaching


def opened(desk: Desk) -> Teaching:
    desk.commands.actions()["teach"].trigger()
    teaching = desk.lessons.teaching()
    assert teaching.window.isVisible()
    return teaching


def drop(teaching: Teaching, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    teaching.window.list.dropEvent(event)


def prepare(qtbot: QtBot, teaching: Teaching, folder: Path) -> None:
    drop(teaching, folder)
    form = teaching.window.form
    form.word.setText("<toy>")
    every = {"sample_every": 4, "checkpoint_every": 4}
    form.numbers.show_values({"steps": STEPS, "batch": 1, "side": 64, "warmup": 0, **every})
    there = ["toy-0.png", "toy-1.png", "toy-2.png"]
    qtbot.waitUntil(lambda: names(teaching) == there, timeout=LONG)  # torch may be imported now
    qtbot.waitUntil(lambda: all(item.seen for item in teaching.dataset.items), timeout=LONG)
    qtbot.waitUntil(lambda: teaching.window.train.isEnabled(), timeout=LONG)


def names(teaching: Teaching) -> list[str]:
    return [item.picture.path.name for item in teaching.dataset.items]


def button(teaching: Teaching, name: str) -> QAbstractButton:
    found = teaching.window.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


def words(teaching: Teaching, name: str) -> str:
    found = teaching.window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if not found.isHidden() else ""


def trained(runner: FakeRunner) -> TrainingRequest:
    jobs = [job for job in runner.jobs if isinstance(job, Train)]
    return jobs[-1].request


# Pictures


def test_all_the_page_takes_the_first_pictures(
    qtbot: QtBot, teaching: Teaching, folder: Path
) -> None:
    """Without pictures there is nothing else to aim at."""
    page, pictures = teaching.window.tabs.currentWidget(), teaching.window.list
    assert page is not None
    qtbot.waitUntil(lambda: pictures.width() > 0.9 * page.width())
    prepare(qtbot, teaching, folder)
    qtbot.waitUntil(lambda: pictures.width() < 0.5 * page.width())


def test_what_cannot_be_read_is_named_and_the_rest_is_there(
    qtbot: QtBot, teaching: Teaching, folder: Path
) -> None:
    (folder / "broken.png").write_bytes((folder / "toy-0.png").read_bytes()[:300])
    (folder / "notes.md").write_text("no picture")
    drop(teaching, folder)
    qtbot.waitUntil(lambda: "broken.png" in teaching.window.messages.text())
    qtbot.waitUntil(lambda: len(names(teaching)) == 3)
    drop(teaching, folder / "toy-0.png", folder / "none.png")
    qtbot.waitUntil(lambda: "none.png" in teaching.window.messages.text())
    assert len(names(teaching)) == 3  # the one that is there already is not there twice
    assert "broken.png" not in teaching.window.messages.text()  # of an earlier drop


def test_all_that_cannot_be_read_are_named_until_others_are_dropped(
    qtbot: QtBot, teaching: Teaching, folder: Path
) -> None:
    for number in range(3):
        (folder / f"broken-{number}.png").write_bytes(b"no picture")
    drop(teaching, folder)
    told = teaching.window.messages.text
    qtbot.waitUntil(lambda: all(f"broken-{number}.png" in told() for number in range(3)))
    qtbot.waitUntil(lambda: len(names(teaching)) == 3)
    shutil.copy(folder / "toy-0.png", folder / "more.png")
    drop(teaching, folder / "more.png")
    qtbot.waitUntil(lambda: len(names(teaching)) == 4)
    assert told() == ""
    (folder / "broken-3.png").write_bytes(b"no picture")
    drop(teaching, folder / "broken-3.png", folder / "none.png")  # for two reasons
    qtbot.waitUntil(lambda: "none.png" in told() and "broken-3.png" in told())
    lines = told().split("\n")
    places = sorted(
        next(i for i, line in enumerate(lines) if name in line)
        for name in ("broken-3.png", "none.png")
    )
    assert places[1] - places[0] > 1  # each under its own title


def test_a_thousand_pictures_are_too_many(qtbot: QtBot, teaching: Teaching, folder: Path) -> None:
    data = (folder / "toy-0.png").read_bytes()
    for number in range(1000):
        (folder / f"copy-{number}.png").write_bytes(data)
    drop(teaching, folder)
    qtbot.waitUntil(lambda: "too many pictures" in teaching.window.messages.text())
    assert not teaching.dataset.items
    assert "1003" in teaching.window.messages.text()


def test_what_is_wrong_stands_at_the_picture(qtbot: QtBot, ready: Teaching, folder: Path) -> None:
    with Image.open(folder / "toy-0.png") as image:
        image.save(folder / "twin.png")
        image.resize((40, 30)).save(folder / "small.png")
    drop(ready, folder / "twin.png", folder / "small.png")
    qtbot.waitUntil(lambda: len(names(ready)) == 5)
    rows = ready.window.list
    tips = {row.text(): row.toolTip() for row in map(rows.item, range(rows.count()))}
    assert "there twice" in tips["twin.png"]
    assert "there twice" in tips["toy-0.png"]
    assert "smaller than what is trained: small.png: 40x30" in tips["small.png"]
    assert tips["toy-1.png"] == "toy-1.png"
    rows.setCurrentRow(3)
    assert "there twice" in words(ready, "teach_wrong")
    button(ready, "teach_leave_out").click()
    assert not words(ready, "teach_wrong")
    assert [p.path.name for p in ready.dataset.pictures()] == [
        *("toy-0.png", "toy-1.png", "toy-2.png", "small.png")
    ]
    assert words(ready, "teach_count") == "4 of 5 pictures"
    button(ready, "teach_remove").click()
    assert "twin.png" not in names(ready)
    assert (folder / "twin.png").exists()


def test_cropped_by_hand_and_shown_as_trained(
    qtbot: QtBot, ready: Teaching, runner: FakeRunner
) -> None:
    ready.window.list.setCurrentRow(0)  # 300 x 200
    view = ready.window.editor._crop
    qtbot.waitUntil(lambda: view.crop.side == 200)
    automatic = view.crop
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Minus)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    smaller = view.crop
    assert smaller.side == 172
    assert smaller.left < automatic.left + 28
    centre = view._square().center().toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert view.crop == Crop(0, 0, 172)
    item = ready.dataset.items[0]
    assert item.picture.crop == Crop(0, 0, 172)
    expected = as_trained(item.picture, 64)

    def is_seen() -> bool:
        seen = ready.dataset.items[0].seen
        return seen is not None and from_image(seen) == expected

    qtbot.waitUntil(is_seen)
    button(ready, "teach_mirror").click()
    assert ready.dataset.items[0].picture.mirror
    qtbot.waitUntil(lambda: ready.window.train.isEnabled() and not ready._settle.isActive())
    start(qtbot, ready)
    qtbot.waitUntil(lambda: ready.course.state is State.DONE)
    assert trained(runner).pictures[0] == ready.dataset.items[0].picture
    button(ready, "teach_crop_automatically").click()
    assert ready.dataset.items[0].picture.crop is None
    assert view.crop == automatic


def start(qtbot: QtBot, teaching: Teaching) -> None:
    """Press the button as soon as what was changed last has been looked at."""

    def is_current() -> bool:
        verdict = teaching._verdict
        asked = teaching.window.form.request(teaching.dataset.pictures())
        return verdict is not None and verdict.problem is None and verdict.request == asked

    qtbot.waitUntil(is_current, timeout=LONG)
    teaching.window.train.click()


def test_what_is_said_follows_word_and_caption(qtbot: QtBot, ready: Teaching) -> None:
    ready.window.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: "“a picture of <toy>”" in words(ready, "teach_said"))
    editor = ready.window.editor
    qtbot.keyClicks(editor._caption, "{word} on a table")
    qtbot.waitUntil(lambda: words(ready, "teach_said") == "“<toy> on a table”")
    ready.window.form.word.setText("<bear>")
    qtbot.waitUntil(lambda: words(ready, "teach_said") == "“<bear> on a table”")


# What is asked for


def test_presets_are_numbers_that_one_sees(qtbot: QtBot, teaching: Teaching) -> None:
    window = teaching.window
    for numbers in PRESETS:
        window.form.choose(numbers.method, numbers.name, "<toy>", "robot")
        request = window.form.request(())
        assert request is not None
        assert request == numbers.applied_to(request)
        assert request.min_snr == 0.0
        steps = window.findChild(QSpinBox, "teach_steps")
        assert isinstance(steps, QSpinBox)
        assert steps.value() == numbers.steps
        assert steps.toolTip()
        shown = [label.text() for label in window.findChildren(QLabel) if not label.isHidden()]
        assert numbers.why in shown
        rank = window.findChild(QSpinBox, "teach_rank")
        assert rank is not None
        assert rank.isHidden() == (numbers.method == "inversion")


def test_nothing_begins_before_it_can(qtbot: QtBot, teaching: Teaching, folder: Path) -> None:
    window = teaching.window
    qtbot.waitUntil(lambda: "no picture to learn from" in words(teaching, "teach_verdict"))
    assert not window.train.isEnabled()
    prepare(qtbot, teaching, folder)
    method = window.findChild(QComboBox, "teach_method")
    assert isinstance(method, QComboBox)
    method.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "The class is missing" in words(teaching, "teach_verdict"))
    assert not window.train.isEnabled()


def test_ordinary_words_and_single_pictures_warn(
    qtbot: QtBot, ready: Teaching, runner: FakeRunner
) -> None:
    ready.window.form.word.setText("cat")
    qtbot.waitUntil(lambda: "has a meaning already" in words(ready, "teach_verdict"))
    assert ready.window.train.isEnabled()
    ready.dataset.leave_out(ready.dataset.items[0].picture.path, left_out=True)
    qtbot.waitUntil(lambda: "very few pictures" in words(ready, "teach_verdict"))
    ready.window.form.word.setText("two words")
    qtbot.waitUntil(lambda: "no word to be learned" in words(ready, "teach_verdict"))
    assert not ready.window.train.isEnabled()


def test_memory_is_told_before_the_start(qtbot: QtBot, ready: Teaching, runner: FakeRunner) -> None:
    qtbot.waitUntil(lambda: "2.0 GB of memory, 8.0 GB are free" in words(ready, "teach_memory"))
    asked = sum(isinstance(job, EstimateTraining) for job in runner.jobs)
    ready.window.form.word.setText("<other>")  # costs the same
    qtbot.waitUntil(lambda: ready._verdict is not None and ready._verdict.request.word == "<other>")
    assert sum(isinstance(job, EstimateTraining) for job in runner.jobs) == asked
    ready.window.form.numbers.show_values({"batch": 8})
    qtbot.waitUntil(lambda: sum(isinstance(j, EstimateTraining) for j in runner.jobs) > asked)
    ready.window.show_memory(9_000_000_000, 8_000_000_000)
    assert "may not be enough" in words(ready, "teach_memory")


# The training


def test_a_word_is_learned_and_in_the_prompt(
    qtbot: QtBot, desk: Desk, ready: Teaching, runner: FakeRunner, paths: AppPaths
) -> None:
    desk.workspace.panel.prompt.set_text("red apple")
    with qtbot.waitSignal(desk.lessons.learned) as learned:
        start(qtbot, ready)
    assert learned.args == [paths.concepts / "toy.safetensors"]
    assert desk.workspace.panel.prompt.text() == "red apple, <toy>"
    assert "has learned <toy>" in desk.workspace.messages.text()
    text = desk.workspace.messages.findChild(QTextEdit)
    assert isinstance(text, QTextEdit)
    assert warning_color().name() not in text.toHtml()
    desk.workspace.messages.show_problem("other", Problem("a"))
    assert warning_color().name() in text.toHtml()
    run = ready.window.run
    assert run.text() == "<toy> is learned, and in your prompt"
    assert run.plot.losses == [1 / step for step in range(1, STEPS + 1)]
    assert run.timeline.samples.steps == [0, 4, 8]
    assert ready.window.train.isVisible()  # another one can be begun


def test_the_timeline_scrubs_through_the_samples(qtbot: QtBot, ready: Teaching) -> None:
    start(qtbot, ready)
    qtbot.waitUntil(lambda: ready.course.state is State.DONE)
    run = ready.window.run
    seen: list[int] = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        qtbot.keyClick(run.timeline, key)
        assert len(run.view._views) == 3
        seen.append(run.view._views[0][0].pixelColor(0, 0).red())  # the shade is the step
    assert seen == [0, 4, 8]
    keep = button(ready, "teach_keep")
    assert (keep.text(), keep.isEnabled()) == ("Keep step 8 instead", True)  # 10 is the result
    keep.click()
    qtbot.waitUntil(lambda: keep.text() == "Step 8 is kept")
    assert not keep.isEnabled()
    qtbot.keyClick(run.timeline, Qt.Key.Key_Left)
    assert (keep.text(), keep.isEnabled()) == ("Keep step 4 instead", True)
    assert run.view._views[1][1] == "<toy> in a park"
    qtbot.mouseClick(
        run.timeline, Qt.MouseButton.LeftButton, pos=run.timeline._column(1).center().toPoint()
    )
    assert run.timeline.step() == 4
    assert run.plot._marked == 4
    assert run.timeline.numbered() == [0, 1, 2]
    run.timeline.setFixedWidth(40)  # no room for all of them
    assert run.timeline.numbered() == [1]


def test_pictures_go_between_two_steps(
    qtbot: QtBot, desk: Desk, ready: Teaching, runner: FakeRunner
) -> None:
    desk.workspace.panel.set_state(FormState(prompt="red apple", steps=2, width=64, height=64))
    asked: list[int] = []

    def ask(_moment: object) -> None:
        if len(asked) < 2:
            asked.append(1)
            desk.session.generate()

    ready.course.moment.connect(ask)
    start(qtbot, ready)
    qtbot.waitUntil(lambda: ready.course.state is State.DONE and not desk.session.jobs.pictures())
    kinds = [type(job) for job in runner.jobs if isinstance(job, Train | Generate)]
    assert kinds.count(Generate) == 2
    first, last = kinds.index(Train), len(kinds) - 1 - kinds[::-1].index(Train)
    assert Generate in kinds[first:last]
    assert Generate not in kinds[last:]  # none had to wait for the end


def paused(qtbot: QtBot, teaching: Teaching) -> None:
    """Pause when the samples of step 4 are there."""
    start(qtbot, teaching)
    qtbot.waitUntil(lambda: len(teaching.window.run.timeline.samples.steps) == 2)
    button(teaching, "teach_pause").click()
    qtbot.waitUntil(lambda: teaching.course.state is State.PAUSED)


@pytest.fixture
def held() -> FakeRunner:
    """Stops before step 6 until it is told to go on."""
    return FakeRunner(pause_at=6)


@pytest.fixture
def halfway(qtbot: QtBot, open_desk: OpenDesk, held: FakeRunner, folder: Path) -> Teaching:
    """A training that was paused after step 5."""
    teaching = opened(open_desk(lambda: held))
    prepare(qtbot, teaching, folder)
    paused(qtbot, teaching)
    return teaching


def test_paused_and_gone_on_with(qtbot: QtBot, halfway: Teaching, held: FakeRunner) -> None:
    assert "Paused after step 5. Nothing is lost" in halfway.window.run.text()
    assert isinstance(held.jobs[-1], LeaveTraining)  # it is on disk
    assert held.trained[halfway_folder(halfway)] == 5
    assert not halfway.window.form.isEnabled()
    shell = halfway.window.parentWidget()
    assert shell is not None
    assert shell.windowTitle() == "Teaching <toy>: paused after step 5 – SD Desk"
    titles: list[str] = []
    shell.windowTitleChanged.connect(titles.append)
    held.go_on.set()
    button(halfway, "teach_pause").click()
    qtbot.waitUntil(lambda: halfway.course.state is State.DONE)
    assert halfway.window.run.plot.losses == [1 / step for step in range(1, STEPS + 1)]
    assert halfway.window.form.isEnabled()
    assert f"Teaching <toy>: step 7 of {STEPS} – SD Desk" in titles
    assert shell.windowTitle() == "SD Desk"


def halfway_folder(teaching: Teaching) -> Path:
    task = teaching.course.task
    assert task is not None
    return task.run.folder


def test_stopped_and_the_best_sample_kept(qtbot: QtBot, halfway: Teaching, paths: AppPaths) -> None:
    keep = button(halfway, "teach_keep")
    halfway.window.run.timeline.setValue(0)
    assert not keep.isEnabled()  # before the first step nothing is known
    halfway.window.run.timeline.setValue(1)
    assert keep.text() == "Stop and keep step 4"
    with qtbot.waitSignal(halfway.learned):
        keep.click()
    assert (paths.concepts / "toy.safetensors").read_bytes() == b"after 4"
    assert halfway.course.state is State.DONE
    assert (keep.text(), keep.isEnabled()) == ("Step 4 is kept", False)
    assert unfinished(paths.trainings) == []


def test_keeping_stops_a_running_training(
    qtbot: QtBot, open_desk: OpenDesk, held: FakeRunner, folder: Path, paths: AppPaths
) -> None:
    teaching = opened(open_desk(lambda: held))
    prepare(qtbot, teaching, folder)
    start(qtbot, teaching)
    qtbot.waitUntil(lambda: len(teaching.window.run.timeline.samples.steps) == 2)
    with qtbot.waitSignal(teaching.learned):
        button(teaching, "teach_keep").click()
    assert (paths.concepts / "toy.safetensors").read_bytes() == b"after 4"


def test_a_restart_tells_what_is_unfinished_and_goes_on_with_it(
    qtbot: QtBot, open_desk: OpenDesk, halfway: Teaching
) -> None:
    assert halfway.course.task is not None
    run = halfway.course.task.run
    run.keep(halfway.course.task.request)  # as the real one does, and a checkpoint
    run.checkpoint(5).parent.mkdir(parents=True)
    run.checkpoint(5).write_bytes(b"")
    halfway._workspace.shell.close()
    runner = FakeRunner()
    desk = open_desk(lambda: runner)
    messages = desk.workspace.messages
    qtbot.waitUntil(lambda: "<toy> is not finished" in messages.text())
    assert "step 5 of 10" in messages.text()
    runner.trained[run.folder] = 5
    act = messages.findChild(QAbstractButton, "message_act")
    assert isinstance(act, QAbstractButton)
    act.click()
    teaching = desk.lessons.teaching()
    assert teaching.window.isVisible()
    qtbot.waitUntil(lambda: teaching.course.state is State.DONE)
    assert names(teaching) == ["toy-0.png", "toy-1.png", "toy-2.png"]
    assert "not finished" not in messages.text()
    assert runner.trained[run.folder] == STEPS


def test_a_full_disk_pauses_and_nothing_is_lost(
    qtbot: QtBot, open_desk: OpenDesk, folder: Path
) -> None:
    full = Problem("The disk is full", "writing toy.safetensors", "free some space")
    runner = FakeRunner(problem=full)
    teaching = opened(open_desk(lambda: runner))
    prepare(qtbot, teaching, folder)
    start(qtbot, teaching)
    qtbot.waitUntil(lambda: "The disk is full" in teaching.window.messages.text())
    assert teaching.course.state is State.PAUSED
    runner._problem = None
    button(teaching, "teach_pause").click()
    qtbot.waitUntil(lambda: teaching.course.state is State.DONE)
    assert not teaching.window.messages.text()


def test_an_experiment_begins_by_itself(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, paths: AppPaths
) -> None:
    action = desk.shell.findChild(QAction, "experiment_teach_style")
    assert isinstance(action, QAction)
    action.trigger()
    qtbot.waitUntil(lambda: any(isinstance(job, Train) for job in runner.jobs), timeout=20_000)
    request = trained(runner)
    assert request.style
    assert len(request.pictures) == 12
    assert all(picture.caption for picture in request.pictures)
    form = desk.lessons.teaching().window.form
    assert "of no preset" in form._why.text()


def test_what_goes_on_is_shown_with_its_own_kind(teaching: Teaching) -> None:
    """Numbers of a preset are called so, whichever of the three it is."""
    form = teaching.window.form
    form.choose(DREAMBOOTH, PERSON, "<me>", "person")
    request = form.request(())
    assert request is not None
    form.choose(INVERSION, STYLE, "<ink>")
    form.show_request(request)
    assert form._kind.currentData() == PERSON
    assert form._why.text() == preset(DREAMBOOTH, PERSON).why
    assert form.request(()) == request
    form.choose(INVERSION, PERSON, "<me>")
    form._initialiser.setText("man")
    inverted = form.request(())
    assert inverted is not None
    form.show_request(inverted)
    assert form._why.text() == preset(INVERSION, PERSON).why
    assert form.request(()) == inverted
    form.show_request(replace(request, learning_rate=3e-3))
    assert "of no preset" in form._why.text()


# With the real engine


def real_service(paths: AppPaths) -> Callable[[], JobRunner]:
    def make() -> JobRunner:
        from sddesk.service import Service

        return Service(paths, "cpu")

    return make


@pytest.mark.timeout(300)
def test_from_dropped_pictures_to_a_concept_for_real(
    qtbot: QtBot, open_desk: OpenDesk, folder: Path, paths: AppPaths
) -> None:
    """Learned, left, offered again, gone on with, and used by a picture."""
    from sddesk.core.concepts.reading import read_concept
    from tests.tiny import make_tiny_sd

    make_tiny_sd(paths.models / "tiny")
    desk = open_desk(real_service(paths), Settings(form=FormState(model="tiny", seed=3)))
    teaching = opened(desk)
    prepare(qtbot, teaching, folder)
    teaching.window.form._samples.setPlainText("{word}")
    every = {"sample_every": 20, "checkpoint_every": 40}
    teaching.window.form.numbers.show_values({"steps": 40, **every})
    start(qtbot, teaching)
    run = teaching.window.run
    qtbot.waitUntil(lambda: len(run.plot.losses) >= 2, timeout=LONG)
    button(teaching, "teach_stop").click()
    qtbot.waitUntil(lambda: "<toy>" in words(teaching, "teach_offer"), timeout=LONG)
    (left,) = unfinished(paths.trainings)
    assert read_run(left).word == "<toy>"
    button(teaching, "teach_go_on").click()
    qtbot.waitUntil(lambda: teaching.course.state is State.DONE, timeout=LONG)
    assert not teaching.window.messages.text()
    assert run.timeline.samples.steps == [0, 20, 40]
    assert len(run.plot.losses) == 40
    assert read_concept(paths.concepts / "toy.safetensors").words[0].text == "<toy>"
    qtbot.waitUntil(lambda: "<toy>" in desk.workspace.panel.prompt.text(), timeout=LONG)
