"""The dock of concepts: search, cards, and what can be done with the one that is selected."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.concepts.reading import SUFFIXES
from sddesk.core.values import ModelRef
from sddesk.ui.concepts.collection import Entry
from sddesk.ui.concepts.concept_model import ConceptModel
from sddesk.ui.concepts.concept_view import ConceptView
from sddesk.ui.concepts.details import ConceptDetails
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, quiet_color, set_label_color
from sddesk.ui.thumbnails import Thumbnails


class ConceptPanel(QWidget):
    """All learned words and LoRA files; cards say whether they fit the chosen model.

    Signals:
        switched(object, bool): an `Entry`, and whether it is to be on.
        weight_chosen(object, float): an `Entry`, and how much it is to count.
        word_chosen(object, str): an `Entry`, and the word that is to call it.
        insert_requested(object): the `Entry` that is to be put into the prompt.
        remove_requested(object): the `Entry` that is to be put away.
        undo_requested(): the last one is to come back.
        files_chosen(object): `Path`s of files to take in.
        folder_chosen(object): the `Path` of a folder to read in place.
        folder_dropped(object): the `Path` of a folder to read no longer.
    """

    switched = Signal(object, bool)
    weight_chosen = Signal(object, float)
    word_chosen = Signal(object, str)
    insert_requested = Signal(object)
    remove_requested = Signal(object)
    undo_requested = Signal()
    files_chosen = Signal(object)
    folder_chosen = Signal(object)
    folder_dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._thumbnails = Thumbnails(self)
        self._model = ConceptModel()
        self.view = ConceptView(self._model, self._thumbnails)
        self.details = ConceptDetails()
        self._search, self._empty = QLineEdit(), QLabel()
        self._add = QToolButton()
        self._undo_row, self._undo_text = QWidget(), QLabel()
        self._wanted: Path | None = None  # to be selected when it arrives
        self._any = False
        self._lay_out()
        self._connect()
        self.show_folders(())
        self.show_entries((), None)

    def show_entries(self, entries: Sequence[Entry], model: ModelRef | None) -> None:
        """These are there, and this is the model that they have to fit."""
        chosen = self.view.entry()
        self._any = bool(entries)
        self._model.show_entries(entries, model)
        wanted = self._wanted or (None if chosen is None else chosen.found.path)
        row = -1 if wanted is None else self._model.row_of(wanted)
        if row >= 0 and row != self.view.currentIndex().row():
            self.view.setCurrentIndex(self._model.index(row))
            self._wanted = None
        self._show_state()

    def select(self, path: Path) -> None:
        """Show the details of that file, now or when it is there."""
        self._search.clear()
        self._wanted = path
        row = self._model.row_of(path)
        if row >= 0:
            self.view.setCurrentIndex(self._model.index(row))
            self._wanted = None

    def show_removed(self, path: Path | None) -> None:
        """Offer to bring it back; None: there is nothing to bring back."""
        self._undo_row.setVisible(path is not None)
        if path is not None:
            self._undo_text.setText(self.tr("{name} removed").format(name=path.stem))

    def remove_selected(self) -> None:
        """Put the selected one away, if it is in the user's own collection."""
        entry = self.view.entry()
        if entry is not None and entry.own:
            self.remove_requested.emit(entry)

    def show_folders(self, folders: Sequence[str]) -> None:
        """These are read in place."""
        menu = self._add.menu()
        menu.clear()
        menu.addAction(self.tr("Add files…")).triggered.connect(self.ask_for_files)
        menu.addAction(self.tr("Read a folder in place…")).triggered.connect(self._ask_for_folder)
        if folders:
            menu.addSeparator()
        for folder in folders:
            words = self.tr("Stop reading {folder}").format(folder=folder.replace("&", "&&"))
            action = menu.addAction(words)
            action.triggered.connect(partial(self.folder_dropped.emit, Path(folder)))

    def ask_for_files(self) -> None:
        """Let the user choose concept files."""
        dialog = QFileDialog(self, self.tr("Add learned words and LoRAs"))
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        dialog.setNameFilter(self.tr("Concepts ({patterns})").format(patterns=patterns))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.files_chosen.emit([Path(name) for name in names])
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def close_thumbnails(self) -> None:
        """The window closes."""
        self._thumbnails.close()

    def sizeHint(self) -> QSize:
        """As wide as the history, so that the dock keeps its width."""
        return QSize(236, 480)

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Read a folder in place"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.folder_chosen.emit(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _lay_out(self) -> None:
        self._search.setObjectName("concept_search")
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search concepts"))
        self._search.setClearButtonEnabled(True)
        for button in self._search.findChildren(QToolButton):  # Qt's own, which has no name
            button.setAccessibleName(self.tr("Clear the search"))
        self._add.setObjectName("concept_add")
        self._add.setIcon(icon("plus"))
        self._add.setToolTip(self.tr("Add learned words and LoRAs"))
        self._add.setAccessibleName(self.tr("Add learned words and LoRAs"))
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setMenu(QMenu(self._add))
        top = QHBoxLayout()
        top.setSpacing(GAP // 2)
        top.addWidget(self._search, 1)
        top.addWidget(self._add)
        set_label_color(self._empty, quiet_color())
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(GAP, 3 * GAP, GAP, GAP)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(30 * GAP)  # as the history: cards can be read
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP // 2, GAP)
        layout.setSpacing(GAP // 2)
        layout.addLayout(top)
        layout.addWidget(self._empty)
        layout.addWidget(self.view, 1)
        layout.addStretch(0)
        layout.addWidget(self._undo_line())
        layout.addWidget(self.details)

    def _undo_line(self) -> QWidget:
        undo = QPushButton(self.tr("Undo"))
        undo.setObjectName("concept_undo")
        undo.setAccessibleName(self.tr("Bring the removed concept back"))
        undo.clicked.connect(self.undo_requested)
        row = QHBoxLayout(self._undo_row)
        row.setContentsMargins(0, 0, 0, 0)
        self._undo_text.setWordWrap(True)
        row.addWidget(self._undo_text, 1)
        row.addWidget(undo)
        self._undo_row.hide()
        return self._undo_row

    def _connect(self) -> None:
        self._search.textChanged.connect(self._find)
        self._model.switched.connect(self.switched)
        self._model.modelReset.connect(self._show_state)
        self.view.selectionModel().currentChanged.connect(self._show_state)
        self.view.activated.connect(self._insert)
        details = self.details
        details.weight_chosen.connect(self.weight_chosen)
        details.word_chosen.connect(self.word_chosen)
        details.insert_requested.connect(self.insert_requested)
        details.remove_requested.connect(self.remove_requested)

    def _find(self, text: str) -> None:
        self._model.search(text)
        self._show_state()

    def _insert(self) -> None:
        entry = self.view.entry()
        if entry is not None and entry.found.card is not None:
            self.insert_requested.emit(entry)

    def _show_state(self) -> None:
        entry = self.view.entry()
        self.details.show_entry(entry, "" if entry is None else self._model.trouble(entry))
        empty = self._model.rowCount() == 0
        invitation = self.tr(
            "Drop a learned word or a LoRA on the window, or add one with the button above.\n\n"
            "A folder such as A1111’s embeddings can be read in place."
        )
        self._empty.setText(self.tr("Nothing fits") if self._any else invitation)
        self._empty.setVisible(empty)
        self.view.setVisible(not empty)
