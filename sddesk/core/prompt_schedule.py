"""Which words hold at which step: `[from:to:when]` and `[one|other]`, as A1111 publishes them.

The grammar is that of AUTOMATIC1111's webui, wiki "Features", "Prompt editing" and "Alternating
Words"; brackets that fit no rule are text.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sddesk.core.problems import ProblemError

_TOKEN = re.compile(r"\\.|[\[\]():|]|[^\\\[\]():|]+|\\", re.DOTALL)
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*")
_DEEPEST = 200
_OPENERS = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class _Edited:
    """`before` up to and with step `when`, then `after`."""

    before: "_Parts"
    after: "_Parts"
    when: str


@dataclass(frozen=True, slots=True)
class _Alternating:
    """One after the other, a step each."""

    options: tuple["_Parts", ...]


_Node = str | _Edited | _Alternating
_Parts = tuple[_Node, ...]


@dataclass(slots=True)
class _Open:
    """A bracket that waits for its end; lone brackets in it make it text."""

    opener: str
    parts: list[_Node] = field(default_factory=list[_Node])
    separators: list[int] = field(default_factory=list[int])
    lone: bool = False


def schedule(text: str, steps: int) -> list[tuple[int, str]]:
    """The texts of a prompt in the order of the steps, each with the last step that it holds for.

    Steps count from 1; a `when` with a point is a share of all `steps`, one without a step.
    """
    tree = _parse(text)
    ends = sorted({end for end in _ends(tree, steps) if 1 <= end < steps} | {steps})
    made: list[tuple[int, str]] = []
    for end in ends:
        words = "".join(_at(tree, end, steps))
        if made and made[-1][1] == words:
            made.pop()
        made.append((end, words))
    return made


def _parse(text: str) -> _Parts:
    stack = [_Open("")]
    for token in _TOKEN.findall(text):
        if token in ("(", "["):
            stack.append(_Open(token))
            if len(stack) > _DEEPEST:
                raise ProblemError("The prompt's brackets are nested too deeply", text[:100])
        elif token in _OPENERS and stack[-1].opener == _OPENERS[token]:
            closed = stack.pop()
            _close(closed, token, stack[-1])
        else:
            if token in (":", "|") and stack[-1].opener == "[":
                stack[-1].separators.append(len(stack[-1].parts))
            stack[-1].lone |= token in _OPENERS
            stack[-1].parts.append(token)
    while len(stack) > 1:
        unclosed = stack.pop()
        stack[-1].parts += [unclosed.opener, *unclosed.parts]
        stack[-1].lone = True
    return tuple(stack[0].parts)


def _close(closed: _Open, closer: str, outer: _Open) -> None:
    """Add what a bracket came to, its rule or its text, to the one around it."""
    node = None if closed.opener == "(" or closed.lone else _node(closed)
    if node is not None:
        outer.parts.append(node)
        return
    outer.parts += [closed.opener, *closed.parts, closer]
    outer.lone |= closed.lone


def _node(closed: _Open) -> _Node | None:
    """The rule between square brackets, None for mere emphasis."""
    colons = [place for place in closed.separators if closed.parts[place] == ":"]
    if 1 <= len(colons) <= 2:
        when = closed.parts[colons[-1] + 1 :]
        found = _NUMBER.fullmatch("".join(p for p in when if isinstance(p, str)))
        if found is not None and len(when) == 1:
            begin = 0 if len(colons) == 1 else colons[0] + 1
            before = () if len(colons) == 1 else tuple(closed.parts[: colons[0]])
            return _Edited(before, tuple(closed.parts[begin : colons[-1]]), found[1])
    if closed.separators and not colons:
        bounds = [-1, *closed.separators, len(closed.parts)]
        pairs = itertools.pairwise(bounds)
        return _Alternating(tuple(tuple(closed.parts[a + 1 : b]) for a, b in pairs))
    return None


def _ends(parts: _Parts, steps: int) -> Iterator[int]:
    """The steps after which the text changes."""
    for part in parts:
        if isinstance(part, _Edited):
            yield _when(part, steps)
            yield from _ends(part.before + part.after, steps)
        elif isinstance(part, _Alternating):
            yield from range(1, steps + 1)


def _when(part: _Edited, steps: int) -> int:
    number = float(part.when)
    return min(steps, int(number * steps if "." in part.when else number))


def _at(parts: _Parts, step: int, steps: int) -> Iterator[str]:
    """The text at one step."""
    for part in parts:
        if isinstance(part, _Edited):
            chosen = part.before if step <= _when(part, steps) else part.after
            yield from _at(chosen, step, steps)
        elif isinstance(part, _Alternating):
            yield from _at(part.options[(step - 1) % len(part.options)], step, steps)
        else:
            yield part
