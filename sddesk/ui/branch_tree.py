"""The branches of the picture on show, as a tree: each stands under what it branched from."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem

from sddesk.core.lineage import Member

_ROWS = 5  # that are seen at once
_PATH = Qt.ItemDataRole.UserRole


class BranchTree(QTreeWidget):
    """Hidden while there is nothing but the picture itself.

    Signals:
        chosen(object): the `Path` of another picture of the family.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("branch_tree")
        self.setAccessibleName(self.tr("Branches of this picture"))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.currentItemChanged.connect(self._announce)
        self.hide()

    def show_family(self, members: Sequence[Member], current: Path) -> None:
        """These branches, parents before children, `current` being on show."""
        self.blockSignals(True)
        self.clear()
        items: dict[Path, QTreeWidgetItem] = {}
        for member in members:
            words = self._words(member)
            above = None if member.parent is None else items.get(member.parent)
            item = QTreeWidgetItem([words])
            item.setToolTip(0, f"{words}\n{member.path.name}")
            item.setData(0, _PATH, str(member.path))
            items[member.path] = item
            self.addTopLevelItem(item) if above is None else above.addChild(item)
        self.expandAll()
        if current in items:
            self.setCurrentItem(items[current])
        self.blockSignals(False)
        self.setFixedHeight(self._wanted_height(len(items)))
        self.setVisible(len(items) > 1)

    def _words(self, member: Member) -> str:
        if member.parent is None:
            return self.tr("Original, {steps} steps").format(steps=member.steps)
        changes = ", ".join(f"{name} {value}".strip() for name, value in member.changes)
        text = self.tr("From step {step}: {changes}")
        return text.format(step=member.kept, changes=changes or self.tr("nothing changed"))

    def _wanted_height(self, rows: int) -> int:
        row = self.fontMetrics().height() + 6
        return min(rows, _ROWS) * row + 2 * self.frameWidth()

    def _announce(self, now: QTreeWidgetItem | None) -> None:
        if now is not None:
            self.chosen.emit(Path(now.data(0, _PATH)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 0)
