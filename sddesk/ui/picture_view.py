"""The large view of a picture, of one step, or of two frames side by side."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, QRect, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDrag,
    QFocusEvent,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.ui.frames import Shown, View
from sddesk.ui.images import fitted, paint_pixel_grid
from sddesk.ui.start_page import StartPage
from sddesk.ui.theme import GAP, quiet_color
from sddesk.ui.veils import Veil
from sddesk.ui.zoom import FIT, Zoom

_NOTCH = 120  # Qt's units of one wheel click
_GRID_FROM = 12.0  # screen pixels for one of the picture, from where on the grid is drawn
_SHARP_FROM = 4.0  # from where on pixels are shown as squares


class PictureView(QWidget):
    """Paints what the timeline selects, fitted or zoomed; invites when there is nothing yet.

    Signals:
        zoom_changed(): it is shown at another size.
    """

    zoom_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_view")
        self.setAccessibleName(self.tr("Picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        # By click only: here the Tab key leaves the pictures alone on the screen.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.file: Path | None = None  # of the finished picture
        self._shown = Shown()
        self._fitted: list[QPixmap] = []
        self.veil: Veil | None = None
        self._zoom = FIT
        self._grip: QPointF | None = None
        self.start = StartPage(self)
        self.setAccessibleDescription(self.start.title.text())

    @property
    def shown(self) -> Shown:
        """What is on show."""
        return self._shown

    def image(self) -> QImage | None:
        """The last of the images on show: predicted rather than noisy."""
        return self._shown.views[-1].image if self._shown.views else None

    def show_pictures(self, shown: Shown) -> None:
        """Show these pictures instead, at the same place and size."""
        self._shown = shown
        self._fitted = []
        self.start.setVisible(not shown.views)
        self._describe()
        self.update()

    def set_overlay(self, overlay: QImage | None) -> None:
        """Lay this over each picture, stretched to its size; None takes it away."""
        if overlay is not None or self.veil is not None:
            self.veil = None if overlay is None else Veil(overlay)
            self.update()

    # Zoom

    def zoom_percent(self) -> int:
        """The size on show: 100 is one screen pixel for one of the picture."""
        return round(100 * self._zoom.scale_in(self._area_size(), self._natural()))

    def fit(self) -> None:
        """Show all of it, as large as it fits."""
        self._set_zoom(FIT)

    def actual_size(self) -> None:
        """One screen pixel for one of the picture."""
        self._set_zoom(Zoom(1 / self.devicePixelRatioF(), self._zoom.center))

    def zoom_in(self) -> None:
        """Larger, around the middle."""
        self._zoom_by(1.25, None)

    def zoom_out(self) -> None:
        """Smaller, around the middle."""
        self._zoom_by(0.8, None)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        image = self.image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)

    def _zoom_by(self, factor: float, at: QPointF | None) -> None:
        if not self._shown.views:
            return
        area = next((a for a in self._areas() if at is not None and a.contains(at.toPoint())), None)
        offset = QPointF() if area is None or at is None else at - QRectF(area).center()
        zoom = self._zoom.by(factor, offset, self._area_size(), self._natural())
        self._set_zoom(zoom)

    def _set_zoom(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self._describe()
        self.update()
        self.zoom_changed.emit()

    def _natural(self) -> QSize:
        """The size in pixels of the finished picture, of which previews are small versions."""
        return self._shown.size or self._shown.views[0].image.size()

    # Words

    def _describe(self) -> None:
        words = [self._shown.text, *(view.caption for view in self._shown.views)]
        if self._shown.views and not self._zoom.fits:
            words.append(self.tr("{count} %").format(count=self.zoom_percent()))
        self.setAccessibleDescription(", ".join(word for word in words if word))

    # Places

    def _caption_height(self) -> int:
        has_captions = any(view.caption for view in self._shown.views)
        return self.fontMetrics().height() + GAP if has_captions else 0

    def _areas(self) -> list[QRect]:
        """One area for each picture, side by side."""
        count = max(1, len(self._shown.views))
        width = (self.width() - GAP * (count - 1)) // count
        height = self.height() - self._caption_height()
        return [QRect(i * (width + GAP), 0, width, height) for i in range(count)]

    def _area_size(self) -> QSize:
        return self._areas()[0].size()

    # Painting

    def _paint_views(self, painter: QPainter) -> None:
        areas = self._areas()
        if self._zoom.fits and not self._fitted:
            self._fitted = [
                self._fit_view(view, area.size())
                for view, area in zip(self._shown.views, areas, strict=True)
            ]
        for number, (view, area) in enumerate(zip(self._shown.views, areas, strict=True)):
            if self._zoom.fits:
                spot = self._paint_fitted(painter, area, self._fitted[number])
            else:
                spot = self._paint_zoomed(painter, area, view)
            self._paint_caption(painter, area, spot, view.caption)

    def _fit_view(self, view: View, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        image = fitted(view.image, size * ratio)
        image.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(image)

    def _paint_fitted(self, painter: QPainter, area: QRect, pixmap: QPixmap) -> QRectF:
        spot = QRectF(QPointF(), pixmap.deviceIndependentSize())
        spot.moveCenter(QRectF(area).center())
        painter.drawPixmap(spot.topLeft(), pixmap)
        if self.veil is not None:
            veil = self.veil.at(pixmap.size(), self.devicePixelRatioF())
            painter.drawPixmap(spot.topLeft(), veil)
        return spot

    def _paint_zoomed(self, painter: QPainter, area: QRect, view: View) -> QRectF:
        whole = self._zoom.place(area, self._natural())
        scale = self._zoom.scale_in(area.size(), self._natural())
        sharp = view.exact and scale >= _SHARP_FROM
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
        painter.drawImage(whole, view.image)
        if self.veil is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(whole, self.veil.image)
        if view.exact and scale >= _GRID_FROM:
            paint_pixel_grid(painter, whole, QRectF(area), scale)
        painter.restore()
        return QRectF(area)

    def _paint_caption(self, painter: QPainter, area: QRect, spot: QRectF, caption: str) -> None:
        if not caption:
            return
        painter.setPen(quiet_color())
        top = min(spot.bottom(), area.bottom()) + GAP
        line = QRectF(area.left(), top, area.width(), self._caption_height())
        words = self.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, area.width())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(line, flags, words)

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._shown.views:
            self._paint_views(painter)
        if self.hasFocus() and self._shown.views:
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.start.setGeometry(self.rect())
        self._fitted = []

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(1.25 ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Zoomed in, the picture moves along; fitted, it can be carried to another program."""
        if self._grip is None or not self._shown.views:
            return
        way = event.position() - self._grip
        if not self._zoom.fits:
            self._grip = event.position()
            self._set_zoom(self._zoom.moved(way, self._area_size(), self._natural()))
        elif way.manhattanLength() >= QGuiApplication.styleHints().startDragDistance():
            self._grip = None
            self._drag_out()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.actual_size() if self._zoom.fits else self.fit()

    def _drag_out(self) -> None:
        image = self.image()
        if image is None:
            return
        data = QMimeData()
        data.setImageData(image)
        if self.file is not None:
            data.setUrls([QUrl.fromLocalFile(str(self.file))])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(QPixmap.fromImage(fitted(image, QSize(96, 96))))
        drag.exec(Qt.DropAction.CopyAction)
