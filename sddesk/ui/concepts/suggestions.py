"""The list of names that appears below the cursor of a prompt while one is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit

_ROWS = 8


class Suggestions(QListWidget):
    """It never takes the focus: the field gives it its keys.

    Signals:
        chosen(str): the name to put in the place of what was typed.
    """

    chosen = Signal(str)

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.window())
        self._edit = edit
        self.setObjectName("suggestions")
        self.setAccessibleName(self.tr("Names that begin so"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(self._choose)
        self.hide()

    def offer(self, names: Sequence[str]) -> None:
        """Show these below the cursor; none: go away."""
        if not names or not self._edit.hasFocus():
            self.hide()
            return
        self.clear()
        self.addItems(list(names))
        rows = min(len(names), _ROWS)
        frame = 2 * self.frameWidth()
        width = self.sizeHintForColumn(0) + frame + 24
        self.setFixedSize(min(max(width, 160), 360), rows * self.sizeHintForRow(0) + frame)
        self._place()
        self.show()
        self.raise_()

    def take_key(self, key: int) -> bool:
        """Whether this key of the field was meant for the list."""
        if self.isHidden():
            return False
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.setCurrentRow(
                (max(self.currentRow(), -1 if step > 0 else 0) + step) % self.count()
            )
        elif key == Qt.Key.Key_Tab:
            self._choose(self.currentItem() or self.item(0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self._choose(self.currentItem())
        else:
            return False
        return True

    def wants(self, key: int) -> bool:
        """Whether the list has a use for the key, which then is no shortcut."""
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Tab)
        return not self.isHidden() and key in keys

    def _choose(self, item: QListWidgetItem | None) -> None:
        self.hide()
        if item is not None:
            self.chosen.emit(item.text())

    def _place(self) -> None:
        window, cursor = self._edit.window(), self._edit.cursorRect()
        if self.parentWidget() is not window:  # the dock floats now
            self.setParent(window)
        below = self._edit.viewport().mapTo(window, cursor.bottomLeft() + QPoint(0, 2))
        above = self._edit.viewport().mapTo(window, cursor.topLeft())
        x = max(0, min(below.x(), window.width() - self.width()))
        fits = below.y() + self.height() <= window.height()
        self.move(x, below.y() if fits else max(0, above.y() - self.height() - 2))
