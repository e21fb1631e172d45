"""A place for one picture, into which one can be dropped."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.images import fitted
from sddesk.ui.theme import GAP, quiet_color, tint


class ImageWell(QWidget):
    """Shows the picture, or says how one gets here; takes what is dropped.

    Signals:
        dropped(object): the `QMimeData`.
    """

    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("init_well")
        self.setAccessibleName(self.tr("Picture to start from"))
        self.setAcceptDrops(True)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image: QImage | None = None
        self._over = False

    def show_image(self, image: QImage | None) -> None:
        """Show that, or the invitation."""
        self._image = image
        self.setAccessibleDescription("" if image is not None else self._invitation())
        self.update()

    def _invitation(self) -> str:
        return self.tr("Drop, paste or open a picture to start from it instead of noise")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is None:
            painter.fillRect(self.rect(), tint(self.palette(), 0.04))
            painter.setPen(quiet_color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            inner = self.rect().adjusted(2 * GAP, GAP, -2 * GAP, -GAP)
            painter.drawText(inner, flags, self._invitation())
        else:
            ratio = self.devicePixelRatioF()
            image = fitted(self._image, self.size() * ratio)
            image.setDevicePixelRatio(ratio)
            spot = QRectF(QPointF(), image.deviceIndependentSize())
            spot.moveCenter(QRectF(self.rect()).center())
            painter.drawImage(spot.topLeft(), image)
        if self._over:
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            self._mark(over=True)

    def dragLeaveEvent(self, event) -> None:
        self._mark(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(over=False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def _mark(self, *, over: bool) -> None:
        self._over = over
        self.update()
