"""Choices in a prompt, `{one|other}` and `__file__`, which the seed makes."""

import hashlib
import heapq
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.prompt_language import without_comments

_INNERMOST = re.compile(r"(?<!\\)\{([^{}]*\|[^{}]*)\}")
_FILE = re.compile(r"__([A-Za-z0-9](?:[\w\- ]*[A-Za-z0-9])?(?:/[\w\-]+)*)__")
_MOST = 1000  # choices in one prompt: files can name each other
_MEASURED = 50  # lines of a file
_MAX_FILE = 4 * 1024 * 1024  # bytes


def has_choices(text: str) -> bool:
    """Whether the seed decides about the words."""
    return bool(_INNERMOST.search(text) or _FILE.search(text))


def named_files(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and name of each `__name__`."""
    for match in _FILE.finditer(text):
        yield match.start(), match.end(), match[1]


def chosen(text: str, seed: int, folder: Path) -> str:
    """The text with every choice made as `seed` wants it, the same on every machine.

    `__name__` stands for a line of `name.txt` in `folder`. Raises `ProblemError` for a file that is
    missing, empty, or names itself.
    """
    for number in range(_MOST):
        braces, file = _INNERMOST.search(text), _FILE.search(text)
        found = braces or file
        if found is None:
            return text
        options = found[1].split("|") if braces else _lines(folder, found[1])
        choice = options[_number(seed, number) % len(options)]
        text = text[: found.start()] + choice + text[found.end() :]
    raise _never_ending(text)


def longest(text: str, folder: Path, size: Callable[[str], int]) -> str:
    """The text with the choice of the greatest `size` made everywhere, whatever the seed.

    Of a file's lines the longest ones are measured. Raises `ProblemError` as `chosen` does.
    """
    for _ in range(_MOST):
        file, braces = _FILE.search(text), _INNERMOST.search(text)
        found = file or braces  # the other way round, so that braces hold whole words
        if found is None:
            return text
        options = _long_lines(folder, found[1]) if file else found[1].split("|")
        text = text[: found.start()] + max(options, key=size) + text[found.end() :]
    raise _never_ending(text)


def _never_ending(text: str) -> ProblemError:
    hint = "does a file name itself?"
    return ProblemError("The prompt's wildcards never end", text[:100], hint)


def _long_lines(folder: Path, name: str) -> list[str]:
    return heapq.nlargest(_MEASURED, _lines(folder, name), key=len)


def _number(seed: int, number: int) -> int:
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


def _lines(folder: Path, name: str) -> list[str]:
    path = folder / f"{name}.txt"
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_FILE).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise disk_problem(error, f"reading the wildcard {path}") from error
    lines = [line.strip() for line in without_comments(text).splitlines() if line.strip()]
    if not lines:
        raise ProblemError("The wildcard's file is empty", str(path), "write one choice per line")
    return lines
