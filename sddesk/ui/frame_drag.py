"""Pulling a frame out of the strip: where it is let go, a branch begins."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent, QPixmap

from sddesk.ui.timeline import StepTimeline

_OUT = 24  # pixels above or below the strip: further than a hand trembles while it scrubs
_SIZE = 72


class FrameDrag(QObject):
    """Watches the mouse on a timeline.

    Signals:
        dropped(): the selected step was pulled out and let go.
    """

    dropped = Signal()

    def __init__(self, timeline: StepTimeline) -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._out = False
        timeline.installEventFilter(self)

    def is_out(self) -> bool:
        """Whether a frame is in the hand now."""
        return self._out

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name."""
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if event.type() == QEvent.Type.FocusOut:
            self._put_back()
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            y = event.position().y()
            if not -_OUT <= y <= self._timeline.height() + _OUT:
                self._take_out()
                return True  # the selected step stays
            self._put_back()
        if event.type() == QEvent.Type.MouseButtonRelease and self._out:
            self._put_back()
            self.dropped.emit()
        return False

    def _take_out(self) -> None:
        frame = self._timeline.frame()
        if self._out or frame is None:
            return
        self._out = True
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap = QPixmap.fromImage(frame.predicted).scaled(_SIZE, _SIZE, keep, smooth)
        self._timeline.setCursor(QCursor(pixmap))

    def _put_back(self) -> None:
        if self._out:
            self._out = False
            self._timeline.unsetCursor()
