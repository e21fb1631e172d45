"""What every test of the window needs: no display, real widgets, no thread left behind."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.settings import Settings
from sddesk.ui.desk import Desk
from sddesk.ui.shell import Shell
from tests.fakes import FakeRunner

OpenDesk = Callable[..., Desk]


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """Everything in a folder of its own; the model in the box is found besides."""
    return app_paths(tmp_path)


@pytest.fixture(autouse=True)
def concept_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No concept ships, so that a test sees its own alone."""
    monkeypatch.setattr(AppPaths, "concept_box", tmp_path / "no concept")


@pytest.fixture
def runner() -> FakeRunner:
    """A runner that makes every picture at once."""
    return FakeRunner()


@pytest.fixture
def open_desk(qtbot: QtBot, paths: AppPaths, runner: FakeRunner) -> Iterator[OpenDesk]:
    """Opens windows, waits until their models are there, and closes them at the end."""
    desks: list[Desk] = []

    def build(
        make_runner: Callable[[], JobRunner] = lambda: runner,
        settings: Settings | None = None,
        files: tuple[Path, ...] = (),
    ) -> Desk:
        shell = Shell()
        shell.restore_place("")
        shell.show()
        desk = Desk(shell, paths, settings or Settings(), make_runner, files)
        desks.append(desk)
        qtbot.waitUntil(lambda: desk.workspace.panel.form.model.ref() is not None)
        return desk

    yield build
    for desk in desks:
        desk.shell.close_unasked()
        assert desk.ended_cleanly


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """An open window with the model in the box."""
    return open_desk()


@pytest.fixture
def doodle(tmp_path: Path) -> Path:
    """A learned word as others train it: a pickle."""
    import torch

    from tests.starter import WIDTH

    folder = tmp_path / "files"
    folder.mkdir()
    torch.save({"Mr Doodle": torch.ones(2, WIDTH)}, folder / "doodle.bin")
    return folder / "doodle.bin"


@pytest.fixture
def ink(doodle: Path) -> Path:
    """A LoRA beside it."""
    import torch
    from safetensors.torch import save_file

    from tests.core.concepts.dialects import lora_tensors
    from tests.starter import WIDTH

    tensors = {
        name: torch.zeros(4, WIDTH) if name.endswith(("to_k.lora_A.weight",)) else tensor
        for name, tensor in lora_tensors("peft").items()
    }
    trigger = {"modelspec.trigger_phrase": "<ink>"}
    save_file(tensors, doodle.with_name("ink.safetensors"), trigger)
    return doodle.with_name("ink.safetensors")


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    running = [o for o in gc.get_objects() if issubclass(type(o), QThread) and _runs(o)]
    assert not running
    left = [t for t in set(threading.enumerate()) - before if not _is_foreign(t)]
    for thread in left:
        thread.join(2)
    assert not [thread for thread in left if thread.is_alive()]


def _runs(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # its C++ half is gone
        return False


def _is_foreign(thread: threading.Thread) -> bool:
    """Threads of Qt that merely ran some Python, and the one that tqdm keeps for ever."""
    return thread.name.startswith(("Dummy", "tqdm_monitor"))
