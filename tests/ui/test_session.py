"""From the Generate button to jobs, and from events to what the window shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.messages import (
    Failed,
    Generate,
    ImageSaved,
    Job,
    JobRunner,
    Notice,
    PictureMade,
    Preload,
)
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import FormState, Settings
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner, plain_picture

OpenDesk = Callable[..., Desk]


def child(desk: Desk, name: str) -> QWidget:
    found = desk.shell.findChild(QObject, name)
    assert isinstance(found, QWidget), name
    return found


def click(qtbot: QtBot, desk: Desk, name: str) -> None:
    button = child(desk, name)
    assert isinstance(button, QAbstractButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def status(desk: Desk) -> str:
    return desk.workspace.panel.progress.text()


def wait_ended(qtbot: QtBot, desk: Desk, runner: FakeRunner, pictures: int) -> None:
    def ended() -> bool:
        done = [e for e in runner.ended if any(j.id == e.job for j in made(runner))]
        return len(done) == pictures and not child(desk, "cancel").isEnabled()

    qtbot.waitUntil(ended)


def made(runner: FakeRunner) -> list[Job]:
    return [job for job in runner.jobs if isinstance(job, Generate)]


def test_click_on_generate_submits_what_the_form_says(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, paths: AppPaths
) -> None:
    form = FormState(
        prompt="a red apple",
        negative_prompt="yellow",
        sampler="Euler a",
        steps=7,
        guidance_scale=3.5,
        width=128,
        height=96,
        seed=2**62,
    )
    desk.workspace.panel.set_state(form)
    click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 1)
    (request,) = runner.requests
    assert (request.prompt, request.negative_prompt) == ("a red apple", "yellow")
    assert (request.sampler, request.steps, request.guidance_scale) == ("Euler a", 7, 3.5)
    assert (request.width, request.height, request.seed) == (128, 96, 2**62)
    job = runner.jobs[-1]
    assert isinstance(job, Generate)
    assert job.destination.folder == paths.pictures
    assert job.destination.tape_quota == Settings().tape_quota
    assert "Saved as" in status(desk)


def test_what_the_user_did_not_change_comes_from_the_model(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    model = desk.workspace.panel.form.model.ref()
    assert model is not None
    click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 1)
    (request,) = runner.requests
    shown = (request.width, request.height, request.steps, request.guidance_scale, request.sampler)
    base = model.defaults
    assert shown == (base.width, base.height, base.steps, base.guidance_scale, base.sampler)


def test_the_model_is_loaded_before_the_first_picture_is_asked_for(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    qtbot.waitUntil(lambda: status(desk) == "Ready")
    assert [type(job) for job in runner.jobs] == [Preload]


def test_a_batch_has_seeds_in_a_row(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.workspace.panel.set_state(FormState(seed=41, count=3))
    click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 3)
    assert [request.seed for request in runner.requests] == [41, 42, 43]


def test_a_random_seed_is_drawn_and_shown(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    for _ in range(2):
        click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 2)
    first, second = (request.seed for request in runner.requests)
    assert first != second
    assert desk.workspace.panel.form.seed.text() == str(second)
    assert desk.workspace.panel.state().seed is None


def test_queue_of_five_and_cancelling_the_current_one(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    desk.workspace.panel.set_state(FormState(seed=1, count=5, steps=3))
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: desk.workspace.steps.timeline.maximum() == 1)
    assert "4 more waiting" in status(desk)
    click(qtbot, desk, "cancel")
    qtbot.waitUntil(lambda: "3 more waiting" in status(desk))
    runner.go_on.set()
    wait_ended(qtbot, desk, runner, 5)
    ends = [type(end).__name__ for end in runner.ended[1:]]
    assert ends == ["Cancelled", "Finished", "Finished", "Finished", "Finished"]


def test_escape_cancels_and_shift_escape_cancels_all(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    desk.workspace.panel.set_state(FormState(seed=1, count=5, steps=3))
    desk.shell.activateWindow()
    edit = desk.workspace.panel.prompt.edit
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(made(runner)) == 1)
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(made(runner)) == 2)
    qtbot.keyClick(edit, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: status(desk) == "Cancelled")
    assert len(made(runner)) == 2
    assert edit.toPlainText() == ""


def test_a_cancelled_picture_can_be_followed_by_another(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=2)
    desk = open_desk(lambda: runner)
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: len(made(runner)) == 1)
    click(qtbot, desk, "cancel")
    qtbot.waitUntil(lambda: status(desk) == "Cancelled")
    runner.go_on.set()
    click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 2)
    assert "Saved as" in status(desk)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (FormState(width=60), "Width and height must be multiples of 8"),
        (FormState(sampler="LCM", steps=51), "That number of steps is not possible"),
        (FormState(seed=2**63 - 1, count=2), "The seed is out of range"),
    ],
)
def test_a_value_that_cannot_be_is_told_and_nothing_is_submitted(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, form: FormState, words: str
) -> None:
    desk.workspace.panel.set_state(form)
    click(qtbot, desk, "generate")
    assert words in desk.workspace.messages.text()
    assert child(desk, "messages").isVisible()
    assert not made(runner)
    desk.workspace.panel.set_state(FormState())
    click(qtbot, desk, "generate")
    wait_ended(qtbot, desk, runner, 1)
    assert desk.workspace.messages.text() == ""


def test_a_failed_job_is_told_until_dismissed(qtbot: QtBot, open_desk: OpenDesk) -> None:
    problem = Problem("The disk is full", "writing a.png", "free some space")
    runner = FakeRunner(problem=problem)
    desk = open_desk(lambda: runner)
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: "The disk is full" in desk.workspace.messages.text())
    assert "writing a.png" in desk.workspace.messages.text()
    assert "Free some space" in desk.workspace.messages.text()
    click(qtbot, desk, "dismiss")
    assert not child(desk, "messages").isVisible()


def test_a_runner_that_raises_is_our_fault_and_told(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(lambda: FakeRunner(error=ZeroDivisionError("oh dear")))
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: "oh dear" in desk.workspace.messages.text())
    assert not child(desk, "cancel").isEnabled()


def test_an_engine_that_cannot_be_imported_is_told(qtbot: QtBot, open_desk: OpenDesk) -> None:
    def broken() -> JobRunner:
        raise ImportError("no libtorch here")

    desk = open_desk(broken)
    qtbot.waitUntil(lambda: "no libtorch here" in desk.workspace.messages.text())
    assert status(desk) == "That did not work"


class Scripted:
    """Emits what it is told to, for each generation."""

    def __init__(self, *events: Callable[[Generate], object]) -> None:
        self._events = events

    def run(self, job: Job, emit, cancelled) -> None:
        if not isinstance(job, Generate):
            FakeRunner().run(job, emit, cancelled)
            return
        for event in self._events:
            emit(event(job))


def test_a_notice_is_readable(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = Scripted(lambda job: Notice(job.id, Problem("LCM needs another model", "Starter")))
    desk = open_desk(lambda: runner)
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: "LCM needs another model" in desk.workspace.messages.text())


def test_a_picture_that_could_not_be_saved_can_be_saved_elsewhere(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    from sddesk.core.picture_files import load_picture, read_settings

    picture = plain_picture(64, 64, 77)
    runner = Scripted(
        lambda job: PictureMade(job.id, picture, replace(job.request, seed=5)),
        lambda job: Failed(job.id, Problem("The disk is full")),
    )
    desk = open_desk(lambda: runner)
    assert not desk.workspace.save_action.isEnabled()
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: "The disk is full" in desk.workspace.messages.text())
    assert desk.workspace.save_action.isEnabled()
    target = tmp_path / "saved.png"
    desk.workspace.save_chosen.emit(target)
    qtbot.waitUntil(target.exists)
    assert load_picture(target) == picture
    settings = read_settings(target)
    assert settings is not None
    assert settings["seed"] == 5


def test_saving_elsewhere_copies_the_file_and_tells_a_failure(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    source = tmp_path / "made.png"
    source.write_bytes(b"exactly these bytes")
    runner = Scripted(
        lambda job: PictureMade(job.id, plain_picture(8, 8, 1), job.request),
        lambda job: ImageSaved(job.id, source, None, job.request),
    )
    desk = open_desk(lambda: runner)
    click(qtbot, desk, "generate")
    qtbot.waitUntil(lambda: desk.session.result is not None and bool(desk.session.result.path))
    desk.workspace.save_chosen.emit(tmp_path / "copy.png")
    qtbot.waitUntil((tmp_path / "copy.png").exists)
    assert (tmp_path / "copy.png").read_bytes() == b"exactly these bytes"
    desk.workspace.save_chosen.emit(source / "below-a-file.png")
    qtbot.waitUntil(lambda: "below-a-file.png" in desk.workspace.messages.text())


def test_generate_before_the_models_are_known_waits_for_them(
    qtbot: QtBot, open_desk: OpenDesk, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sddesk.ui.background import Background

    run = Background.run

    def run_later(self: Background, work, then, failed) -> None:
        run(self, work, then, failed)
        if not desks[0].session._models_known:
            desks[0].session.generate()  # the answer cannot be here yet

    desks: list[Desk] = []
    original = Desk.__init__

    def remember(self: Desk, *args: object) -> None:
        desks.append(self)
        original(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "__init__", remember)
    monkeypatch.setattr(Background, "run", run_later)
    open_desk()
    monkeypatch.undo()
    wait_ended(qtbot, desks[0], runner, 1)
