"""How concepts look: cards with a picture, the word, what it is, its weight and its switch."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPalette,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from sddesk.core.concepts.library import picture_of
from sddesk.core.concepts.values import LORA
from sddesk.ui.concepts.collection import Entry
from sddesk.ui.concepts.concept_model import ENTRY, TROUBLE, ConceptModel, kind_of, title_of
from sddesk.ui.icons import tinted
from sddesk.ui.theme import GAP, quiet_color, tint, warning_color
from sddesk.ui.thumbnails import Thumbnails

_SIDE = 52  # of the picture
_SWITCH = 20
_Index = QModelIndex | QPersistentModelIndex


class ConceptDelegate(QStyledItemDelegate):
    """Paints one card, and switches it by a click on its switch or the space bar.

    Signals: those of QStyledItemDelegate.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QListView) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pictures: dict[Path, Path | None] = {}  # asking the disk takes time

    def forget_pictures(self) -> None:
        """Files came or went."""
        self._pictures.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _SIDE + 2 * GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry = index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state = option.state  # pyright: ignore[reportAttributeAccessIssue]
        palette: QPalette = option.palette  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, tint(palette, 0.10))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(palette.highlight().color())
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        trouble = str(index.data(TROUBLE) or "")
        self._paint_picture(painter, rect, entry)
        self._paint_words(painter, rect, entry, trouble)
        if entry.found.card is not None:
            self._paint_switch(painter, rect, on=entry.on)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        place = QRect(rect.left() + GAP, rect.top() + GAP, _SIDE, _SIDE)
        painter.fillRect(place, tint(QGuiApplication.palette(), 0.07))
        path = entry.found.path
        if path not in self._pictures:
            self._pictures[path] = picture_of(path)
        file = self._pictures[path]
        pixmap = None if file is None else self._thumbnails.pixmap(file)
        if pixmap is None or pixmap.isNull():
            card = entry.found.card
            name = "triangle-alert" if card is None else "layers" if card.kind == LORA else "tag"
            spot = QRect(0, 0, 24, 24)
            spot.moveCenter(place.center())
            painter.drawPixmap(spot, tinted(name, 48, quiet_color().name()))
            return
        size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(place.topLeft(), size)
        spot.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(spot, pixmap)

    def _paint_words(self, painter: QPainter, rect: QRect, entry: Entry, trouble: str) -> None:
        left = rect.left() + _SIDE + 2 * GAP
        switch = 0 if entry.found.card is None else _SWITCH + GAP // 2
        room = QRect(left, rect.top() + GAP, rect.right() - left - GAP, _SIDE)
        line = room.height() // 3
        base = QGuiApplication.palette().text().color()
        color = base if entry.on and not trouble else quiet_color()
        top = QRect(room.left(), room.top(), room.width(), line)
        _text(painter, top, title_of(entry), color, bold=True)
        lines = trouble or f"{kind_of(entry)}\n× {entry.weight:g}"
        below = QRect(top.left(), top.bottom() + 1, room.width() - switch, 2 * line)
        _two_lines(painter, below, lines, warning_color() if trouble else quiet_color())

    def _paint_switch(self, painter: QPainter, rect: QRect, *, on: bool) -> None:
        option = QStyleOptionButton()
        option.rect = _switch_place(rect)  # pyright: ignore[reportAttributeAccessIssue]
        flag = QStyle.StateFlag.State_On if on else QStyle.StateFlag.State_Off
        option.state = flag | QStyle.StateFlag.State_Enabled  # pyright: ignore[reportAttributeAccessIssue]
        option.palette = QGuiApplication.palette()  # pyright: ignore[reportAttributeAccessIssue]
        style = QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter)
        painter.setPen(tint(option.palette, 0.35))  # pyright: ignore[reportAttributeAccessIssue]
        painter.drawRect(_switch_place(rect).adjusted(0, 0, -1, -1))  # Fusion's is lost on black

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(event, QMouseEvent):
            inside = _switch_place(rect).adjusted(-6, -6, 6, 6)
            if not inside.contains(event.position().toPoint()):
                return False
            if event.type() != QEvent.Type.MouseButtonRelease:
                return True
        elif event.type() != QEvent.Type.KeyPress or event.key() != Qt.Key.Key_Space:  # pyright: ignore[reportAttributeAccessIssue]
            return False
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return False
        on = Qt.CheckState(state) == Qt.CheckState.Checked
        new = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        return model.setData(index, new, Qt.ItemDataRole.CheckStateRole)  # pyright: ignore[reportArgumentType]


class ConceptView(QListView):
    """The list of cards.

    Signals: those of QListView.
    """

    def __init__(self, model: ConceptModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("concepts")
        self.setAccessibleName(self.tr("Learned concepts"))
        self.setModel(model)
        delegate = ConceptDelegate(thumbnails, self)
        self.setItemDelegate(delegate)
        model.modelReset.connect(delegate.forget_pictures)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        thumbnails.ready.connect(self.viewport().update)

    def entry(self) -> Entry | None:
        """The card that is selected."""
        entry = self.currentIndex().data(ENTRY)
        return entry if isinstance(entry, Entry) else None


def _switch_place(rect: QRect) -> QRect:
    return QRect(rect.right() - GAP - _SWITCH, rect.bottom() - GAP - _SWITCH, _SWITCH, _SWITCH)


def _text(painter: QPainter, room: QRect, words: str, color: QColor, *, bold: bool = False) -> None:
    font = QFont(QGuiApplication.font())
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(color)
    short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)


def _two_lines(painter: QPainter, room: QRect, words: str, color: QColor) -> None:
    """The words, broken where they must be; what is left over is cut."""
    painter.setFont(QGuiApplication.font())
    painter.setPen(color)
    layout = QTextLayout(words.replace("\n", "\u2028"), painter.font())
    layout.beginLayout()
    height = room.height() // 2
    for number in range(2):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(room.width())
        start, end = line.textStart(), line.textStart() + line.textLength()
        rest = words[start:] if number else words[start:end]
        short = painter.fontMetrics().elidedText(
            " ".join(rest.split()), Qt.TextElideMode.ElideRight, room.width()
        )
        place = QRect(room.left(), room.top() + number * height, room.width(), height)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)
    layout.endLayout()
