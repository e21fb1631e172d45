"""The large view of a picture, of one step, or of two frames side by side."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.frames import Shown, View
from sddesk.ui.images import fitted
from sddesk.ui.theme import GAP, quiet_color, tint


class PictureView(QWidget):
    """Paints what the timeline selects; invites when there is nothing yet.

    Signals: none.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_view")
        self.setAccessibleName(self.tr("Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self._shown = Shown()
        self._scaled: list[QPixmap] = []
        self._invite()

    @property
    def shown(self) -> Shown:
        """What is on show."""
        return self._shown

    def show_pictures(self, shown: Shown) -> None:
        """Show these pictures instead."""
        self._shown = shown
        self._scaled = []
        self.setAccessibleDescription(", ".join([shown.text, *(v.caption for v in shown.views)]))
        self.update()

    def _invite(self) -> None:
        self.setAccessibleDescription(self._invitation()[0])

    def _invitation(self) -> tuple[str, str]:
        return (
            self.tr("Type a prompt and press Ctrl+Enter"),
            self.tr("You will see the picture come out of the noise, step by step."),
        )

    def _caption_height(self) -> int:
        has_captions = any(view.caption for view in self._shown.views)
        return self.fontMetrics().height() + GAP if has_captions else 0

    def _areas(self) -> list[QRect]:
        """One area for each picture, side by side."""
        count = len(self._shown.views)
        width = (self.width() - GAP * (count - 1)) // count
        height = self.height() - self._caption_height()
        return [QRect(i * (width + GAP), 0, width, height) for i in range(count)]

    def _scale(self, view: View, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        image = fitted(view.image, size * ratio)
        image.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(image)

    def _paint_view(self, painter: QPainter, area: QRect, pixmap: QPixmap, caption: str) -> None:
        spot = QRectF(QPointF(), pixmap.deviceIndependentSize())
        spot.moveCenter(QRectF(area).center())
        painter.drawPixmap(spot.topLeft(), pixmap)
        if not caption:
            return
        painter.setPen(quiet_color())
        line = QRectF(area.left(), spot.bottom() + GAP, area.width(), self._caption_height())
        words = self.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, area.width())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(line, flags, words)

    def _paint_invitation(self, painter: QPainter) -> None:
        title, line = self._invitation()
        painter.fillRect(self.rect(), tint(self.palette(), 0.04))
        above, below = QRect(self.rect()), QRect(self.rect())
        above.setBottom(self.rect().center().y() - GAP // 2)
        below.setTop(self.rect().center().y() + GAP // 2)
        font = self.font()
        painter.setPen(quiet_color())
        center = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(below, center | Qt.AlignmentFlag.AlignTop, line)
        font.setPointSizeF(font.pointSizeF() * 1.5)
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(above, center | Qt.AlignmentFlag.AlignBottom, title)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._shown.views:
            self._paint_invitation(painter)
        else:
            areas = self._areas()
            if not self._scaled:
                pairs = zip(self._shown.views, areas, strict=True)
                self._scaled = [self._scale(view, area.size()) for view, area in pairs]
            for view, area, pixmap in zip(self._shown.views, areas, self._scaled, strict=True):
                self._paint_view(painter, area, pixmap, view.caption)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scaled = []
