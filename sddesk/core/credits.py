"""Whose work ships in the program, under which licence."""

import json
from dataclasses import dataclass

from sddesk.core.paths import RESOURCES


@dataclass(frozen=True, slots=True)
class Credit:
    """A work by others, and what it is used for: "model" or "icons"."""

    used_for: str
    work: str
    by: str
    licence: str
    page: str
    licence_page: str


def credits() -> tuple[Credit, ...]:
    """All works by others, as the one list of them says."""
    rows: list[dict[str, str]] = json.loads((RESOURCES / "credits.json").read_text("utf-8"))
    return tuple(Credit(**row) for row in rows)
