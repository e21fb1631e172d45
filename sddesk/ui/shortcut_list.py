"""The list of all commands with their keys: to search, and to change."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sddesk.ui.commands import Commands, plain_title
from sddesk.ui.theme import GAP

_NAME = Qt.ItemDataRole.UserRole


class ShortcutList(QDialog):
    """Searches by words and by keys; a new key is told whom it is taken from.

    Signals: none beyond QDialog's.
    """

    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(70 * GAP, 70 * GAP)
        self._commands = commands
        self._search = QLineEdit()
        self._search.setObjectName("shortcut_search")
        self._search.setPlaceholderText(self.tr("Search by words or keys"))
        self._search.setAccessibleName(self.tr("Search by words or keys"))
        self._search.setClearButtonEnabled(True)
        self._list = QTreeWidget()
        self._list.setObjectName("shortcuts")
        self._list.setAccessibleName(self.tr("Commands and their keys"))
        self._keys = QKeySequenceEdit()
        self._keys.setObjectName("shortcut_keys")
        self._keys.setAccessibleName(self.tr("New keys"))
        self._keys.setMaximumSequenceLength(1)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._lay_out()
        self._fill()
        self._search.textChanged.connect(self._filter)
        self._list.currentItemChanged.connect(self._choose)
        self._keys.editingFinished.connect(self._bind)
        self._list.setCurrentItem(self._items()[0])

    def _lay_out(self) -> None:
        self._list.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setStretchLastSection(False)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(QLabel(self.tr("New keys")))
        row.addWidget(self._keys, 1)
        for title, slot in (
            (self.tr("Remove"), self._remove),
            (self.tr("As it came"), self._reset),
        ):
            button = QPushButton(title)
            button.setAccessibleName(title)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        everything = buttons.addButton(
            self.tr("All as they came"), QDialogButtonBox.ButtonRole.ResetRole
        )
        everything.clicked.connect(self._reset_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addWidget(buttons)

    def _fill(self) -> None:
        for name, action in self._commands.actions().items():
            item = QTreeWidgetItem([plain_title(action).rstrip("…"), _keys_of(action)])
            item.setData(0, _NAME, name)
            self._list.addTopLevelItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        items = [self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount())]
        return [item for item in items if item is not None]

    def _refresh(self) -> None:
        actions = self._commands.actions()
        for item in self._items():
            item.setText(1, _keys_of(actions[item.data(0, _NAME)]))
        self._choose(self._list.currentItem())

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for item in self._items():
            line = f"{item.text(0)} {item.text(1)}".lower()
            item.setHidden(not all(word in line for word in words))

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            keys = self._commands.actions()[item.data(0, _NAME)].shortcut()
            self._keys.setKeySequence(keys)

    def _current(self) -> str | None:
        item = self._list.currentItem()
        return None if item is None else item.data(0, _NAME)

    def _bind(self) -> None:
        name, keys = self._current(), self._keys.keySequence()
        if name is None or keys == self._commands.actions()[name].shortcut():
            return
        losers = [self._commands.actions()[n] for n in self._commands.bind(name, keys)]
        self._note.setText(
            self.tr("Taken from: {names}").format(names=", ".join(map(plain_title, losers)))
            if losers
            else ""
        )
        self._refresh()

    def _remove(self) -> None:
        self._keys.setKeySequence(QKeySequence())
        self._bind()

    def _reset(self) -> None:
        name = self._current()
        if name is not None:
            self._commands.reset(name)
            self._refresh()

    def _reset_all(self) -> None:
        self._commands.reset()
        self._note.clear()
        self._refresh()


def _keys_of(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(key.toString(native) for key in action.shortcuts())
