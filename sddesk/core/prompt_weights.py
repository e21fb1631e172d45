"""Raising and lowering the weight of words in a prompt, as `(words:1.1)`.

It follows AUTOMATIC1111's webui, `javascript/edit-attention.js`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sddesk.core.concepts.matching import as_seen, occurrences
from sddesk.core.prompt_language import STRONGER, lora_tags, spelled

STEP = 0.1
_TAIL = re.compile(r":\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)")
_WORD = re.compile(r"\w(?:[\w'’\-]*\w)?")


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of what is from `start` to `end`, then select from `mark` on."""

    start: int
    end: int
    text: str
    mark: tuple[int, int]


def changed_weight(
    text: str, start: int, end: int, change: float, words: Collection[str] = ()
) -> Edit | None:
    """How to change the weight of the selection, or of what is around the cursor.

    Around it can be a LoRA's name, brackets, one of the learned `words`, a word; None for nothing.
    """
    for first, last, name, weight in lora_tags(text):
        if first <= start and end <= last:
            return _lora(first, last, name, weight, change)
    if start == end:
        start, end = _around(text, start, words)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end or not _is_balanced(text[start:end]):
        return None
    return _words(text, start, end, change)


def _words(text: str, start: int, end: int, change: float) -> Edit:
    tail = _TAIL.match(text, end)
    inner = text[start:end]
    if start and text[start - 1] == "(" and (tail or text[end : end + 1] == ")"):
        weight = float(tail[1]) if tail else STRONGER
        first, last = start - 1, tail.end() if tail else end + 1
    else:
        weight, first, last = 1.0, start, end
    weight = round(weight + change, 2)
    if weight == 1:
        return Edit(first, last, inner, (first, first + len(inner)))
    return Edit(first, last, f"({inner}:{weight:g})", (first + 1, first + 1 + len(inner)))


def _lora(first: int, last: int, name: str, weight: str | None, change: float) -> Edit | None:
    try:
        number = round((1.0 if weight is None else float(weight)) + change, 2)
    except ValueError:
        return None
    tag = f"<lora:{name}:{number:g}>"
    return Edit(first, last, tag, (first, first + len(tag)))


def _around(text: str, place: int, words: Collection[str]) -> tuple[int, int]:
    """The innermost brackets with a weight around the cursor, else the word there."""
    opened = text.rfind("(", 0, place)
    if opened >= 0:
        tail = _TAIL.search(text, opened)
        if tail and place <= tail.end() and not set("()") & set(text[opened + 1 : tail.start()]):
            return opened + 1, tail.start()
    learned = occurrences(text, {as_seen(spelled(word)) for word in words})
    for match in (*learned, *_WORD.finditer(text)):
        if match.start() <= place <= match.end():
            return match.span()
    return place, place


def _is_balanced(text: str) -> bool:
    """Whether every bracket in it has its other half there too."""
    stack: list[str] = []
    for char in re.sub(r"\\.", "", text):
        if char in "([":
            stack.append(char)
        elif char in ")]" and (not stack or stack.pop() + char not in ("()", "[]")):
            return False
    return not stack
