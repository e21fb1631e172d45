"""The worker: order, cancelling, ending, and runners that misbehave."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sddesk.core.messages import (
    Cancelled,
    Destination,
    Event,
    Failed,
    Finished,
    Generate,
    Job,
    JobRunner,
    StepDone,
)
from sddesk.core.problems import Problem
from sddesk.core.values import GenerationRequest, ModelRef
from sddesk.ui.worker import Worker
from tests.fakes import FakeRunner

MODEL = ModelRef("M", Path("m"), "sd", 8, "f")


def job(number: int) -> Generate:
    request = GenerationRequest(
        model=MODEL,
        prompt="",
        seed=number,
        steps=3,
        guidance_scale=1,
        sampler="DDIM",
        width=8,
        height=8,
    )
    return Generate(number, request, Destination(Path()))


class Watched:
    """A running worker and the events it sent."""

    def __init__(self, make_runner: Callable[[], JobRunner]) -> None:
        self.events: list[Event] = []
        self.worker = Worker(make_runner)
        self.worker.happened.connect(self.events.append)
        self.worker.start()

    def ends(self) -> list[Event]:
        return [e for e in self.events if isinstance(e, Finished | Cancelled | Failed)]


@pytest.fixture
def watch() -> Iterator[Callable[[Callable[[], JobRunner]], Watched]]:
    started: list[Watched] = []

    def start(make_runner: Callable[[], JobRunner]) -> Watched:
        started.append(Watched(make_runner))
        return started[-1]

    yield start
    for watched in started:
        assert watched.worker.close(5000)


def test_jobs_run_in_order_on_one_runner_built_in_the_thread(qtbot: QtBot, watch) -> None:
    built: list[int] = []

    def make() -> FakeRunner:
        built.append(threading.get_ident())
        return FakeRunner()

    watched = watch(make)
    for number in range(5):
        watched.worker.submit(job(number))
    qtbot.waitUntil(lambda: len(watched.ends()) == 5)
    assert watched.ends() == [Finished(number) for number in range(5)]
    assert len(built) == 1
    assert built[0] != threading.get_ident()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt's own priorities do it")
def test_its_thread_and_those_begun_in_it_let_the_window_go_first(qtbot: QtBot, watch) -> None:
    niceness: list[int] = []

    def note() -> None:
        niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    def make() -> FakeRunner:
        note()
        inner = threading.Thread(target=note)  # as torch begins its own
        inner.start()
        inner.join()
        return FakeRunner()

    note()
    watched = watch(make)
    watched.worker.submit(job(1))
    qtbot.waitUntil(lambda: len(watched.ends()) == 1)
    window, worker, inner = niceness
    assert window < worker == inner


def test_cancel_stops_the_running_and_the_waiting_job(qtbot: QtBot, watch) -> None:
    runner = FakeRunner(pause_at=2)
    watched = watch(lambda: runner)
    for number in (1, 2, 3):
        watched.worker.submit(job(number))
    qtbot.waitUntil(lambda: any(isinstance(e, StepDone) for e in watched.events))
    watched.worker.cancel(2)
    watched.worker.cancel(1)
    qtbot.waitUntil(lambda: len(watched.ends()) == 2)
    assert watched.ends() == [Cancelled(1), Cancelled(2)]
    runner.go_on.set()
    qtbot.waitUntil(lambda: len(watched.ends()) == 3)
    assert watched.ends()[2] == Finished(3)
    assert [made.id for made in runner.jobs] == [1, 3]


def test_cancelling_what_is_over_or_unknown_does_nothing(qtbot: QtBot, watch) -> None:
    watched = watch(FakeRunner)
    watched.worker.submit(job(1))
    qtbot.waitUntil(lambda: len(watched.ends()) == 1)
    watched.worker.cancel(1)
    watched.worker.cancel(99)
    watched.worker.submit(job(2))
    qtbot.waitUntil(lambda: watched.ends() == [Finished(1), Finished(2)])


def test_a_runner_that_raises_fails_the_job_and_the_next_one_runs(qtbot: QtBot, watch) -> None:
    class Broken:
        def run(self, job: Job, emit, cancelled) -> None:
            if job.id == 1:
                raise ZeroDivisionError("oh")
            emit(Finished(job.id))

    watched = watch(Broken)
    watched.worker.submit(job(1))
    watched.worker.submit(job(2))
    qtbot.waitUntil(lambda: len(watched.ends()) == 2)
    failed = watched.ends()[0]
    assert isinstance(failed, Failed)
    assert failed.problem.ours
    assert "oh" in failed.problem.detail
    assert watched.ends()[1] == Finished(2)


def test_a_factory_that_cannot_import_torch_fails_the_job(qtbot: QtBot, watch) -> None:
    def make() -> JobRunner:
        raise ImportError("libtorch_cpu.so: cannot open shared object file")

    watched = watch(make)
    watched.worker.submit(job(1))
    qtbot.waitUntil(lambda: len(watched.ends()) == 1)
    failed = watched.ends()[0]
    assert isinstance(failed, Failed)
    problem: Problem = failed.problem
    assert problem.ours
    assert "libtorch_cpu.so" in problem.detail


def test_close_cancels_everything_and_ends_the_thread(qtbot: QtBot, watch) -> None:
    runner = FakeRunner(pause_at=1)
    watched = watch(lambda: runner)
    for number in range(5):
        watched.worker.submit(job(number))
    qtbot.waitUntil(lambda: len(runner.jobs) == 1)
    assert watched.worker.close(5000)
    assert not watched.worker.isRunning()
    assert len(runner.jobs) == 1


def test_close_gives_up_on_a_thread_that_hangs(qtbot: QtBot) -> None:
    inside, hang = threading.Event(), threading.Event()

    def make() -> JobRunner:
        inside.set()
        hang.wait(10)
        return FakeRunner()

    worker = Worker(make)
    worker.start()
    worker.submit(job(1))
    assert inside.wait(5)
    assert not worker.close(100)
    hang.set()
    assert worker.close(5000)
