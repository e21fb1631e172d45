"""The rows of the queue, which can be dragged to another place."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget

JOB = Qt.ItemDataRole.UserRole
THUMB = 40


class QueueRows(QListWidget):
    """The list itself, in which rows can be dragged to another place.

    Signals:
        dropped(int, int): the job that was dragged, and the row before which it is to be.
    """

    dropped = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("queue")
        self.setAccessibleName(self.tr("Queue"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setIconSize(QSize(THUMB, THUMB))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def dropEvent(self, event) -> None:
        item, target = self.currentItem(), self.indexAt(event.position().toPoint()).row()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if item is not None:
            row = target if target >= 0 else self.count()
            self.dropped.emit(item.data(JOB), row)
