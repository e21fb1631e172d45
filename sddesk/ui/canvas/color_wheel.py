"""Choosing a colour: hue on a ring, saturation and value in the square inside it."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QConicalGradient, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

_RING = 0.16  # of the radius
_KEY_STEP = 0.02


class ColorWheel(QWidget):
    """Hue ring around a square; arrow keys change saturation and value, with Shift the hue.

    Signals:
        picked(object): the colour (red, green, blue) that the user has chosen.
    """

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("color_wheel")
        self.setAccessibleName(self.tr("Colour"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._hsv = (0.0, 0.0, 0.0)
        self._on_ring = False

    def sizeHint(self) -> QSize:
        return QSize(180, 180)

    def color(self) -> tuple[int, int, int]:
        """The colour on show."""
        made = QColor.fromHsvF(*self._hsv)
        return made.red(), made.green(), made.blue()

    def show_color(self, color: tuple[int, int, int]) -> None:
        """Show that colour; greys keep the hue that was there."""
        if color != self.color():
            hue, saturation, value, _ = QColor(*color).getHsvF()  # pyright: ignore
            self._hsv = (self._hsv[0] if hue < 0 else hue), saturation, value
            self.setAccessibleDescription(QColor(*color).name())
            self.update()

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - 2

    def _square(self) -> QRectF:
        half = self._radius() * (1 - _RING) / math.sqrt(2) - 3
        middle = QRectF(self.rect()).center()
        return QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = QRectF(self.rect()).center(), self._radius()
        rainbow = QConicalGradient(middle, 0)
        for sixth in range(7):
            rainbow.setColorAt(sixth / 6, QColor.fromHsvF(sixth / 6 % 1, 1, 1))
        width = radius * _RING
        painter.setPen(QPen(rainbow, width))
        painter.drawEllipse(middle, radius - width / 2, radius - width / 2)
        square = self._square()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(square, _shades(self._hsv[0]))
        angle = 2 * math.pi * self._hsv[0]
        reach = radius - width / 2
        self._mark(painter, middle + QPointF(reach * math.cos(angle), -reach * math.sin(angle)))
        x = square.left() + self._hsv[1] * square.width()
        self._mark(painter, QPointF(x, square.bottom() - self._hsv[2] * square.height()))
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _mark(self, painter: QPainter, at: QPointF) -> None:
        for color, radius in (("black", 6.0), ("white", 5.0)):
            painter.setPen(QPen(QColor(color), 1.5))
            painter.drawEllipse(at, radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        way = event.position() - QRectF(self.rect()).center()
        self._on_ring = math.hypot(way.x(), way.y()) > self._radius() * (1 - _RING) - 2
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        at = event.position()
        if self._on_ring:
            way = at - QRectF(self.rect()).center()
            hue = math.atan2(-way.y(), way.x()) / (2 * math.pi) % 1.0
            self._pick(hue, *self._hsv[1:])
        else:
            square = self._square()
            saturation = (at.x() - square.left()) / square.width()
            self._pick(self._hsv[0], saturation, (square.bottom() - at.y()) / square.height())

    def keyPressEvent(self, event) -> None:
        keys = Qt.Key
        ways = {
            keys.Key_Left: (-1, 0),
            keys.Key_Right: (1, 0),
            keys.Key_Up: (0, 1),
            keys.Key_Down: (0, -1),
        }
        way = ways.get(event.key())
        if way is None:
            super().keyPressEvent(event)
            return
        hue, saturation, value = self._hsv
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pick((hue + sum(way) * _KEY_STEP) % 1.0, saturation, value)
        else:
            self._pick(hue, saturation + way[0] * _KEY_STEP, value + way[1] * _KEY_STEP)

    def _pick(self, hue: float, saturation: float, value: float) -> None:
        self._hsv = hue, max(0.0, min(1.0, saturation)), max(0.0, min(1.0, value))
        self.setAccessibleDescription(QColor(*self.color()).name())
        self.update()
        self.picked.emit(self.color())


def _shades(hue: float) -> QImage:
    """Saturation to the right, value upwards."""
    steps = 64
    pure = np.array(QColor.fromHsvF(hue, 1, 1).getRgb()[:3], np.float32)  # pyright: ignore
    saturation = np.linspace(0, 1, steps, dtype=np.float32)[None, :, None]
    value = np.linspace(1, 0, steps, dtype=np.float32)[:, None, None]
    made = (255 * (1 - saturation) + pure * saturation) * value  # (steps, steps, 3)
    data = np.ascontiguousarray((made + 0.5).astype(np.uint8))
    return QImage(data.data, steps, steps, steps * 3, QImage.Format.Format_RGB888).copy()
