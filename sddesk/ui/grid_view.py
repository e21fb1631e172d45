"""All cells of a grid at the same step, with their labels."""

from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from sddesk.core.measures import Measures
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.frames import PREDICTED, Frame
from sddesk.ui.theme import quiet_color, tint

_LEFT, _TOP, _GAP = 120, 36, 4
Place = tuple[int, int]


@dataclass(slots=True)
class CellState:
    """What is known of one cell by now."""

    request: GenerationRequest | None = None
    frames: dict[int, Frame] = field(default_factory=dict[int, Frame])
    picture: Picture | None = None
    finished: QImage | None = None
    path: Path | None = None
    failure: str = ""
    measures: Measures | None = None

    def image_at(self, step: int, row: str) -> QImage | None:
        """The recorded step, the newest one before it, or the finished picture."""
        frame = self.frames.get(step)
        if frame is not None:
            return frame.image(row)
        if self.finished is not None:
            return self.finished
        return self.frames[max(self.frames)].image(row) if self.frames else None


class GridView(QWidget):
    """Rows and columns of pictures; the arrow keys walk, Return looks at one alone.

    Signals:
        cell_chosen(int, int): row and column of a cell to look at alone.
        branch_requested(): the current cell is to be branched from.
    """

    cell_chosen = Signal(int, int)
    branch_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("grid_view")
        self.setAccessibleName(self.tr("Grid of pictures"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.cells: dict[Place, CellState] = {}
        self._labels: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._shape, self._aspect = (1, 1), 1.0
        self._step, self._row = 0, PREDICTED
        self._current: Place = (0, 0)
        self._measure = ""

    def begin(self, rows: tuple[str, ...], columns: tuple[str, ...], aspect: float) -> None:
        """Empty cells under these labels; without columns there is one."""
        self._labels, self._aspect = (rows, columns), aspect
        self._shape = (len(rows), max(1, len(columns)))
        self._current = (0, 0)
        self.cells = {(r, c): CellState() for r in range(len(rows)) for c in range(self._shape[1])}
        self.update()

    def show_step(self, step: int, row: str) -> None:
        """Let every cell show that step, noisy or predicted."""
        self._step, self._row = step, row
        self.update()

    def show_measure(self, name: str) -> None:
        """Write that field of `Measures` on every cell, or nothing."""
        self._measure = name
        self.update()

    def refresh(self, place: Place) -> None:
        """Something is new in that cell."""
        self.update(self._place(*place).toAlignedRect().adjusted(-3, -3, 3, 3))

    def is_high(self) -> bool:
        """Whether all cells together are higher than they are wide."""
        return self._shape[0] > self._shape[1] * self._aspect

    def current(self) -> Place:
        """The cell on which the keys are."""
        return self._current

    def _place(self, row: int, column: int) -> QRectF:
        """Where the cell is: as large as all of them fit, and of the pictures' shape."""
        top = _TOP if self._labels[1] else _GAP
        rows, columns = self._shape
        wide = (self.width() - _LEFT) / columns - _GAP
        high = (self.height() - top) / rows - _GAP
        width = max(8.0, min(wide, high * self._aspect))
        height = width / self._aspect
        left = _LEFT + column * (width + _GAP)
        return QRectF(left, top + row * (height + _GAP), width, height)

    def _cell_at(self, point: QPointF) -> Place | None:
        return next((p for p in self.cells if self._place(*p).contains(point)), None)

    def _paint_cell(self, painter: QPainter, place: Place, area: QRectF) -> None:
        cell = self.cells[place]
        image = cell.image_at(self._step, self._row)
        if image is not None:
            painter.drawImage(area, image)
        else:
            painter.fillRect(area, tint(self.palette(), 0.07))
        if self._measure and cell.measures is not None:
            self._paint_number(painter, area, getattr(cell.measures, self._measure))
        if cell.failure:
            painter.setPen(self.palette().windowText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(4, 4, -4, -4), int(flags), cell.failure)
        if place == self._current and self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(area.adjusted(-1, -1, 1, 1))

    def _paint_number(self, painter: QPainter, area: QRectF, number: float) -> None:
        text, metrics = f"{number:.2f}", self.fontMetrics()
        spot = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height())
        if spot.width() > area.width():  # its tool tip tells it all the same
            return
        spot.moveBottomLeft(area.bottomLeft())
        painter.fillRect(spot, QColor(0, 0, 0, 170))
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setPen(quiet_color())
        wrap = int(Qt.TextFlag.TextWordWrap)
        for row, text in enumerate(self._labels[0]):
            area = self._place(row, 0)
            spot = QRectF(4, area.top(), _LEFT - 12, area.height())
            painter.drawText(spot, wrap | int(Qt.AlignmentFlag.AlignVCenter), text)
        for column, text in enumerate(self._labels[1]):
            area = self._place(0, column)
            spot = QRectF(area.left(), 2, area.width(), _TOP - 4)
            painter.drawText(spot, wrap | int(Qt.AlignmentFlag.AlignBottom), text)

    def _words(self, place: Place) -> str:
        """The whole labels of a cell, however little room they have."""
        rows, columns = self._labels
        parts = [rows[place[0]], *([columns[place[1]]] if columns else [])]
        measures = self.cells[place].measures
        if measures is not None:
            words = self.tr("contrast {contrast}, saturation {saturation}, sharpness {sharpness}")
            numbers = {name: f"{value:.3f}" for name, value in asdict(measures).items()}
            parts[-1] += "\n" + words.format(**numbers)
        return ", ".join(parts)

    def _menu_spot(self, place: Place) -> QPoint:
        return self.mapToGlobal(self._place(*place).center().toPoint())

    def _walk(self, rows: int, columns: int) -> None:
        row = min(max(self._current[0] + rows, 0), self._shape[0] - 1)
        column = min(max(self._current[1] + columns, 0), self._shape[1] - 1)
        self._current = (row, column)
        self.setAccessibleDescription(self._words(self._current))
        self.update()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        dirty: QRect = event.rect()
        for place in self.cells:
            area = self._place(*place)
            if dirty.intersects(area.toAlignedRect()):
                self._paint_cell(painter, place, area)
        self._paint_labels(painter)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        place = self._cell_at(QPointF(event.pos())) if by_mouse else self._current
        if place is None or place not in self.cells:
            return
        self._current = place
        self.update()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        alone = menu.addAction(self.tr("&Look at it alone"))
        alone.triggered.connect(partial(self.cell_chosen.emit, *place))
        menu.addAction(self.tr("&Branch here…")).triggered.connect(self.branch_requested)
        for action in menu.actions():
            action.setEnabled(self.cells[place].path is not None)
        menu.popup(event.globalPos() if by_mouse else self._menu_spot(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._cell_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = place
            self.cell_chosen.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ways = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        if key in ways:
            self._walk(*ways[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cell_chosen.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(place) if place else "", self)
            return True
        return super().event(event)
