"""What mouse, pen and keys do on the canvas."""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)

from sddesk.core.canvas.paths import Point
from sddesk.ui.canvas.canvas_widget import CanvasWidget
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.canvas.tools import Touch

_NOTCH = 120  # Qt's units of one wheel click
_PLAIN = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)


class CanvasView(CanvasWidget):
    """Hands what is pressed to the tool; space and the middle button pull the drawing along.

    Signals:
        dropped(object): the `QMimeData` of something that was dropped on it.
    """

    dropped = Signal(object)

    def __init__(self, studio: Studio, toolbox: Toolbox) -> None:
        super().__init__(studio, toolbox)
        self._down = self._pen = False
        self.setAcceptDrops(True)
        for high_rate in ("AA_CompressHighFrequencyEvents", "AA_CompressTabletEvents"):
            attribute = getattr(Qt.ApplicationAttribute, high_rate)
            QCoreApplication.setAttribute(attribute, False)  # fast strokes stay round

    # Mouse and pen

    def _touch(self, at: QPointF, pressure: float, event: QMouseEvent | QTabletEvent) -> Touch:
        camera = self.camera()
        place = camera.to_canvas(at, self.size())
        point = Point(place.x(), place.y(), pressure)
        return Touch.of(point, event.modifiers(), camera.scale or 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._grip = event.position()
        elif left and not self._pen:
            self._press(self._touch(event.position(), 1.0, event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_cursor(event.position())
        if self._grip is not None:
            self.pan(event.position() - self._grip)
            self._grip = event.position()
        elif self._down and not self._pen:
            self._toolbox.move(self._touch(event.position(), 1.0, event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
        elif self._down and not self._pen:
            self._release(self._touch(event.position(), 1.0, event))

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()  # else the same would come again as a mouse event
        self._move_cursor(event.position())
        touch = self._touch(event.position(), event.pressure(), event)
        match event.type():
            case QEvent.Type.TabletPress if event.button() == Qt.MouseButton.LeftButton:
                eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
                self._toolbox.turn_pen(eraser=eraser)
                self._pen = True
                self._press(touch)
            case QEvent.Type.TabletMove if self._pen:
                self._toolbox.move(touch)
            case QEvent.Type.TabletRelease if self._pen:
                self._release(touch)
                self._pen = False
                self._toolbox.turn_pen(eraser=False)
            case _:
                return

    def _press(self, touch: Touch) -> None:
        self._down = True
        self._toolbox.hold_alt(alt=touch.alt)
        self._toolbox.press(touch)
        self.update()

    def _release(self, touch: Touch) -> None:
        self._down = False
        self._toolbox.release(touch)
        self._toolbox.hold_alt(alt=False)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(1.25 ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._move_cursor(None)

    def dragEnterEvent(self, event) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # Keys: with the canvas in focus, its commands go before those of the window

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            escapes = event.key() == Qt.Key.Key_Escape and self._toolbox.is_making()
            if escapes or self._command(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._command(event)
        if action is not None:
            action.trigger()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Escape and self._toolbox.tool.cancel():
            self._down = False
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toolbox.finish()
            self.update()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    def _command(self, event: QKeyEvent) -> QAction | None:
        """The canvas's own command for these keys; signs may need Shift on some keyboards."""
        wanted = [QKeySequence(event.keyCombination())]
        if event.text() and not event.text().isalnum():
            wanted.append(QKeySequence(event.key() | (event.modifiers() & _PLAIN).value))
        own = (a for a in self.actions() if any(key in a.shortcuts() for key in wanted))
        return next((action for action in own if action.isEnabled()), None)
