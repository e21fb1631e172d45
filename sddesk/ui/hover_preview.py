"""A larger look at the step under the mouse, floating above the timeline."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLabel

from sddesk.ui.frames import Frame
from sddesk.ui.images import fitted
from sddesk.ui.theme import GAP
from sddesk.ui.timeline import StepTimeline

_SIDE = 144


class HoverPreview(QObject):
    """Watches the mouse over a timeline; the selection stays as it is.

    Signals: none.
    """

    def __init__(self, timeline: StepTimeline) -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._label: QLabel | None = None
        self._step = 0
        timeline.setMouseTracking(True)
        timeline.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            if event.buttons() == Qt.MouseButton.NoButton:
                self._show_at(event.position().x())
            else:
                self._hide()
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.MouseButtonPress):
            self._hide()
        return False

    def _show_at(self, x: float) -> None:
        frame = self._timeline.frame_at(x)
        if frame is None:
            self._hide()
            return
        label = self._ready_label()
        if frame.step != self._step:
            self._step = frame.step
            self._fill(label, frame)
        above = self._timeline.mapTo(self._timeline.window(), QPoint(round(x), 0))
        room = self._timeline.window().width() - label.width()
        left = max(0, min(room, above.x() - label.width() // 2))
        label.move(left, above.y() - label.height() - GAP)
        label.show()
        label.raise_()

    def _fill(self, label: QLabel, frame: Frame) -> None:
        image = fitted(frame.predicted, label.size().scaled(_SIDE, _SIDE, Qt.AspectRatioMode(0)))
        label.setPixmap(QPixmap.fromImage(image))
        label.resize(image.size())

    def _ready_label(self) -> QLabel:
        if self._label is None:
            self._label = QLabel(self._timeline.window())
            self._label.setObjectName("hover_preview")
            self._label.setFrameShape(QFrame.Shape.Box)
            self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._label.setAccessibleName(self.tr("The step under the mouse"))
            self._label.resize(_SIDE, _SIDE)
        return self._label

    def _hide(self) -> None:
        if self._label is not None:
            self._label.hide()
