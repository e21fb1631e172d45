"""The pictures to learn from, each as the trainer sees it, with signs for what was decided."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from sddesk.core.problems import Problem
from sddesk.ui.icons import tinted
from sddesk.ui.images import fitted
from sddesk.ui.teach.dataset import Item
from sddesk.ui.theme import GAP, quiet_color, tint

_THUMB, _SIGN = 96, 16
_ITEM = Qt.ItemDataRole.UserRole
_TROUBLED = _ITEM + 1
_PIXMAP = _ITEM + 2


class PictureList(QListWidget):
    """Cards in rows; takes files and folders that are dropped on it.

    Signals:
        dropped(object): the `Path`s of files and folders.
        chosen(object): the `Path` of the picture that is selected, None for none.
    """

    dropped = Signal(object)
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("teach_pictures")
        self.setAccessibleName(self.tr("Pictures to learn from"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(GAP // 2)
        self.setAcceptDrops(True)
        self.setItemDelegate(_Card(self))
        self.currentItemChanged.connect(lambda now: self.chosen.emit(_path(now)))

    def show_items(self, items: list[Item], remarks: dict[Path, list[Problem]]) -> None:
        """Show these, and what is wrong with them."""
        selected = self.selected()
        self.blockSignals(True)
        while self.count() > len(items):
            self.takeItem(self.count() - 1)
        for number, item in enumerate(items):
            if number == self.count():
                self.addItem(QListWidgetItem())
            self._fill(self.item(number), item, remarks.get(item.picture.path, []))
        paths = [item.picture.path for item in items]
        if paths:
            self.setCurrentRow(paths.index(selected) if selected in paths else 0)
        self.blockSignals(False)
        self.chosen.emit(self.selected())
        self.viewport().update()

    def selected(self) -> Path | None:
        """The picture that is selected."""
        return _path(self.currentItem())

    def _fill(self, row: QListWidgetItem, item: Item, problems: list[Problem]) -> None:
        path = item.picture.path
        said = [problem.what() for problem in problems]
        if item.left_out:
            said.insert(0, self.tr("left out"))
        row.setText(path.name)
        row.setToolTip("\n".join([path.name, *said]))
        accessible = Qt.ItemDataRole.AccessibleDescriptionRole
        row.setData(accessible, "; ".join(said))
        row.setData(_TROUBLED, bool(problems))
        if row.data(_PIXMAP) is None or row.data(_ITEM) != item:
            row.setData(_PIXMAP, _thumb(item.seen, self.devicePixelRatioF()))
        row.setData(_ITEM, item)

    # What Qt calls

    def dragEnterEvent(self, e: QDragEnterEvent) -> None:
        _accept_files(e)

    def dragMoveEvent(self, e: QDragMoveEvent) -> None:
        _accept_files(e)

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.dropped.emit([Path(file) for file in files])

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self.count():
            return
        painter = QPainter(self.viewport())
        area = self.viewport().rect().adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
        painter.setPen(QPen(quiet_color(), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, GAP, GAP)
        words = self.tr("Drop three to five pictures here, or a folder of them")
        inner = area.adjusted(2 * GAP, 0, -2 * GAP, 0)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inner, flags, words)
        painter.end()


class _Card(QStyledItemDelegate):
    """Paints a card.

    Signals: only those of `QStyledItemDelegate`.
    """

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_THUMB + GAP, _THUMB + GAP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        spot = QRect(QPoint(), QSize(_THUMB, _THUMB))
        spot.moveCenter(rect.center())
        item: Item = index.data(_ITEM)
        painter.save()
        painter.setOpacity(0.3 if item.left_out else 1.0)
        pixmap: QPixmap | None = index.data(_PIXMAP)
        if pixmap is None:
            painter.fillRect(spot, tint(self._palette(), 0.07))
        else:
            painter.drawPixmap(spot, pixmap)
        painter.setOpacity(1.0)
        for number, name in enumerate(_signs(item, troubled=index.data(_TROUBLED))):
            _paint_sign(painter, spot.bottomRight() - QPoint(number * (_SIGN + 6), 0), name)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self._palette().highlight().color(), 3))
            painter.drawRect(spot.adjusted(-2, -2, 2, 2))
        painter.restore()

    def _palette(self):
        view = self.parent()
        assert isinstance(view, QListWidget)
        return view.palette()


def _signs(item: Item, *, troubled: bool) -> list[str]:
    found = ["eye-off"] if item.left_out else []
    found += ["flip-horizontal"] if item.picture.mirror else []
    return found + (["triangle-alert"] if troubled else [])


def _paint_sign(painter: QPainter, corner: QPoint, name: str) -> None:
    """A small white sign on black, at the lower right."""
    spot = QRect(corner.x() - _SIGN - 4, corner.y() - _SIGN - 4, _SIGN + 4, _SIGN + 4)
    painter.fillRect(spot, Qt.GlobalColor.black)
    painter.drawPixmap(spot.topLeft() + QPoint(2, 2), tinted(name, _SIGN, "#ffffff"))


def _thumb(seen: QImage | None, ratio: float) -> QPixmap | None:
    if seen is None:
        return None
    side = round(_THUMB * ratio)
    pixmap = QPixmap.fromImage(fitted(seen, QSize(side, side)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _path(row: QListWidgetItem | None) -> Path | None:
    if row is None or row.data(_ITEM) is None:
        return None
    item: Item = row.data(_ITEM)
    return item.picture.path


def _accept_files(event: QDragEnterEvent | QDragMoveEvent) -> None:
    if any(url.isLocalFile() for url in event.mimeData().urls()):
        event.acceptProposedAction()
    else:
        event.ignore()
