"""The file of the drawing: saved under a name, begun anew, and asked about before it is left."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from sddesk.core.canvas.exporting import DRAWING, can_hold, save_drawing
from sddesk.core.canvas.snapshots import Snapshot
from sddesk.ui.background import Background
from sddesk.ui.canvas.studio import Studio

_Buttons = QMessageBox.StandardButton


class DrawingFile(QObject):
    """Knows which file the drawing belongs to; `window` is the parent of its dialogs.

    Signals:
        changed(): it is another file now, or it holds another state of the drawing.
        failed(object): the `Problem` that kept the drawing from being saved.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, studio: Studio, window: QWidget, begin: Callable[[], None]) -> None:
        super().__init__(window)
        self._studio, self._window, self._begin = studio, window, begin
        self.path: Path | None = None
        self._background = Background(self)
        self._returning = -1  # the revision that is here again at the next start, as everyone knows
        self._kept: set[int] = set()  # revisions that the lineage can bring back
        self._question: QMessageBox | None = None
        studio.restructured.connect(self.changed)
        studio.replaced.connect(self._replaced)

    def title(self) -> str:
        """The file's name, with a star while it does not hold all of the drawing."""
        name = "" if self.path is None else self.path.name
        return f"{name}*" if name and self._studio.unsaved else name

    def belongs_to(self, path: Path) -> None:
        """The drawing was read from that file just now."""
        self.path = path if path.suffix.lower() == DRAWING else None
        self._studio.mark_saved(self._studio.document.revision)
        self.changed.emit()

    def belonged_to(self, path: Path | None) -> None:
        """The drawing was brought back from the last time, when it belonged to that file."""
        self.path = path
        self.changed.emit()

    def belongs_to_nobody(self) -> None:
        """The drawing comes from the lineage, which has it, and from no file of the user."""
        self.path = None
        self.keep(self._studio.document.revision)
        self.changed.emit()

    def keep(self, revision: int) -> None:
        """The drawing of that revision can be had back even if no file of the user has it."""
        self._kept.add(revision)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Write the drawing to its file, which the user chooses if there is none yet."""
        if self.path is None:
            self.save_as(then)
        else:
            self.write(self.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Let the user choose a file, and write it."""
        dialog = QFileDialog(self._window, self.tr("Save drawing as"), str(Path.home()))
        dialog.setObjectName("save_drawing")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ora, png = self.tr("Drawing with its layers (*.ora)"), self.tr("Picture (*.png)")
        dialog.setNameFilters([ora, png])
        dialog.setDefaultSuffix("ora")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("png" if chosen == png else "ora")
        )
        dialog.selectFile(self.tr("drawing.ora") if self.path is None else str(self.path))
        dialog.fileSelected.connect(lambda name: self.write(Path(name), then))
        dialog.open()

    def write(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the drawing there in the background; `then` is called if that went well."""
        self._studio.settling.settled(partial(self._write, path, then))

    def _write(self, path: Path, then: Callable[[], object] | None) -> None:
        snapshot, revision = self._studio.snapshot(), self._studio.document.revision
        kept = can_hold(path, self._studio.state)
        written = partial(self._written, path if kept else None, revision, then)
        self._background.run(partial(_save, path, snapshot), written, self.failed.emit)

    def new(self) -> None:
        """An empty drawing; asks first if no file has this one."""
        self.leave(self._start_anew)

    def leave(self, then: Callable[[], object]) -> None:
        """Call `then`, which puts something else on the canvas, unless the user wants to stay."""
        self._studio.settling.settled(partial(self._leave, then))

    def _leave(self, then: Callable[[], object]) -> None:
        if self._is_kept():
            then()
        else:
            self._ask(self.tr("No file has this drawing as it is now."), then)

    def may_close(self, close: Callable[[], object]) -> bool:
        """Whether the window may close now; else the user is asked, and `close` may follow."""
        settling = self._studio.settling
        settling.finish()
        if settling.busy:
            settling.settled(self._window.close)
            return False
        if self._is_kept() or self._returning == self._studio.document.revision:
            return True
        words = self.tr(
            "No file has this drawing as it is now. Without saving it is here again at the next"
            " start."
        )
        self._ask(words, close)
        return False

    def _is_kept(self) -> bool:
        return not self._studio.unsaved or self._studio.document.revision in self._kept

    def _replaced(self) -> None:
        """A new drawing, or the one of the last time, which comes back once more if it must."""
        self.path = None
        self._returning = self._studio.document.revision

    def close(self, limit_s: float) -> None:
        """Finish what is being written; the window closes."""
        self._background.close(limit_s)

    def _start_anew(self) -> None:
        self._begin()
        self.path = None
        self.changed.emit()

    def _ask(self, words: str, then: Callable[[], object]) -> None:
        if self._question is not None:
            self._question.activateWindow()
            return
        buttons = _Buttons.Save | _Buttons.Discard | _Buttons.Cancel
        title = self.tr("Save the drawing?")
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, words, buttons, self._window)
        box.setObjectName("ask_to_save")
        box.setDefaultButton(_Buttons.Save)
        box.button(_Buttons.Discard).setText(self.tr("Do not save"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda answer: self._answered(answer, then))
        self._question = box
        box.open()

    def _answered(self, answer: int, then: Callable[[], object]) -> None:
        self._question = None
        if answer == _Buttons.Save.value:
            self.save(then)
        elif answer == _Buttons.Discard.value:
            then()

    def _written(
        self, path: Path | None, revision: int, then: Callable[[], object] | None, _: None
    ) -> None:
        if path is not None:
            self._studio.mark_saved(revision)
            if path.suffix.lower() == DRAWING:
                self.path = path
        self.changed.emit()
        if then is not None:
            then()


def _save(path: Path, snapshot: Snapshot) -> None:
    save_drawing(path, snapshot.state())
