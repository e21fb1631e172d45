"""The history as a Qt model: rows are read from the index page by page, when they are seen."""

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from sddesk.core.history import Entry, HistoryIndex, Query

ENTRY = Qt.ItemDataRole.UserRole
FIRST_OF_DAY = Qt.ItemDataRole.UserRole + 1
_PAGE = 100
_PAGES = 20  # in memory

_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """Knows the number of rows, and the entries of the pages looked at last.

    Signals: those of QAbstractListModel.
    """

    def __init__(self, index: HistoryIndex) -> None:
        super().__init__()
        self._index = index
        self._query = Query()
        self._count = 0
        self._pages: OrderedDict[int, list[Entry]] = OrderedDict()

    @property
    def query(self) -> Query:
        """What is looked for."""
        return self._query

    def use(self, index: HistoryIndex) -> None:
        """Show another folder."""
        self._index = index
        self.reload()

    def look_for(self, query: Query) -> None:
        """Show what fits `query`."""
        self._query = query
        self.reload()

    def reload(self) -> None:
        """The index has changed."""
        self.beginResetModel()
        self._pages.clear()
        self._count = self._index.count(self._query)
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """The picture in that row; None for a row that is gone since."""
        page = row // _PAGE
        if page not in self._pages:
            self._pages[page] = self._index.page(self._query, page * _PAGE, _PAGE)
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        entries = self._pages[page]
        place = row - page * _PAGE
        return entries[place] if 0 <= place < len(entries) else None

    # What Qt calls

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == ENTRY:
            return entry
        if role == FIRST_OF_DAY:
            before = self.entry(index.row() - 1) if index.row() else None
            return before is None or before.day != entry.day
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.prompt or entry.path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = [entry.prompt, f"{entry.model}  {entry.seed}".strip(), entry.path.name]
            return "\n".join(line for line in lines if line)
        return None
