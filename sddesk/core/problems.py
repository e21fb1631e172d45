"""What is told to the user when something does not work: what happened, and what to do."""

import errno
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A message for the user.

    `title` says what happened in a few words, `detail` names the thing it happened to, `hint` says
    what to do. `ours` is true when SD Desk itself is at fault rather than the input.
    """

    title: str
    detail: str = ""
    hint: str = ""
    ours: bool = False

    def what(self) -> str:
        """Title and detail as one line."""
        return one_line(f"{self.title}: {self.detail}" if self.detail else self.title)


class ProblemError(Exception):
    """Raised with a `Problem` wherever the user's input or machine stops the work."""

    def __init__(self, title: str, detail: str = "", hint: str = "", *, ours: bool = False) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.problem = Problem(title, detail, hint, ours)

    @classmethod
    def of(cls, problem: Problem) -> "ProblemError":
        """The exception that carries a problem noted earlier."""
        return cls(problem.title, problem.detail, problem.hint, ours=problem.ours)


class JobCancelled(Exception):
    """Raised inside a job at the moment when the user's cancel is noticed."""


def one_line(text: str) -> str:
    """The text on one line; what a terminal would obey instead of showing it is escaped."""
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)


def disk_problem(error: OSError, doing: str) -> ProblemError:
    """A readable problem for an `OSError` that happened while `doing` (\"writing a.png\")."""
    hints = {
        errno.ENOSPC: ("The disk is full", "free some space or choose another folder"),
        errno.EDQUOT: ("The disk quota is used up", "free some space or choose another folder"),
        errno.EFBIG: (
            "The file is too large for the disk",
            "make it smaller or choose another disk",
        ),
        errno.EACCES: ("No permission", "choose a folder that you may write to"),
        errno.EPERM: ("No permission", "choose a folder that you may write to"),
        errno.EROFS: ("The disk is read-only", "choose a folder that you may write to"),
        errno.ENOENT: ("No such file or folder", "check the path"),
        errno.EISDIR: ("That is a folder, not a file", "name a file"),
        errno.ENOTDIR: ("Part of the path is a file, not a folder", "check the path"),
        errno.EEXIST: ("Part of the path is a file, not a folder", "check the path"),
        errno.ENAMETOOLONG: ("The file name is too long", "choose a shorter name"),
    }
    title, hint = hints.get(error.errno or 0, ("The disk reported an error", "try another folder"))
    return ProblemError(title, f"{doing} ({error.strerror or error})", hint)
