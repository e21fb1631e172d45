"""The tree from the first sketch to the last picture: who was made from whom."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sddesk.core.history import HistoryIndex, Kin
from sddesk.core.sketches import sketch_file
from sddesk.core.tapes import TAPE_SUFFIX, tape_beside

MOST = 500  # nodes of one tree


@dataclass(frozen=True, slots=True)
class Node:
    """A picture, or a sketch; `parent` is the place of its parent in the list, None for the root.

    `path` is the picture's file; of a sketch its drawing, else a tape that has it, None if both are
    gone. `sketch` is the file with the drawing that a picture was made from.
    """

    path: Path | None
    parent: int | None
    is_sketch: bool = False
    prompt: str = ""
    seed: str = ""
    sketch: Path | None = None
    branched: bool = False


@dataclass(frozen=True, slots=True)
class _Key:
    """A picture by its name, or a sketch by its hash and by the picture that it was drawn over."""

    name: str = ""
    sketch: str = ""
    over: str = ""


def ancestry(index: HistoryIndex, path: Path) -> tuple[Node, ...]:
    """The tree that the picture at `path` belongs to, parents first; empty if it is not indexed."""
    try:
        start = index.named(path.relative_to(index.folder).as_posix())
    except ValueError:
        return ()
    if not start:
        return ()
    return tuple(_Tree(index).grown_from(start[0]))


class _Tree:
    """Finds parents one by one, and children by turning all parents around."""

    def __init__(self, index: HistoryIndex) -> None:
        self._index = index
        self._by_own: dict[str, list[Kin]] = {}
        self._kin: dict[str, Kin] = {}
        self._children: defaultdict[_Key, list[_Key]] = defaultdict(list)

    def grown_from(self, start: Kin) -> Iterator[Node]:
        """All nodes of the tree, parents first."""
        for kin in (*self._index.descended(), start):
            self._put(kin)
        root, seen = _Key(start.name), set[_Key]()
        while root not in seen:  # settings that lie in a circle end it
            seen.add(root)
            root = self._parent(root) or root
        places: dict[_Key, int] = {}
        waiting: list[tuple[_Key, int | None]] = [(root, None)]
        while waiting and len(places) < MOST:
            key, parent = waiting.pop()
            if key in places:
                continue
            places[key] = len(places)
            yield self._node(key, parent)
            waiting += [(child, places[key]) for child in reversed(self._children[key])]

    def _put(self, kin: Kin) -> None:
        key = _Key(kin.name)
        self._kin[kin.name] = kin
        while (parent := self._parent(key)) is not None and key not in self._children[parent]:
            self._children[parent].append(key)
            key = parent

    def _parent(self, key: _Key) -> _Key | None:
        if key.sketch:
            return _Key(key.over) if key.over else None
        kin = self._kin[key.name]
        branched = self._branched_from(kin)
        if branched is not None or not kin.parent:
            return branched
        made_of = self._picture(kin.parent, besides=kin)
        if made_of is not None:
            return made_of
        over = (self._picture(origin, besides=kin) for origin in reversed(kin.origins))
        return _Key(sketch=kin.parent, over=next((k.name for k in over if k is not None), ""))

    def _branched_from(self, kin: Kin) -> _Key | None:
        """The picture whose tape it goes on from, if it is still there."""
        if not kin.tape.endswith(TAPE_SUFFIX):
            return None
        folder = kin.name.rpartition("/")[0]
        stem = kin.tape.removesuffix(TAPE_SUFFIX)
        found = self._index.named(f"{folder}/{stem}.png" if folder else f"{stem}.png")
        return self._known(found[0]) if found and found[0].name != kin.name else None

    def _picture(self, own: str, besides: Kin) -> _Key | None:
        """The first picture with these pixels that is not that one itself."""
        if own not in self._by_own:
            self._by_own[own] = self._index.kin(own)
        others = (kin for kin in self._by_own[own] if kin.name != besides.name)
        return next((self._known(kin) for kin in others), None)

    def _known(self, kin: Kin) -> _Key:
        self._kin[kin.name] = kin
        return _Key(kin.name)

    def _node(self, key: _Key, parent: int | None) -> Node:
        folder = self._index.folder
        if key.sketch:
            return Node(self._sketch_of(key.sketch, self._children[key]), parent, is_sketch=True)
        kin = self._kin[key.name]
        sketch = self._sketch_of(kin.parent, [key]) if kin.parent else None
        branched = self._branched_from(kin) is not None
        return Node(folder / kin.name, parent, False, kin.prompt, kin.seed, sketch, branched)

    def _sketch_of(self, pixel_hash: str, pictures: list[_Key]) -> Path | None:
        """The drawing; without it the tape of a picture that was made from it."""
        folder = self._index.folder
        kept = sketch_file(folder, pixel_hash)
        tapes = [tape_beside(folder / key.name) for key in pictures if key.name]
        return next((path for path in (kept, *tapes) if path is not None and path.is_file()), None)
