"""Two starts with the same files: one window, which gets what the second was to open."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from sddesk.core.problems import ProblemError
from sddesk.ui import single_instance
from sddesk.ui.single_instance import SingleInstance

OFFSCREEN = "This plugin does not support propagateSizeHints()\n"
ROOT = Path(__file__).resolve().parents[2]


def start(home: Path, *files: str) -> "subprocess.Popen[str]":
    """The real program, where `files` are relative to `home`."""
    return subprocess.Popen(
        [sys.executable, "-m", "sddesk", "--home", str(home), *files],
        cwd=home,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_start_hands_its_files_over_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.is_first()
    first.listen()
    for name in ("a picture.png", "dräwing.ora"):
        (tmp_path / name).touch()
    with qtbot.waitSignal(first.asked, timeout=60_000) as asked:
        second = start(tmp_path, "a picture.png", "dräwing.ora")
    assert asked.args == [[tmp_path / "a picture.png", tmp_path / "dräwing.ora"]]
    assert second.wait(30) == 0
    assert second.communicate()[1].replace(OFFSCREEN, "") == ""
    other = SingleInstance(tmp_path / "elsewhere")
    assert other.is_first()
    other.close()
    first.close()


def test_the_lock_goes_with_its_window(tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    assert not second.is_first()
    first.close()
    assert second.is_first()
    second.close()


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_a_killed_window_leaves_no_lock_that_holds(tmp_path: Path) -> None:
    hold = "from pathlib import Path; from sddesk.ui.single_instance import SingleInstance as S\n"
    hold += "import sys; s = S(Path(sys.argv[1])); print(s.is_first(), flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    assert not SingleInstance(tmp_path).is_first()
    process.kill()
    process.communicate()
    after = SingleInstance(tmp_path)
    assert after.is_first()
    after.close()


def test_a_window_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "_PATIENCE_S", 0)
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    with pytest.raises(ProblemError, match="does not answer") as error:
        second.hand_over([])
    assert str(os.getpid()) in error.value.problem.detail
    assert "running.lock" in error.value.problem.hint
    first.close()


@pytest.mark.parametrize("nonsense", [b"hello\n", b"[]\n", b"{}\n", json.dumps(7).encode() + b"\n"])
def test_nonsense_is_not_taken_for_files(qtbot: QtBot, tmp_path: Path, nonsense: bytes) -> None:
    first = SingleInstance(tmp_path)
    assert first.is_first()
    first.listen()
    asked: list[object] = []
    first.asked.connect(asked.append)
    socket = QLocalSocket()
    with qtbot.waitSignal(socket.disconnected):
        socket.connectToServer(first._name())
        socket.write(nonsense)
    assert asked == []
    first.close()
