"""What the user is told fits on one line and says what to do."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sddesk.core.problems import Problem, ProblemError, disk_problem, one_line


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.isprintable()


def test_one_line_keeps_words_and_shows_what_terminals_would_obey() -> None:
    assert one_line("a\n  b\tc  ") == "a b c"
    assert one_line("grün ☂ 東") == "grün ☂ 東"
    assert one_line("\x1b[31mred\x07") == r"\x1b[31mred\x07"
    assert one_line("a\udcffb") == r"a\udcffb"


def test_what() -> None:
    assert Problem("Title").what() == "Title"
    assert Problem("Title", "detail\nof two lines").what() == "Title: detail of two lines"


def test_the_error_carries_its_problem() -> None:
    error = ProblemError("Title", "detail", "hint", ours=True)
    assert error.problem == Problem("Title", "detail", "hint", ours=True)
    assert str(error) == "Title: detail"


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EFBIG, errno.EACCES, errno.ENOENT, errno.EIO, None]
)
def test_every_disk_problem_names_the_deed_and_a_way_out(number: int | None) -> None:
    error = OSError("odd") if number is None else OSError(number, os.strerror(number))
    problem = disk_problem(error, "writing a.png").problem
    assert "writing a.png" in problem.detail
    assert problem.title
    assert problem.hint
    assert not problem.ours
