"""What is drawn over the drawing: brush outline, and the veil over what is not selected."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from sddesk.core.canvas.layers import Mask

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
    outside = 255 - selection[::step, ::step].astype(np.uint16)  # (height, width)
    veil = (outside[..., None] * np.array(_VEIL, np.uint16) // 255).astype(np.uint8)
    veil[..., :3] = veil[..., :3].astype(np.uint16) * _VEIL[3] // 255
    height, width = outside.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(np.ascontiguousarray(veil).data, width, height, width * 4, form).copy()


def paint_two_tone(painter: QPainter, way: QPolygonF) -> None:
    """A closed line that is seen on any ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("white"), 0))
    painter.drawPolygon(way)
    painter.setPen(QPen(QColor("black"), 0, Qt.PenStyle.DashLine))
    painter.drawPolygon(way)
