"""Two to four pictures at the same place, zoomed and moved together."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.compare.painting import Layer, paint_layer, paint_line, paint_tag
from sddesk.ui.theme import GAP, tint
from sddesk.ui.zoom import FIT, Zoom

DIVIDER, BLINK, HEAT, BESIDE = "divider", "blink", "heat", "beside"
MODES = (DIVIDER, BLINK, HEAT, BESIDE)
_BLINK_MS = 700
_GRIP = 8  # pixels around a divider where it can be taken
_NOTCH = 120  # Qt's units of one wheel click


class CompareView(QWidget):
    """Shows layers by divider, one after the other, or side by side; differences are side by side.

    Signals:
        turned(): another picture is on show while they take turns.
    """

    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compare_view")
        self.setAccessibleName(self.tr("Pictures that are compared"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 140)
        self.setMouseTracking(True)
        self.calm = False  # they take turns by the Space key alone
        self._layers: tuple[Layer, ...] = ()
        self._mode = DIVIDER
        self._natural = QSize(1, 1)
        self._zoom = FIT
        self._dividers: list[float] = []  # as shares of the picture's width
        self._turn = 0
        self._grip: tuple[QPointF, int | None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_BLINK_MS)
        self._timer.timeout.connect(self.next_turn)

    def show_layers(self, layers: Sequence[Layer], mode: str, natural: QSize) -> None:
        """Show these at the same zoom and place as before."""
        if len(layers) != len(self._layers) or mode != self._mode:
            self._dividers = [(i + 1) / len(layers) for i in range(len(layers) - 1)]
            self._turn = 0
        self._layers, self._mode, self._natural = tuple(layers), mode, natural
        blinks = mode == BLINK and len(layers) > 1 and not self.calm
        if blinks != self._timer.isActive():
            self._timer.start() if blinks else self._timer.stop()
        self._describe()
        self.update()

    def forget(self) -> None:
        """Let go of all pictures."""
        self._layers = ()
        self._timer.stop()
        self._set_zoom(FIT)

    def turn(self) -> int:
        """Whose turn it is."""
        return self._turn

    def next_turn(self) -> None:
        """Show the next picture, where they take turns."""
        if self._mode == BLINK and self._layers:
            self._turn = (self._turn + 1) % len(self._layers)
            self._describe()
            self.update()
            self.turned.emit()

    def dividers(self) -> tuple[float, ...]:
        """Where the dividers are, as shares of the picture's width."""
        return tuple(self._dividers)

    def zoom(self) -> Zoom:
        """How all of them are looked at."""
        return self._zoom

    def fit(self) -> None:
        """Show all of them, as large as they fit."""
        self._set_zoom(FIT)

    def actual_size(self) -> None:
        """One screen pixel for one of the picture."""
        self._set_zoom(Zoom(1 / self.devicePixelRatioF(), self._zoom.center))

    def zoom_in(self) -> None:
        """Larger, around the middle."""
        self._zoom_by(1.25, 0)

    def zoom_out(self) -> None:
        """Smaller, around the middle."""
        self._zoom_by(0.8, 0)

    def _zoom_by(self, factor: float, area: int, offset: QPointF | None = None) -> None:
        size = self._areas()[area].size()
        self._set_zoom(self._zoom.by(factor, offset or QPointF(), size, self._natural))

    def _set_zoom(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self.update()

    def _describe(self) -> None:
        on_show = (
            [self._layers[self._turn]] if self._mode == BLINK and self._layers else self._layers
        )
        self.setAccessibleDescription(", ".join(layer.label for layer in on_show))

    # Places

    def _areas(self) -> list[QRect]:
        """One for all layers where they lie over each other, else one for each."""
        count = len(self._layers) if self._mode in (HEAT, BESIDE) else 1
        count = max(1, count)
        columns = count if count < 4 or self.width() > 2 * self.height() else 2
        rows = -(-count // columns)
        width = (self.width() - GAP * (columns - 1)) // columns
        height = (self.height() - GAP * (rows - 1)) // rows
        return [
            QRect((i % columns) * (width + GAP), (i // columns) * (height + GAP), width, height)
            for i in range(count)
        ]

    def _whole(self, area: QRect) -> QRectF:
        return self._zoom.place(area, self._natural)

    def _line_at(self, share: float) -> float:
        """The x of a divider, never out of sight."""
        area = self._areas()[0]
        whole = self._whole(area)
        return min(max(whole.left() + share * whole.width(), 1.0), self.width() - 2.0)

    def _divider_near(self, point: QPointF) -> int | None:
        if self._mode != DIVIDER:
            return None
        near = [
            i for i, s in enumerate(self._dividers) if abs(self._line_at(s) - point.x()) <= _GRIP
        ]
        return near[0] if near else None

    def _move_divider(self, number: int, x: float) -> None:
        whole = self._whole(self._areas()[0])
        share = (x - whole.left()) / max(1.0, whole.width())
        low = self._dividers[number - 1] if number else 0.0
        last = number + 1 == len(self._dividers)
        high = 1.0 if last else self._dividers[number + 1]
        self._dividers[number] = min(max(share, low), high)
        self.update()

    # Painting

    def _paint_divided(self, painter: QPainter) -> None:
        area = self._areas()[0]
        whole = self._whole(area)
        lines = [self._line_at(share) for share in self._dividers]
        bounds = [0.0, *lines, float(self.width())]
        for number, layer in enumerate(self._layers):
            strip = QRectF(bounds[number], 0, bounds[number + 1] - bounds[number], self.height())
            paint_layer(painter, layer, whole, strip, self._natural)
            seen = strip.intersected(whole)
            paint_tag(painter, layer.label, seen, at_right=number == len(self._layers) - 1)
        for x in lines:
            paint_line(painter, x, whole.intersected(QRectF(self.rect())))

    def _paint_apart(self, painter: QPainter, layers: Sequence[Layer]) -> None:
        for layer, area in zip(layers, self._areas(), strict=False):
            whole = self._whole(area)
            paint_layer(painter, layer, whole, QRectF(area), self._natural)
            paint_tag(painter, layer.label, QRectF(area).intersected(whole), at_right=False)

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tint(self.palette(), 0.04))
        if self._layers and self._mode == DIVIDER:
            self._paint_divided(painter)
        elif self._layers:
            turn = self._layers[self._turn : self._turn + 1]
            self._paint_apart(painter, turn if self._mode == BLINK else self._layers)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        point = event.position()
        areas = self._areas()
        under = (i for i, area in enumerate(areas) if area.contains(point.toPoint()))
        number = next(under, 0)
        factor = 1.25 ** (event.angleDelta().y() / _NOTCH)
        self._zoom_by(factor, number, point - QRectF(areas[number]).center())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = (event.position(), self._divider_near(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._grip is None:
            near = self._divider_near(point) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
            return
        last, number = self._grip
        self._grip = (point, number)
        if number is not None:
            self._move_divider(number, point.x())
        elif not self._zoom.fits:
            size = self._areas()[0].size()
            self._set_zoom(self._zoom.moved(point - last, size, self._natural))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.actual_size() if self._zoom.fits else self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ways = {Qt.Key.Key_Left: -0.02, Qt.Key.Key_Right: 0.02}
        if key == Qt.Key.Key_Space and self._mode == BLINK:
            self.next_turn()
        elif key in ways and self._mode == DIVIDER and self._dividers:
            whole = self._whole(self._areas()[0])
            share = self._dividers[0] + ways[key]
            self._move_divider(0, whole.left() + share * whole.width())
        else:
            super().keyPressEvent(event)


def natural_size(images: Sequence[QImage | None], sizes: Sequence[tuple[int, int] | None]) -> QSize:
    """The size that all are brought to: the largest finished picture's."""
    known = [QSizeF(*size) for size in sizes if size is not None]
    known += [QSizeF(image.size()) for image in images if image is not None] if not known else []
    largest = max(known, key=lambda size: size.width() * size.height(), default=QSizeF(1, 1))
    return largest.toSize()
