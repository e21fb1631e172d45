"""How the history looks: a grid of thumbnails, a star on favourites, a date where a day begins."""

from PySide6.QtCore import (
    QDate,
    QLocale,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QUrl,
)
from PySide6.QtGui import QColor, QDrag, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sddesk.core.history import Entry
from sddesk.ui.history_model import ENTRY, FIRST_OF_DAY, HistoryModel
from sddesk.ui.icons import tinted
from sddesk.ui.theme import quiet_color, tint
from sddesk.ui.thumbnails import Thumbnails

_SIDE = 96
_GAP = 4
_DATE = 16  # pixels above the thumbnail
_STAR = 16

_Index = QModelIndex | QPersistentModelIndex


class HistoryDelegate(QStyledItemDelegate):
    """Paints one picture of the history.

    Signals: those of QStyledItemDelegate.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QListView) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(_SIDE + 2 * _GAP, _SIDE + 2 * _GAP + _DATE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue]
        place = QRect(rect.left() + _GAP, rect.top() + _DATE + _GAP, _SIDE, _SIDE)
        if index.data(FIRST_OF_DAY):
            painter.setPen(quiet_color())
            where = QRect(rect.left() + _GAP, rect.top(), _SIDE, _DATE)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, day_name(entry.day))
        self._paint_picture(painter, place, entry)
        if entry.favourite:
            spot = QRect(place.right() - _STAR - 2, place.top() + 3, _STAR, _STAR)
            painter.fillRect(spot.adjusted(-2, -2, 2, 2), QColor(0, 0, 0, 140))
            painter.drawPixmap(spot, tinted("star", _STAR, "white"))
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus):
            selected = bool(state & QStyle.StateFlag.State_Selected)
            pen = QPen(option.palette.highlight().color(), 3 if selected else 1)  # pyright: ignore[reportAttributeAccessIssue]
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(place.adjusted(-1, -1, 1, 1))

    def _paint_picture(self, painter: QPainter, place: QRect, entry: Entry) -> None:
        pixmap = self._thumbnails.pixmap(entry.path)
        if pixmap is None or pixmap.isNull():
            painter.fillRect(place, tint(QGuiApplication.palette(), 0.07))
            return
        size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(place.topLeft(), size)
        spot.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(spot, pixmap)


class HistoryView(QListView):
    """The list; what its keys do is decided by the commands of the window.

    Signals: those of QListView.
    """

    def __init__(self, model: HistoryModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("history")
        self.setAccessibleName(self.tr("History"))
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(thumbnails, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(False)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        thumbnails.ready.connect(self.viewport().update)

    def entries(self) -> list[Entry]:
        """The selected pictures, in their order."""
        rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
        found = [index.data(ENTRY) for index in rows]
        return [entry for entry in found if isinstance(entry, Entry)]

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here."""

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Give the files themselves to other programs."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(entry.path)) for entry in self.entries()])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def day_name(day: str) -> str:
    """A day as people say it: 23 Nov, with the year if it is another one."""
    when = QDate.fromString(day, Qt.DateFormat.ISODate)
    shape = "d MMM" if when.year() == QDate.currentDate().year() else "d MMM yyyy"
    return QLocale().toString(when, shape) or day
