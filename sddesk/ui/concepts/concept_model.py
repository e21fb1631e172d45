"""The cards of the collection: what is searched, shown and switched."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from sddesk.core.concepts.values import LORA
from sddesk.core.values import ModelRef
from sddesk.ui.concepts.collection import Entry

ENTRY, TROUBLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class ConceptModel(QAbstractListModel):
    """The entries that fit the search; checked ones are on.

    Signals:
        switched(object, bool): an `Entry`, and whether it is to be on.
    """

    switched = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Entry] = ()
        self._shown: list[Entry] = []
        self._search: list[str] = []
        self._model: ModelRef | None = None

    def show_entries(self, entries: Sequence[Entry], model: ModelRef | None) -> None:
        """These are there now, and this is the model that they have to fit."""
        self._all, self._model = entries, model
        self._fill()

    def search(self, text: str) -> None:
        """Show those alone that have all these words about them."""
        self._search = text.lower().split()
        self._fill()

    def row_of(self, path: Path) -> int:
        """Where a file is shown; -1 if it is not."""
        rows = (row for row, entry in enumerate(self._shown) if entry.found.path == path)
        return next(rows, -1)

    def trouble(self, entry: Entry) -> str:
        """Why it cannot be used with the model; empty if it can."""
        if entry.found.problem is not None:
            return entry.found.problem.title
        one = entry.switched
        return "" if one is None or self._model is None else one.misfit(self._model)

    def _fill(self) -> None:
        shown = [e for e in self._all if all(w in _words_about(e) for w in self._search)]
        same = [e.found.path for e in shown] == [e.found.path for e in self._shown]
        if not same:
            self.beginResetModel()
        self._shown = shown
        if same:
            self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
        else:
            self.endResetModel()

    # What Qt calls

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        entry = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title_of(entry)
            case Qt.ItemDataRole.ToolTipRole:
                parts = (title_of(entry), kind_of(entry), self.trouble(entry))
                return "\n".join(filter(None, (*parts, str(entry.found.path))))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return " ".join(filter(None, (kind_of(entry), self.trouble(entry))))
            case Qt.ItemDataRole.CheckStateRole if entry.found.card is not None:
                return Qt.CheckState.Checked if entry.on else Qt.CheckState.Unchecked
            case _ if role == ENTRY:
                return entry
            case _ if role == TROUBLE:
                return self.trouble(entry)
            case _:
                return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        self.switched.emit(self._shown[index.row()], on)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable


def title_of(entry: Entry) -> str:
    """What calls it, else the name of its file."""
    card = entry.found.card
    return entry.found.path.name if card is None else card.title


def kind_of(entry: Entry) -> str:
    """Kind and family in one line."""
    card = entry.found.card
    if card is None:
        return "Cannot be used"
    return f"{'LoRA' if card.kind == LORA else 'Word'} · {card.base}"


def _words_about(entry: Entry) -> str:
    card = entry.found.card
    parts = [entry.found.path.name, title_of(entry), kind_of(entry)]
    if card is not None:
        parts += [card.name, card.origin, card.author, card.licence]
    return " ".join(parts).lower()
