"""Which pictures branched from which: read from the settings that each of them carries."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sddesk.core.json_objects import parse_object
from sddesk.core.picture_files import read_metadata
from sddesk.core.problems import ProblemError
from sddesk.core.tapes import TAPE_SUFFIX

_MOST = 300  # pictures of one seed that are looked at, the newest ones
_NAMES = {
    "prompt": "prompt",
    "negative_prompt": "negative",
    "guidance_scale": "guidance",
    "guidance_rescale": "guidance-rescale",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A picture of a family; the first `kept` steps are those of `parent`.

    `changes` are the settings in which it differs from its parent, by the names of grid axes.
    """

    path: Path
    parent: Path | None
    kept: int
    steps: int
    changes: tuple[tuple[str, str], ...]


def family(path: Path) -> tuple[Member, ...]:
    """The picture at `path`, its ancestors and all that branched from them, parents first.

    Only `path`'s folder is looked at, and in it what has the seed in its name as SD Desk's pictures
    do: a branch keeps its seed. Raises `ProblemError` if `path` itself cannot be read.
    """
    own = _settings(path)
    if own is None:
        return (Member(path, None, 0, 0, ()),)
    known: dict[Path, dict[str, Any]] = {path: own}
    for other in _with_seed(path.parent, own.get("seed")):
        settings = None if other in known else _quietly(other)
        if settings is not None:
            known[other] = settings
    root = path
    while (parent := _parent(root, known)) is not None and parent != path:
        root = parent
    return tuple(_descent(root, known, set()))


def _descent(path: Path, known: dict[Path, dict[str, Any]], seen: set[Path]) -> list[Member]:
    """The member and all below it; `seen` guards against settings that lie in a circle."""
    seen.add(path)
    children = [p for p in sorted(known) if p not in seen and _parent(p, known) == path]
    below = [m for child in children if child not in seen for m in _descent(child, known, seen)]
    return [_member(path, known), *below]


def _member(path: Path, known: dict[Path, dict[str, Any]]) -> Member:
    settings, parent = known[path], _parent(path, known)
    before = {} if parent is None else known[parent]
    changes = tuple(
        (name, str(settings.get(key)).removesuffix(".0"))
        for key, name in _NAMES.items()
        if parent is not None and settings.get(key) != before.get(key)
    )
    kept = settings["branch"]["step"] if parent is not None else 0
    return Member(path, parent, int(kept), int(settings.get("steps", 0)), changes)


def _parent(path: Path, known: dict[Path, dict[str, Any]]) -> Path | None:
    branch = known[path].get("branch")
    if not isinstance(branch, dict):
        return None
    name = str(branch.get("tape", "")).removesuffix(TAPE_SUFFIX)  # type: ignore[reportUnknown]
    parent = path.with_name(f"{name}.png") if name and "/" not in name else None
    return parent if parent in known and parent != path else None


def _with_seed(folder: Path, seed: Any) -> list[Path]:
    if not isinstance(seed, int):
        return []
    named = re.compile(rf"-{seed}(-\d+)?\.png$")
    try:
        found = [path for path in folder.glob("[!.]*.png") if named.search(path.name)]
    except OSError:
        return []
    return sorted(found, reverse=True)[:_MOST]


def _settings(path: Path) -> dict[str, Any] | None:
    text = read_metadata(path).get("sddesk")
    if text is None:
        return None
    try:
        return parse_object(text)
    except ValueError:
        return None


def _quietly(path: Path) -> dict[str, Any] | None:
    try:
        return _settings(path)
    except ProblemError:  # damaged: no branch of it is known
        return None
