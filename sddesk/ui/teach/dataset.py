"""The pictures to learn from as the window has them: read, changed, and shown as trained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from sddesk.core.problems import Problem, ProblemError
from sddesk.core.training.checks import MOST_PICTURES
from sddesk.core.training.dataset import (
    Entry,
    as_trained,
    pictures_in,
    remarks_on,
    take_in,
)
from sddesk.core.training.values import TrainingPicture
from sddesk.core.values import Picture
from sddesk.ui.background import Background
from sddesk.ui.images import to_image


@dataclass(frozen=True, slots=True)
class Item:
    """A picture of the list; `seen` is what the trainer sees of it, None while that is made."""

    entry: Entry
    left_out: bool = False
    seen: QImage | None = None

    @property
    def picture(self) -> TrainingPicture:
        """The picture as it is trained with."""
        return self.entry.picture


class Dataset(QObject):
    """Reads pictures in the background, one by one, and keeps what the user decides about them.

    Signals:
        changed(): pictures came, went or are used otherwise; see `items`.
        seen(object): the `Path` of a picture of which `Item.seen` is new.
        reading(int): so many files are still to be read.
        failed(object): a `Problem` with something that was dropped.
    """

    changed = Signal()
    seen = Signal(object)
    reading = Signal(int)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: list[Item] = []
        self.side = 512
        self._background = Background(self)
        self._waiting: set[Path] = set()

    def close(self) -> None:
        """The window closes."""
        self._background.close(1)

    def pictures(self) -> tuple[TrainingPicture, ...]:
        """Those that are learned from."""
        return tuple(item.picture for item in self.items if not item.left_out)

    def remarks(self) -> dict[Path, list[Problem]]:
        """What is wrong with each picture that is learned from."""
        found: dict[Path, list[Problem]] = {}
        entries = [item.entry for item in self.items if not item.left_out]
        for remark in remarks_on(entries, self.side):
            for path in remark.paths:
                found.setdefault(path, []).append(remark.problem)
        return found

    def item(self, path: Path) -> Item | None:
        """The one from that file."""
        return next((item for item in self.items if item.picture.path == path), None)

    def take(self, paths: Sequence[Path]) -> None:
        """Add files, and all pictures of folders; what cannot be read is told and skipped."""
        self._background.run(partial(_files, list(paths)), self._begin, self.failed.emit)

    def load(self, pictures: Sequence[TrainingPicture]) -> None:
        """Have these pictures and no others, used as they say."""
        self.items, self._waiting = [], set()
        self.changed.emit()
        self._read({picture.path: picture for picture in pictures})

    def set_side(self, side: int) -> None:
        """The trainer sees squares of `side` pixels."""
        if side == self.side:
            return
        self.side = side
        for item in self.items:
            self._look(item.picture)
        self.changed.emit()

    def change(self, picture: TrainingPicture) -> None:
        """Use the picture of that path as it says now."""
        item = self.item(picture.path)
        if item is None or item.picture == picture:
            return
        self._put(replace(item, entry=replace(item.entry, picture=picture)))
        if item.picture.crop != picture.crop:
            self._look(picture)
        self.changed.emit()

    def leave_out(self, path: Path, *, left_out: bool) -> None:
        """Learn from it no more, or again."""
        item = self.item(path)
        if item is not None and item.left_out != left_out:
            self._put(replace(item, left_out=left_out))
            self.changed.emit()

    def remove(self, path: Path) -> None:
        """Forget a picture; its file stays."""
        self.items = [item for item in self.items if item.picture.path != path]
        self.changed.emit()

    def _begin(self, files: list[Path]) -> None:
        known = {item.picture.path for item in self.items} | self._waiting
        new = [path for path in files if path not in known]
        if len(known) + len(new) > MOST_PICTURES:
            title = self.tr("These are too many pictures to learn one word from")
            hint = self.tr("choose the best, at most {most}; five are often enough")
            count = str(len(known) + len(new))
            self.failed.emit(Problem(title, count, hint.format(most=MOST_PICTURES)))
            return
        self._read(dict.fromkeys(new))

    def _read(self, pictures: dict[Path, TrainingPicture | None]) -> None:
        self._waiting |= set(pictures)
        self.reading.emit(len(self._waiting))
        for path, picture in pictures.items():
            then = partial(self._taken, path, picture)
            self._background.run(partial(_read, path), then, partial(self._not_taken, path))

    def _taken(self, path: Path, picture: TrainingPicture | None, entry: Entry) -> None:
        if path not in self._waiting:  # the list has become another one meanwhile
            return
        self._waiting.discard(path)
        if picture is not None:
            entry = replace(entry, picture=picture)
        self.items.append(Item(entry))
        self._look(entry.picture)
        self.changed.emit()
        self.reading.emit(len(self._waiting))

    def _not_taken(self, path: Path, problem: Problem) -> None:
        self._waiting.discard(path)
        self.reading.emit(len(self._waiting))
        self.failed.emit(problem)

    def _look(self, picture: TrainingPicture) -> None:
        work = partial(as_trained, picture, self.side)
        self._background.run(work, partial(self._looked, picture), self.failed.emit)

    def _looked(self, picture: TrainingPicture, seen: Picture) -> None:
        item = self.item(picture.path)
        if item is not None and item.picture.crop == picture.crop and seen.width == self.side:
            self._put(replace(item, seen=to_image(seen)))
            self.seen.emit(picture.path)

    def _put(self, new: Item) -> None:
        path = new.picture.path
        self.items = [new if item.picture.path == path else item for item in self.items]


def _files(paths: list[Path]) -> list[Path]:
    """Each file once, folders opened."""
    found: list[Path] = []
    for path in paths:
        found += pictures_in(path) if path.is_dir() else [path]
    return list(dict.fromkeys(path.absolute() for path in found))


def _read(path: Path) -> Entry:
    taken = take_in([path])
    if taken.skipped:
        raise ProblemError.of(taken.skipped[0])
    return taken.entries[0]
