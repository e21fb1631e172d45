"""What could be meant by the beginning of a word in a prompt."""

from collections.abc import Sequence

_LONGEST = 80  # characters that are looked back
_MOST = 20
_SHORTEST = 2


def completions(before: str, names: Sequence[str]) -> tuple[int, list[str]]:
    """Where in `before`, the text up to the cursor, a name has begun, and which names it could be.

    The longest beginning counts, so that names of several words are found; none: an empty list.
    """
    low = [(name.lower(), name) for name in names]
    tail = before[-_LONGEST:].lower()
    for length in range(len(tail), _SHORTEST - 1, -1):
        typed = tail[-length:]
        if typed[0].isspace() or _is_inside(tail, length):
            continue
        fitting = [name for name_low, name in low if name_low.startswith(typed)]
        if fitting:
            if any(name.lower() == typed for name in fitting):
                return len(before), []
            return len(before) - length, sorted(fitting, key=str.lower)[:_MOST]
    return len(before), []


def _is_inside(tail: str, length: int) -> bool:
    """Whether the last `length` characters begin in the middle of a word."""
    before, first = tail[:-length][-1:], tail[-length]
    return first.isalnum() and (before.isalnum() or before == "_")
