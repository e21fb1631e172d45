"""The progress bar is for terminals, and a stream that is gone stops nothing else."""

import io
import os

import pytest

from sddesk.cli.console import Console
from sddesk.core.problems import ProblemError


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def flush(self) -> None:
        raise self.error


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_the_bar_stays_on_one_line_and_makes_room_for_text() -> None:
    results, messages = io.StringIO(), Terminal()
    console = Console(results, messages)
    console.bar("x" * 200)
    console.bar("short")
    console.say("a message")
    console.bar("again")
    console.result("a.png")
    assert results.getvalue() == "a.png\n"
    shown = [part.rstrip() for part in messages.getvalue().replace("\n", "\r").split("\r")]
    assert [part for part in shown if part] == [
        "x" * 79,
        "short",
        "sddesk: a message",
        "again",
    ]


def test_no_bar_without_a_terminal() -> None:
    messages = io.StringIO()
    Console(io.StringIO(), messages).bar("50 %")
    assert messages.getvalue() == ""


def test_a_closed_stderr_stops_nothing() -> None:
    results = io.StringIO()
    console = Console(results, Closed(BrokenPipeError()))
    console.say("nobody hears this")
    console.result("a.png")
    assert results.getvalue() == "a.png\n"


def test_stdout_that_takes_nothing() -> None:
    with pytest.raises(BrokenPipeError):
        Console(Closed(BrokenPipeError()), io.StringIO()).result("a.png")
    with pytest.raises(ProblemError, match="The disk is full"):
        Console(Closed(OSError(28, "No space left")), io.StringIO()).result("a.png")


def test_paths_come_out_as_the_bytes_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    name = os.fsdecode(b"gr\xfcn.png")
    with Console.of_process() as console:
        console.result(name)
        console.say(name)
    assert capfdbinary.readouterr() == (b"gr\xfcn.png\n", b"sddesk: gr\\udcfcn.png\n")
