"""What is drawn over the drawing: brush outline, and the veil over what is not selected."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QRegion

from sddesk.core.canvas.layers import Mask
from sddesk.core.canvas.rects import Rect

if TYPE_CHECKING:
    from sddesk.core.canvas.shape_drawing import Drawing

_VEIL = (140, 90, 60, 70)  # blue, green, red, alpha, premultiplied as Qt has it
_FINEST = 1024  # pixels across of the veil: it need not be finer


def paint_brush_outline(painter: QPainter, at: QPointF, diameter: float) -> None:
    """A circle in two tones, to be seen on any ground; tiny brushes get a cross."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, more in ((QColor(255, 255, 255, 200), 0.5), (QColor(0, 0, 0, 200), -0.5)):
        painter.setPen(QPen(color, 1))
        radius = max(1.5, diameter / 2 + more)
        painter.drawEllipse(at, radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def selection_veil(selection: Mask | None) -> QImage | None:
    """An image over what is not selected; None if all is."""
    if selection is None:
        return None
    step = max(1, max(selection.shape) // _FINEST)
    outside = 255 - np.arange(256)[:, None]  # for each value that a selection has
    table = outside * np.array(_VEIL) // 255
    table[:, :3] = table[:, :3] * _VEIL[3] // 255
    veil = table.astype(np.uint8).view("<u4")[:, 0][selection[::step, ::step]]  # (height, width)
    height, width = veil.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(veil.data, width, height, width * 4, form).copy()


def region(rects: list[Rect]) -> QRegion:
    """All of them together."""
    together = QRegion()
    for rect in rects:
        together += QRect(rect.left, rect.top, rect.width, rect.height)
    return together


def paint_drawing(painter: QPainter, drawing: "Drawing") -> None:
    """A shape about as it will be drawn, in canvas coordinates."""
    color, brush = QColor(*drawing.color), drawing.brush
    color.setAlphaF(brush.opacity)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    way = QPolygonF([QPointF(point.x, point.y) for point in drawing.way])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if drawing.filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(way)
    else:
        solid, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(color, brush.size, solid, cap, join))
        painter.drawPolyline(way)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_two_tone(painter: QPainter, way: QPolygonF) -> None:
    """A closed line that is seen on any ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("white"), 0))
    painter.drawPolygon(way)
    painter.setPen(QPen(QColor("black"), 0, Qt.PenStyle.DashLine))
    painter.drawPolygon(way)
