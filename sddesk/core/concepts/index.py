"""Which concepts lie in the folders, as cards; files that have not changed are not read again."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sddesk.core.concepts.reading import LEARNED, SUFFIXES, read_concept
from sddesk.core.concepts.values import ConceptCard
from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import Problem, ProblemError

VERSION = 2
_MOST = 50_000  # files; who points at a whole disk does not wait for ever
_State = tuple[int, int]  # size and time of the last change


@dataclass(frozen=True, slots=True)
class FoundConcept:
    """A file of a folder: what it is, or the `problem` that makes it unusable."""

    path: Path
    card: ConceptCard | None
    problem: Problem | None = None


class ConceptIndex:
    """Looks at concept files; remembers what it saw in `file`, a cache that may be deleted."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: dict[str, tuple[_State, FoundConcept]] | None = None
        self._changed = False

    def look_at(self, path: Path) -> FoundConcept:
        """What the file or folder at `path` is, bad ones included."""
        seen = self._seen = _load(self._file) if self._seen is None else self._seen
        state = _state(path)
        known = seen.get(str(path))
        if known is not None and known[0] == state:
            return known[1]
        try:
            found = FoundConcept(path, read_concept(path).card)
        except ProblemError as error:
            found = FoundConcept(path, None, error.problem)
        seen[str(path)] = (state, found)
        self._changed = True
        return found

    def save(self) -> None:
        """Remember it for the next start, but for files that are gone; a full disk is no matter."""
        if self._seen is None or not self._changed:
            return
        entries = {
            path: {"state": state, "card": _card_values(found.card), "problem": found.problem}
            for path, (state, found) in self._seen.items()
            if os.path.lexists(path)
        }
        data = {"version": VERSION, "files": entries}
        try:
            write_bytes_atomically(self._file, json.dumps(data, default=asdict).encode())
        except ProblemError:
            return
        self._changed = False


def find_concepts(folders: Sequence[Path], index: ConceptIndex) -> list[FoundConcept]:
    """All that lies in the folders, in their order; the same file twice counts once."""
    found = [index.look_at(path) for folder in folders for path in concept_paths(folder)]
    index.save()
    return without_copies(found)


def without_copies(found: Sequence[FoundConcept]) -> list[FoundConcept]:
    """Each file's content once, where it was found first."""
    hashes: set[str] = set()
    kept: list[FoundConcept] = []
    for one in found:
        if one.card is None or one.card.hash not in hashes:
            kept.append(one)
        if one.card is not None:
            hashes.add(one.card.hash)
    return kept


def concept_paths(folder: Path) -> list[Path]:
    """Files that could be concepts, and folders of the concepts library, below `folder`, by name.

    Links to other folders are not followed, hidden ones are left out.
    """
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if set(LEARNED) & set(files) and Path(place) != folder:
            found.append(Path(place))
            folders.clear()
            continue
        names = [name for name in files if name.endswith(SUFFIXES) and not name.startswith(".")]
        found += [Path(place, name) for name in sorted(names)]
        if len(found) > _MOST:
            break
    return found[:_MOST]


def folders_in(folder: Path) -> list[Path]:
    """The folder itself, or, in A1111's own, those where it keeps concepts."""
    inner = [folder / "embeddings", folder / "models" / "Lora"]
    return [path for path in inner if path.is_dir()] or [folder]


def _state(path: Path) -> _State:
    try:
        about = path.stat()
        if path.is_dir():
            about = next((path / name).stat() for name in LEARNED if (path / name).exists())
    except (OSError, ValueError, StopIteration):
        return (-1, -1)
    return about.st_size, about.st_mtime_ns


def _load(file: Path) -> dict[str, tuple[_State, FoundConcept]]:
    """What was seen before; a cache that cannot be read is made anew."""
    try:
        data = parse_object(file.read_bytes())
        if data["version"] != VERSION:
            return {}
        entries = cast(dict[str, dict[str, Any]], data["files"])
        return {path: _entry(Path(path), values) for path, values in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _entry(path: Path, values: dict[str, Any]) -> tuple[_State, FoundConcept]:
    size, changed = values["state"]
    card, problem = values["card"], values["problem"]
    known = None if card is None else _card(card)
    told = None if problem is None else Problem(**problem)
    return (int(size), int(changed)), FoundConcept(path, known, told)


def _card(values: dict[str, Any]) -> ConceptCard:
    lists = {name: tuple(values[name]) for name in ("words", "widths")}
    known: dict[str, Any] = {**values, **lists, "path": Path(values["path"])}
    return ConceptCard(**known)


def _card_values(card: ConceptCard | None) -> dict[str, Any] | None:
    return None if card is None else {**asdict(card), "path": str(card.path)}
