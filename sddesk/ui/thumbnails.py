"""Small versions of pictures on disk, made in the background and kept while there is room."""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from sddesk.core.problems import Problem
from sddesk.core.values import Picture
from sddesk.ui.background import Background
from sddesk.ui.images import to_image

SIDE = 192  # pixels: enough for 96 at twice the usual density
_MOST = 800  # in memory: about 90 MB
_WAITING = 120  # more than one screen; what was scrolled past is forgotten


class Thumbnails(QObject):
    """Hands out what it has, and loads what it has not, the newest request first.

    Signals:
        ready(): one more is there.
    """

    ready = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._made: OrderedDict[Path, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[Path, None] = OrderedDict()
        self._busy = False

    def pixmap(self, path: Path) -> QPixmap | None:
        """The thumbnail, null if the file cannot be shown; None while it is not known."""
        if path in self._made:
            self._made.move_to_end(path)
            return self._made[path]
        self._wanted[path] = None
        self._wanted.move_to_end(path)
        if len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)
        self._go_on()
        return None

    def forget(self, path: Path) -> None:
        """The file has changed."""
        self._made.pop(path, None)

    def close(self) -> None:
        """Load no more."""
        self._background.close(0)

    def _go_on(self) -> None:
        if self._busy or not self._wanted:
            return
        path, _ = self._wanted.popitem()
        self._busy = True
        self._background.run(
            partial(_load, path), partial(self._keep, path), partial(self._fail, path)
        )

    def _keep(self, path: Path, picture: Picture) -> None:
        self._put(path, QPixmap.fromImage(to_image(picture)))

    def _fail(self, path: Path, problem: Problem) -> None:
        self._put(path, QPixmap())  # its place stays empty, opening it says why

    def _put(self, path: Path, pixmap: QPixmap) -> None:
        self._busy = False
        self._made[path] = pixmap
        if len(self._made) > _MOST:
            self._made.popitem(last=False)
        self.ready.emit()
        self._go_on()


def _load(path: Path) -> Picture:
    from sddesk.core.picture_files import load_thumbnail  # Pillow comes with it

    if path.suffix.lower() in (".ora", ".safetensors"):
        from sddesk.core.sketches import sketch_thumbnail

        return sketch_thumbnail(path, SIDE)
    return load_thumbnail(path, SIDE)
