"""What the user reads: results on stdout, all else on stderr, the libraries' chatter in the log."""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from sddesk.core.problems import Problem, disk_problem, one_line


class Console:
    """Two streams of its own: it still speaks while `chatter_to` redirects the process's."""

    def __init__(self, results: TextIO, messages: TextIO) -> None:
        self._results = results
        self._messages = messages
        self._has_bar = False

    @classmethod
    def of_process(cls) -> Self:
        """On copies of this process's stdout and stderr. Paths come out as the bytes they are."""
        return cls(
            _copy(sys.stdout, "utf-8", "surrogateescape"),
            _copy(sys.stderr, getattr(sys.stderr, "encoding", "utf-8"), "backslashreplace"),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the copies; a stream that can take no more has been reported already."""
        for stream in (self._results, self._messages):
            if stream not in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError):
                    stream.close()

    def result(self, line: str) -> None:
        """One result; raises `ProblemError`, or `BrokenPipeError` when nobody reads on."""
        self.clear_bar()
        try:
            self._results.write(line + "\n")
            self._results.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise disk_problem(error, "writing the results") from error

    def say(self, text: str) -> None:
        """One line for the user."""
        self.clear_bar()
        self._write(f"sddesk: {one_line(text)}\n")

    def warn(self, problem: Problem) -> None:
        """A problem that does not stop the work."""
        self.say(f"warning: {_sentence(problem)}")

    def error(self, problem: Problem) -> None:
        """The problem that ended the work."""
        self.say(f"error: {_sentence(problem)}")

    def bar(self, text: str) -> None:
        """Replace the line that shows the progress; nothing unless stderr is a terminal."""
        if self._messages.isatty():
            width = shutil.get_terminal_size().columns - 1
            self._write("\r" + text[:width].ljust(width))
            self._has_bar = True

    def clear_bar(self) -> None:
        """Make room for a line of text."""
        if self._has_bar:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r" + " " * width + "\r")
            self._has_bar = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a closed stderr is no reason to lose pictures
            self._messages.write(text)
            self._messages.flush()


def _sentence(problem: Problem) -> str:
    return f"{problem.what()}; {problem.hint}" if problem.hint else problem.what()


def _copy(stream: TextIO | None, encoding: str, errors: str) -> TextIO:
    """A stream to the same place, which stays there when descriptors 1 and 2 are redirected."""
    if stream is None:  # closed by the caller (`>&-`), or a Windows program without console
        return open(os.devnull, "w", encoding=encoding)
    try:
        descriptor = os.dup(stream.fileno())
    except (OSError, io.UnsupportedOperation):
        return stream
    return open(descriptor, "w", encoding=encoding, errors=errors)


@contextlib.contextmanager
def chatter_to(log: Path) -> Iterator[None]:
    """Whatever Python or C code prints to stdout and stderr goes to the log file instead."""
    with (
        _open_sink(log) as sink,
        contextlib.redirect_stdout(sink),
        contextlib.redirect_stderr(sink),
        _descriptors_to(sink.fileno()),
    ):
        yield


def _open_sink(log: Path) -> TextIO:
    try:
        return log.open("a", buffering=1, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return open(os.devnull, "w", encoding="utf-8")


@contextlib.contextmanager
def _descriptors_to(sink: int) -> Iterator[None]:
    """C code knows no `sys.stdout`: it writes to descriptors 1 and 2."""
    saved: dict[int, int] = {}
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):  # closed by the caller
            saved[descriptor] = os.dup(descriptor)
            os.dup2(sink, descriptor)
    try:
        yield
    finally:
        for descriptor, copy in saved.items():
            os.dup2(copy, descriptor)
            os.close(copy)
