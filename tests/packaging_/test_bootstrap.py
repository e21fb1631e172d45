"""Which commands open a window, what they need for it, and which Pythons are refused."""

import ast
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest
from bootstrap_words import Problem

FILE = Path(bootstrap.__file__)


@pytest.mark.parametrize(
    "line",
    [
        "render --prompt apple",
        "--home somewhere render",
        "--device cpu --home=here models",
        "--help",
        "-h",
        "--version",
        "picture.png --help",
        "train inversion",
        "inspect picture.png",
    ],
)
def test_commands_without_a_window(line: str):
    assert bootstrap.is_headless(line.split())


@pytest.mark.parametrize(
    "line",
    ["", "picture.png", "--home render", "--home here picture.png", "--device cpu", "--home"],
)
def test_commands_with_a_window(line: str):
    assert not bootstrap.is_headless(line.split())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_run_without_display_is_refused_before_anything_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bootstrap, "prepare", lambda kind: pytest.fail("it began to install"))
    assert bootstrap.main(["run", "picture.png"]) == 2
    message = capsys.readouterr().err
    assert "DISPLAY" in message
    assert "render" in message
    assert message.count("\n") == 1


@pytest.mark.parametrize(("args", "code"), [([], 2), (["walk"], 2), (["--help"], 0)])
def test_usage(args: list[str], code: int, capsys: pytest.CaptureFixture[str]):
    assert bootstrap.main(args) == code
    assert "bootstrap.py test" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Problem("no way"), 1, "no way"),
        (Problem("no display", 2), 2, "no display"),
        (PermissionError(13, "Permission denied", "here"), 1, "writable"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def fail(kind: str):
        raise error

    monkeypatch.setattr(bootstrap, "prepare", fail)
    assert bootstrap.main(["run", "models"]) == code
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1


def test_tests_run_offscreen_where_there_is_no_display(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "LINUX", True)
    monkeypatch.setattr(bootstrap, "prepare", lambda kind: None)
    monkeypatch.setattr(bootstrap.os, "environ", environ := {"PATH": ""})
    monkeypatch.setattr(bootstrap.os, "chdir", lambda path: None)
    checked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "require_libraries", lambda _, names: checked.append(names))
    monkeypatch.setattr(bootstrap, "start", lambda program, args: 5 if args[-1] == "-x" else 0)
    assert bootstrap.main(["test", "-x"]) == 5
    assert environ["QT_QPA_PLATFORM"] == "offscreen"
    assert checked == [["offscreen"]]


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_other_pythons_are_refused(version: tuple[int, int]):
    fake = f"import runpy, sys; sys.version_info = {(*version, 0)}; runpy.run_path({str(FILE)!r})"
    result = subprocess.run([sys.executable, "-c", fake], capture_output=True, text=True)
    assert result.returncode == 2
    assert "this is Python {}.{}".format(*version) in result.stderr
    assert result.stderr.count("\n") == 1


def test_old_pythons_can_read_the_file_that_refuses_them():
    ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 7))
