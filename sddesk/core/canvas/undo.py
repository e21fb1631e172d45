"""What can be taken back, and what can be done again, in bounded memory."""

import itertools
from dataclasses import dataclass

from sddesk.core.canvas.editing import Patch, Whole
from sddesk.core.canvas.layers import State

LIMIT = 256 * 2**20  # bytes

_revisions = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One thing that was done: other pixels, another state, or both (the pixels come first).

    `revision` names the drawing after it. Changes of one `kind` in a row are one for the user.
    """

    patch: Patch | Whole | None
    state: State | None
    nbytes: int
    revision: int
    kind: str | None = None


def new_revision() -> int:
    """A number that no other revision has."""
    return next(_revisions)


def held_bytes(one: State, other: State) -> int:
    """Memory that one of two states holds and the other does not: layers, selections."""
    sizes: list[dict[int, int]] = []
    for state in (one, other):
        arrays = {id(layer.pixels): layer.pixels.nbytes for layer in state.layers}
        if state.selection is not None:
            arrays[id(state.selection)] = state.selection.nbytes
        sizes.append(arrays)
    first, second = sizes
    alone = first.keys() ^ second.keys()
    return sum((first | second)[key] for key in alone)


class Undo:
    """Two stacks; the oldest changes are forgotten when both together exceed `limit` bytes."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.done: list[Change] = []
        self.undone: list[Change] = []
        self._limit = limit
        self._base = new_revision()

    @property
    def revision(self) -> int:
        """Names the content as it is now; the same again after undo and redo."""
        return self.done[-1].revision if self.done else self._base

    @property
    def nbytes(self) -> int:
        """The memory taken."""
        return sum(change.nbytes for change in (*self.done, *self.undone))

    def push(self, change: Change) -> None:
        """Remember a change that was just made."""
        self.undone.clear()
        self.done.append(change)
        total = self.nbytes
        while total > self._limit and len(self.done) > 1:
            dropped = self.done.pop(0)
            self._base = dropped.revision
            total -= dropped.nbytes
