"""The history at the edge of the window: search and filters above, thumbnails below."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.history import HistoryIndex, Query, index_path
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.trash import Trashed, bring_back, put_away
from sddesk.ui.background import Background
from sddesk.ui.history_filters import HistoryFilters
from sddesk.ui.history_model import HistoryModel
from sddesk.ui.history_view import HistoryView
from sddesk.ui.theme import GAP, quiet_color, set_label_color
from sddesk.ui.thumbnails import Thumbnails

_SETTLE_MS = 700  # other programs write many files at once


class HistoryPanel(QWidget):
    """All pictures of the folder, newest first.

    Signals:
        open_requested(object): the `Path` of a picture to show, with its steps.
        recall_requested(object, object): `Path`, and which of its settings to put into the form:
            "all", "prompt" or "seed".
        init_requested(object): the `Path` of a picture to start from.
        compare_requested(object): the list of `Path`s of pictures to compare.
        animate_requested(object): the `Path`s of pictures whose steps are to be shown moving.
        failed(object): a `Problem`.
    """

    open_requested = Signal(object)
    recall_requested = Signal(object, object)
    init_requested = Signal(object)
    compare_requested = Signal(object)
    animate_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, cache: Path, folder: Path) -> None:
        super().__init__()
        self._cache, self._folder = cache, folder
        self._index, self._writer = _indexes(cache, folder)
        self._background = Background(self)
        self._thumbnails = Thumbnails(self)
        self._model = HistoryModel(self._index)
        self.view = HistoryView(self._model, self._thumbnails)
        self._filters, self._empty = HistoryFilters(), QLabel()
        self._undo_row, self._undo_text = QWidget(), QLabel()
        self._trashed: list[Trashed] = []
        self._scanning = self._again = False
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._set_up()
        self._lay_out()
        self.setMinimumWidth(30 * GAP)  # two columns, and room for the titles of the tabs beside it
        self._model.reload()

    def start(self) -> None:
        """Look at the folder, and from now on at what changes in it."""
        self._watcher.addPath(str(self._folder))
        self.scan()

    def set_folder(self, folder: Path) -> None:
        """Show another folder."""
        if folder == self._folder:
            return
        self._watcher.removePath(str(self._folder))
        self._folder = folder
        self._index, self._writer = _indexes(self._cache, folder)
        self._model.use(self._index)
        self._trashed.clear()
        self._show_undo()
        self.start()

    def picture_saved(self, path: Path) -> None:
        """A picture was made just now."""
        self._thumbnails.forget(path)
        if not self._watcher.directories():
            self._watcher.addPath(str(self._folder))
        self._background.run(partial(self._writer.add, path), self._added, self.failed.emit)

    def look_up(
        self,
        work: Callable[[HistoryIndex], Any],
        then: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Ask the index something, after all that was saved before; `then` gets the answer."""
        self._background.run(partial(work, self._writer), then, failed)

    def scan(self) -> None:
        """Make the index agree with the folder, in the background."""
        if self._scanning:
            self._again = True
            return
        self._scanning = True
        self._background.run(self._writer.scan, self._scanned, self._scan_failed)

    def close_index(self) -> None:
        """The window closes."""
        self._thumbnails.close()
        self._background.close(2)
        self._index.close()
        self._writer.close()

    def sizeHint(self) -> QSize:
        """Two columns of thumbnails."""
        return QSize(236, 480)

    # What the commands do with the selected pictures

    def open_selected(self) -> None:
        """Show the first selected picture with its steps."""
        for entry in self.view.entries()[:1]:
            self.open_requested.emit(entry.path)

    def recall(self, what: str) -> None:
        """Put "all", "prompt" or "seed" of the first selected picture into the form."""
        for entry in self.view.entries()[:1]:
            self.recall_requested.emit(entry.path, what)

    def use_as_init(self) -> None:
        """Start from the first selected picture."""
        for entry in self.view.entries()[:1]:
            self.init_requested.emit(entry.path)

    def compare(self) -> None:
        """Compare the selected pictures."""
        self.compare_requested.emit([entry.path for entry in self.view.entries()])

    def animate(self) -> None:
        """Show the steps of the selected pictures, side by side."""
        self.animate_requested.emit([entry.path for entry in self.view.entries()])

    def toggle_favourite(self) -> None:
        """Make the selected pictures favourites; if all of them are, no more."""
        entries = self.view.entries()
        favourite = not all(entry.favourite for entry in entries)
        paths = [entry.path for entry in entries]
        work = partial(self._writer.set_favourite, paths, favourite=favourite)
        self._background.run(work, self._changed, self.failed.emit)

    def delete_selected(self) -> None:
        """Put the selected pictures away; `undo_delete` brings them back."""
        paths = [entry.path for entry in self.view.entries()]
        if paths:
            self._background.run(
                partial(_put_away, self._writer, paths), self._put_away, self.failed.emit
            )

    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        if self._trashed:
            trashed = self._trashed.pop()
            self._show_undo()
            self._background.run(partial(bring_back, trashed), self._changed_files, self._not_back)

    # Building

    def _set_up(self) -> None:
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.scan)
        self._watcher.directoryChanged.connect(self._settle.start)
        self._filters.changed.connect(self._model.look_for)
        self.view.activated.connect(self.open_selected)

    def _lay_out(self) -> None:
        set_label_color(self._empty, quiet_color())
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        undo = QPushButton(self.tr("Undo"))
        undo.setObjectName("history_undo")
        undo.setAccessibleName(self.tr("Bring the deleted pictures back"))
        undo.clicked.connect(self.undo_delete)
        row = QHBoxLayout(self._undo_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._undo_text, 1)
        row.addWidget(undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP // 2, GAP)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._filters)
        layout.addWidget(self._empty)
        layout.addWidget(self.view, 1)
        layout.addStretch(0)
        layout.addWidget(self._undo_row)
        self._undo_row.hide()
        self._model.modelReset.connect(self._show_emptiness)

    # Answers

    def _scanned(self, different: bool) -> None:
        self._scanning = False
        if different:
            self._changed(None)
        self._offer_models()
        if self._again:
            self._again = False
            self.scan()

    def _scan_failed(self, problem: Problem) -> None:
        self._scanning = False
        self.failed.emit(problem)

    def _added(self, _: None) -> None:
        self._changed(None)
        self._offer_models()

    def _changed(self, _: object) -> None:
        """Show the new state, with the same pictures selected and the same place in view."""
        place = self.view.verticalScrollBar().value()
        chosen = {entry.path for entry in self.view.entries()}
        self._model.reload()
        self.view.verticalScrollBar().setValue(place)
        self._select(chosen)

    def _select(self, chosen: set[Path]) -> None:
        if not chosen:
            return
        selection = self.view.selectionModel()
        for row in range(min(self._model.rowCount(), 500)):
            entry = self._model.entry(row)
            if entry is not None and entry.path in chosen:
                index = self._model.index(row)
                selection.select(index, selection.SelectionFlag.Select)
                selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)

    def _offer_models(self) -> None:
        self._filters.offer_models(self._index.models())

    def _put_away(self, trashed: Trashed) -> None:
        self._trashed.append(trashed)
        self._changed(None)
        self._show_undo()

    def _changed_files(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self._thumbnails.forget(path)
        self.scan()

    def _not_back(self, problem: Problem) -> None:
        self.failed.emit(problem)
        self.scan()

    def _show_undo(self) -> None:
        self._undo_row.setVisible(bool(self._trashed))
        if self._trashed:
            count = len(self._trashed[-1].moves)
            self._undo_text.setText(self.tr("{count} deleted").format(count=count))

    def _show_emptiness(self) -> None:
        empty = self._model.rowCount() == 0
        looking = self._model.query != Query()
        words = self.tr("Nothing fits") if looking else self.tr("Your pictures will be here")
        self._empty.setText(words if empty else "")
        self._empty.setVisible(empty)
        self.view.setVisible(not empty)


def _indexes(cache: Path, folder: Path) -> tuple[HistoryIndex, HistoryIndex]:
    """One to read in the GUI thread, one to write in the background; the same if it has no file."""
    reader = HistoryIndex(index_path(cache, folder), folder)
    return reader, HistoryIndex(index_path(cache, folder), folder) if reader.on_disk else reader


def _put_away(index: HistoryIndex, paths: Sequence[Path]) -> Trashed:
    try:
        trashed = put_away(index.folder, paths)
    except ProblemError:
        index.scan()
        raise
    index.forget(paths)
    return trashed
