"""The widget that shows the drawing, with zoom."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.core.canvas.rects import Rect
from sddesk.core.values import Picture
from sddesk.ui.canvas.camera import Camera
from sddesk.ui.canvas.overlays import paint_brush_outline, selection_veil
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.surface import Surface
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.images import paint_pixel_grid
from sddesk.ui.theme import tint

_NOTCH = 120  # Qt's units of one wheel click
_SHARP_FROM = 3.0  # view pixels for one of the canvas, from where on pixels are squares
_GRID_FROM = 12.0
_BUDGET_S = 0.008
_PLAIN = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)


class CanvasWidget(QWidget):
    """Paints what the studio holds, and the aids of the tool in hand.

    Signals:
        zoom_changed(): it is shown at another size.
    """

    zoom_changed = Signal()

    def __init__(self, studio: Studio, toolbox: Toolbox) -> None:
        super().__init__()
        self.studio, self._toolbox = studio, toolbox
        self._surface = Surface(studio.state)
        self._camera = Camera()
        self._grip: QPointF | None = None
        self._cursor: QPointF | None = None
        self._space = False
        self._veiled = self._veil = None  # the selection, and what is seen of it
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work)
        self._set_up()
        studio.painted.connect(self._follow)
        studio.overlaid.connect(self.update)
        studio.restructured.connect(self._restructured)
        studio.replaced.connect(self.fit)
        studio.brush_changed.connect(self.update)
        studio.settling.changed.connect(self._show_cursor)
        toolbox.changed.connect(self._show_cursor)

    def _set_up(self) -> None:
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._show_cursor()

    def picture(self) -> Callable[[], Picture] | None:
        """Makes the drawing as it is seen now, in any thread; None if not all is seen yet."""
        return self._surface.picture()

    def thumbnail(self) -> Picture:
        """The drawing as it is seen from far, quickly."""
        return self._surface.thumbnail()

    def camera(self) -> Camera:
        """Where it is seen from."""
        state = self.studio.state
        return self._camera.settled(self.size(), state.width, state.height)

    # Zoom

    def fit(self) -> None:
        """Show all of it."""
        self._look(Camera(mirrored=self._camera.mirrored))

    def actual_size(self) -> None:
        """One screen pixel for one of the drawing."""
        self._look(replace(self.camera(), scale=1 / self.devicePixelRatioF()))

    def zoom_in(self) -> None:
        """Larger, around the middle."""
        self.zoom_by(1.25, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        """Smaller, around the middle."""
        self.zoom_by(0.8, QPointF(self.rect().center()))

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Larger by `factor`, with the point under `at` staying there."""
        self._look(self.camera().zoomed(factor, at, self.size()))

    def pan(self, way: QPointF) -> None:
        """Pull the drawing along, by view pixels."""
        self._look(self.camera().moved(way))

    def mirror(self) -> None:
        """Look at it in a mirror; the drawing itself stays."""
        self._look(replace(self._camera, mirrored=not self._camera.mirrored))

    def _look(self, camera: Camera) -> None:
        self._camera = camera
        self.update()
        self.zoom_changed.emit()

    # Following the drawing

    def _follow(self, rect: Rect) -> None:
        done = self._surface.follow(self.studio.seen, rect)
        if self._toolbox.move_tool.lifts:
            self.update()
        elif done:
            self._update_part(done)
        if self._surface.busy:
            self._timer.start()

    def _work(self) -> None:
        state = self.studio.seen
        first = self.camera().visible(self.size(), state.width, state.height)
        done = self._surface.work(state, _BUDGET_S, first)
        self._update_part(done)
        if not self._surface.busy:
            self._timer.stop()

    def _update_part(self, rect: Rect) -> None:
        seen = self.camera().seen(rect, self.size()).toAlignedRect()
        self.update(seen.adjusted(-2, -2, 2, 2))

    def _restructured(self) -> None:
        selection = self.studio.state.selection
        if selection is not self._veiled:
            self._veiled, self._veil = selection, selection_veil(selection)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_canvas(painter, event.rect())
        camera = self.camera()
        assert camera.scale is not None
        painter.setTransform(camera.transform(self.size()))
        self._toolbox.tool.paint(painter, camera.scale)
        painter.resetTransform()
        self._paint_cursor(painter, camera.scale)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_canvas(self, painter: QPainter, exposed: QRect) -> None:
        state, camera = self.studio.state, self.camera()
        scale = camera.scale or 1.0
        painter.fillRect(exposed, self.palette().window())
        painter.fillRect(exposed, tint(self.palette(), 0.12))
        whole = camera.seen(state.bounds, self.size())
        if state.background is None:
            painter.fillRect(whole, QColor(255, 255, 255))
            painter.fillRect(whole, QBrush(QColor(205, 205, 205), Qt.BrushStyle.Dense4Pattern))
        back, _ = camera.transform(self.size()).inverted()
        area = back.mapRect(QRectF(exposed.adjusted(-1, -1, 1, 1))).toAlignedRect()
        part = Rect(area.left() - 1, area.top() - 1, area.right() + 2, area.bottom() + 2)
        painter.setTransform(camera.transform(self.size()))
        smooth = scale < _SHARP_FROM and scale != 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        self._surface.paint(painter, part & state.bounds, scale)
        self._toolbox.move_tool.paint_lifted(painter, self._surface.waiting)
        self._toolbox.tool.paint_made(painter, self._surface.waiting)
        if self._veil is not None and not self._toolbox.move_tool.is_making():
            painter.drawImage(QRectF(0, 0, state.width, state.height), self._veil)
        painter.resetTransform()
        if scale >= _GRID_FROM:
            paint_pixel_grid(painter, whole, QRectF(exposed), scale)

    def _paint_cursor(self, painter: QPainter, scale: float) -> None:
        diameter = self._toolbox.tool.outline() * scale
        if self._cursor is not None and diameter > 0 and not self._panning():
            paint_brush_outline(painter, self._cursor, diameter)

    def _move_cursor(self, to: QPointF | None) -> None:
        reach = self._toolbox.tool.outline() * (self.camera().scale or 1.0) / 2 + 8
        for at in (self._cursor, to):
            if at is not None:
                self.update(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach).toRect())
        self._cursor = to

    def _show_cursor(self) -> None:
        shapes = Qt.CursorShape
        shape = shapes.OpenHandCursor if self._panning() else shapes.CrossCursor
        if self.studio.settling.busy and not self._panning():
            shape = shapes.BusyCursor
        self.setCursor(shape)
        self.update()

    def _panning(self) -> bool:
        return self._space or self._grip is not None
