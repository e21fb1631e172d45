"""The tree from the first sketch to the last picture, as rows with thumbnails and lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from sddesk.core.ancestry import Node
from sddesk.ui.theme import GAP, quiet_color, tint
from sddesk.ui.thumbnails import Thumbnails

_SIDE, _LANE = 56, 14
_ROW = _SIDE + 2 * GAP
_PLACE = Qt.ItemDataRole.UserRole
_MOST_LANES = 6  # further ones lie on top of each other, so that the words keep their room

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One node at its `lane`; `passing` are lanes that lead on to rows below it.

    A line comes down to it from the lane `above`, None at the root; one goes on `below` if it has
    children.
    """

    node: Node
    lane: int
    above: int | None
    below: bool
    passing: tuple[int, ...]


def laid_out(nodes: Sequence[Node]) -> list[Row]:
    """Rows in which a chain runs straight down, and what else came of a node stands aside."""
    children: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        if node.parent is not None:
            children[node.parent].append(place)
    sizes = [1] * len(nodes)
    for place in range(len(nodes) - 1, 0, -1):
        parent = nodes[place].parent
        if parent is not None:
            sizes[parent] += sizes[place]
    rows: list[Row] = []
    waiting: list[tuple[int, int, int | None, tuple[int, ...]]] = [(0, 0, None, ())]
    while waiting and nodes:
        place, lane, above, passing = waiting.pop()
        longest_last = sorted(children[place], key=lambda child: sizes[child])
        rows.append(Row(nodes[place], lane, above, bool(longest_last), passing))
        for number, child in reversed(list(enumerate(longest_last))):
            last = number == len(longest_last) - 1
            where = lane if last else lane + 1
            waiting.append((child, where, lane, passing if last else (*passing, lane)))
    return rows


class LineageView(QListWidget):
    """A click, or Enter, goes back to a node.

    Signals:
        chosen(object): the `Node` to go back to.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lineage")
        self.setAccessibleName(self.tr("Lineage"))
        self.setMinimumWidth(30 * GAP)
        self._rows: list[Row] = []
        self._thumbnails = Thumbnails(self)
        self._thumbnails.ready.connect(self.viewport().update)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_nodes(self, nodes: Sequence[Node], current: int) -> None:
        """Show that tree, with the picture at that place in it on show."""
        self._rows = laid_out(nodes)
        self.clear()
        for place, row in enumerate(self._rows):
            title, below = self.words(row.node)
            item = QListWidgetItem(f"{title}\n{below}".strip())
            item.setData(_PLACE, place)
            item.setToolTip(row.node.prompt or title)
            self.addItem(item)
            if row.node is nodes[current]:
                self.setCurrentItem(item)
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())

    def row_of(self, index: _Index) -> Row:
        """What that row shows."""
        return self._rows[index.data(_PLACE)]

    def thumbnail(self, node: Node):
        """A small picture of the node; None while it is not known."""
        return None if node.path is None else self._thumbnails.pixmap(node.path)

    def words(self, node: Node) -> tuple[str, str]:
        """What stands beside the thumbnail, above and below."""
        if node.is_sketch:
            gone = node.path is None
            return self.tr("Sketch"), self.tr("not kept") if gone else ""
        below = self.tr("seed {seed}").format(seed=node.seed)
        if node.branched:
            below = self.tr("branch, {rest}").format(rest=below)
        return node.prompt or self.tr("No prompt"), below

    def close_thumbnails(self) -> None:
        """The window closes."""
        self._thumbnails.close()

    def sizeHint(self) -> QSize:
        return QSize(236, 320)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count() == 0:
            painter, flags = QPainter(self.viewport()), Qt.AlignmentFlag.AlignHCenter
            painter.setPen(quiet_color())
            room = self.viewport().rect().adjusted(GAP, GAP, -GAP, -GAP)
            words = self.tr("What a picture was made from will be here")
            painter.drawText(room, flags | Qt.TextFlag.TextWordWrap, words)
            painter.end()

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands elsewhere, and no search here."""

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(self._rows[item.data(_PLACE)].node)


class _Delegate(QStyledItemDelegate):
    """Paints one node.

    Signals: those of QStyledItemDelegate.
    """

    def __init__(self, view: LineageView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = self._view.row_of(index)
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue]
        palette = option.palette  # pyright: ignore[reportAttributeAccessIssue]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, tint(palette, 0.12))
        self._paint_lines(painter, rect, row)
        place = QRect(_x(rect, row.lane) - _LANE // 2, rect.top() + GAP, _SIDE, _SIDE)
        pixmap = self._view.thumbnail(row.node)
        if pixmap is None or pixmap.isNull():
            painter.fillRect(place, tint(palette, 0.08))
        else:
            size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            spot = QRect(0, 0, size.width(), size.height())
            spot.moveCenter(place.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(spot, pixmap)
        color = palette.highlight().color() if state & QStyle.StateFlag.State_Selected else None
        painter.setPen(QPen(color or tint(palette, 0.3), 2 if color else 1))
        painter.drawRect(place)
        self._paint_words(painter, rect.adjusted(place.right() + GAP - rect.left(), 0, -2, 0), row)

    def _paint_lines(self, painter: QPainter, rect: QRect, row: Row) -> None:
        painter.setPen(QPen(tint(self._view.palette(), 0.45), 2))
        for lane in row.passing:
            painter.drawLine(_x(rect, lane), rect.top(), _x(rect, lane), rect.bottom() + 1)
        here, middle = _x(rect, row.lane), rect.center().y()
        if row.above is not None:
            above = _x(rect, row.above)
            aside = above != here
            painter.drawLine(above, rect.top(), above, middle if aside else rect.top() + GAP)
            if aside:
                painter.drawLine(above, middle, here, middle)
        if row.below:
            painter.drawLine(here, rect.bottom() - GAP, here, rect.bottom() + 1)

    def _paint_words(self, painter: QPainter, rect: QRect, row: Row) -> None:
        title, below = self._view.words(row.node)
        metrics = painter.fontMetrics()
        lines = 2 * metrics.height() if metrics.horizontalAdvance(title) > rect.width() else 0
        height = max(lines, metrics.height())
        top = rect.top() + (rect.height() - height - (metrics.height() if below else 0)) // 2
        painter.setPen(self._view.palette().text().color())
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(rect.left(), top, rect.width(), height), flags, title)
        painter.setPen(quiet_color())
        where = QRect(rect.left(), top + height, rect.width(), metrics.height())
        painter.drawText(
            where, metrics.elidedText(below, Qt.TextElideMode.ElideRight, rect.width())
        )


def _x(rect: QRect, lane: int) -> int:
    """The middle of a lane."""
    return rect.left() + GAP + _LANE // 2 + min(lane, _MOST_LANES) * _LANE
