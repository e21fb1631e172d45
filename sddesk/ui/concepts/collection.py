"""All concepts that the window knows, with their switches; their files are read in background."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sddesk.core.concepts.index import (
    ConceptIndex,
    FoundConcept,
    concept_paths,
    without_copies,
)
from sddesk.core.concepts.switched import Switched, comes_on
from sddesk.core.concepts.values import LORA, ConceptCard
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import ConceptSwitch
from sddesk.core.values import ModelRef
from sddesk.ui.background import Background

_PORTION_S = 0.4  # a large folder is shown while it is still being read


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the collection with its switch; `own` ones may be renamed and removed."""

    found: FoundConcept
    own: bool
    on: bool
    weight: float

    @property
    def switched(self) -> Switched | None:
        """What the prompts are looked at with; None for a file that cannot be used."""
        card = self.found.card
        return None if card is None else Switched(card, self.on, self.weight)


class Collection(QObject):
    """Reads the folders, takes files in, renames them and puts them away.

    Signals:
        changed(): a concept came, went or was switched; see `entries`.
        taken(object): the `ConceptCard` of a file that was added just now.
        scanned(): all folders have been looked at.
        undoable(object): the `Path` that `bring_back` would bring back; None for nothing.
        word_wanted(object): the `Path` of a file that does not say its word.
        failed(object): a `Problem`.
    """

    changed = Signal()
    taken = Signal(object)
    scanned = Signal()
    undoable = Signal(object)
    word_wanted = Signal(object)
    failed = Signal(object)

    def __init__(
        self, paths: Callable[[], AppPaths], switches: Sequence[ConceptSwitch], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._index = ConceptIndex(paths().concept_index)
        self._switches = {one.hash: one for one in switches}
        self._found: list[FoundConcept] = []
        self._background = Background(self)
        self._round = 0
        self._trashed: list[tuple[Path, Path]] = []
        self.entries: list[Entry] = []
        self.is_known = False  # whether all folders have been looked at once

    def switches(self) -> list[ConceptSwitch]:
        """Those that the user has set, for the next start."""
        return list(self._switches.values())

    def switched(self) -> list[Switched]:
        """All that can be used."""
        return [one for entry in self.entries if (one := entry.switched) is not None]

    def close(self) -> None:
        """The window closes."""
        self._background.close(1)

    # What the user does

    def set_on(self, card: ConceptCard, *, on: bool) -> None:
        """Switch a concept on or off."""
        self._switch(replace(self._switch_of(card), on=on))

    def switch_loras_off(self, model: ModelRef | None) -> list[str]:
        """That model as it is from now on; the names of those that would have changed it."""
        loras = (one for one in self.switched() if one.on and one.card.kind == LORA)
        on = [one.card for one in loras if model is None or not one.misfit(model)]
        for card in on:
            self.set_on(card, on=False)
        return [card.name for card in on]

    def set_switch(self, switch: ConceptSwitch) -> None:
        """Both at once."""
        self._switch(switch)

    def set_weight(self, card: ConceptCard, weight: float) -> None:
        """How much it counts."""
        self._switch(replace(self._switch_of(card), weight=weight))

    def take_in(self, path: Path, word: str | None = None) -> None:
        """Add a copy of the file or folder; `taken` follows, or `word_wanted`, or `failed`."""
        from sddesk.core.concepts.library import take_in

        work = partial(take_in, path, self._paths().concepts, self._index, word)
        self._background.run(work, self._taken, partial(self._not_taken, path))

    def rename(self, card: ConceptCard, word: str) -> None:
        """Let another word call it."""
        from sddesk.core.concepts.library import rename

        self._background.run(partial(rename, card, word), self._renamed, self.failed.emit)

    def remove(self, entry: Entry) -> None:
        """Put it away; `bring_back` undoes it."""
        from sddesk.core.concepts.library import remove

        path = entry.found.path
        self._background.run(partial(remove, path), partial(self._removed, path), self.failed.emit)

    def bring_back(self) -> None:
        """Undo the last `remove`."""
        from sddesk.core.concepts.library import bring_back

        if self._trashed:
            work = partial(bring_back, *self._trashed.pop())
            self._background.run(work, lambda _: self.scan(), self.failed.emit)
            self._tell_undoable()

    # Reading the folders

    def scan(self) -> None:
        """Look at all folders anew; what is known already shows at once."""
        self._round += 1
        work = partial(_paths_in, self._paths().concept_folders)
        self._background.run(work, partial(self._begin, self._round), self.failed.emit)

    def _begin(self, number: int, paths: list[Path]) -> None:
        self._look(number, [], paths)

    def _look(self, number: int, seen: list[FoundConcept], rest: list[Path]) -> None:
        if number == self._round:
            work = partial(_look_at_some, self._index, rest)
            then = partial(self._looked, number, seen)
            self._background.run(work, then, self.failed.emit)

    def _looked(
        self,
        number: int,
        seen: list[FoundConcept],
        answer: tuple[list[FoundConcept], list[Path]],
    ) -> None:
        more, rest = answer
        seen = seen + more
        if number != self._round:
            return
        if len(seen) >= len(self._found) or not rest:
            self._found = without_copies(seen)
            self._refresh()
        if rest:
            self._look(number, seen, rest)
        else:
            self.is_known = True
            self.scanned.emit()

    # Answers

    def _taken(self, card: ConceptCard) -> None:
        self._put(FoundConcept(card.path, card))
        self.taken.emit(card)

    def _not_taken(self, path: Path, problem: Problem) -> None:
        from sddesk.core.concepts.dialects import NO_WORD

        if problem.title == NO_WORD:
            self.word_wanted.emit(path)
        else:
            self.failed.emit(problem)

    def _renamed(self, card: ConceptCard) -> None:
        self._put(FoundConcept(card.path, card))

    def _removed(self, path: Path, place: Path) -> None:
        self._trashed.append((path, place))
        self._found = [one for one in self._found if one.path != path]
        self._refresh()
        self._tell_undoable()
        self.scan()  # a copy in a folder that is read in place comes forth

    def _tell_undoable(self) -> None:
        self.undoable.emit(self._trashed[-1][0] if self._trashed else None)

    def _put(self, found: FoundConcept) -> None:
        """One more, or another one in its place; the same content elsewhere gives way."""
        assert found.card is not None
        digest = found.card.hash
        others = [one for one in self._found if one.card is None or one.card.hash != digest]
        others = [one for one in others if one.path != found.path]
        self._found = [found, *others]
        self._refresh()

    def _switch(self, switch: ConceptSwitch) -> None:
        self._switches[switch.hash] = switch
        self._refresh()

    def _switch_of(self, card: ConceptCard) -> ConceptSwitch:
        return self._switches.get(card.hash, ConceptSwitch(card.hash, comes_on(card)))

    def _refresh(self) -> None:
        own = self._paths().concepts
        self.entries = [self._entry(found, own) for found in self._found]
        self.changed.emit()

    def _entry(self, found: FoundConcept, own: Path) -> Entry:
        if found.card is None:
            return Entry(found, found.path.parent == own, on=False, weight=1.0)
        switch = self._switch_of(found.card)
        return Entry(found, found.path.parent == own, switch.on, switch.weight)


def _paths_in(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders for path in concept_paths(folder)]


def _look_at_some(
    index: ConceptIndex, paths: Sequence[Path]
) -> tuple[list[FoundConcept], list[Path]]:
    """As many as a moment allows, and those that are left."""
    end = time.monotonic() + _PORTION_S
    found: list[FoundConcept] = []
    while len(found) < len(paths) and (not found or time.monotonic() < end):
        found.append(index.look_at(paths[len(found)]))
    rest = list(paths[len(found) :])
    if not rest:
        index.save()
    return found, rest
