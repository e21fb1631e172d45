"""Plays what is in an animation, as large as there is room."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sddesk.core.values import Picture
from sddesk.ui.images import to_image
from sddesk.ui.theme import quiet_color, tint

if TYPE_CHECKING:
    from sddesk.core.animation.playback import Playback


class AnimationPreview(QWidget):
    """One picture after the other, again and again.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("animation_preview")
        self.setAccessibleName(self.tr("Preview of the animation"))
        self.setMinimumSize(320, 320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._images: list[QImage] = []
        self._durations: tuple[int, ...] = ()
        self._at = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def show_picture(self, picture: Picture) -> None:
        """Show one picture, which does not move."""
        self._timer.stop()
        self._images, self._durations, self._at = [to_image(picture)], (), 0
        self.update()

    def play(self, playback: "Playback") -> None:
        """Play these pictures from the first one on."""
        self._images = [to_image(picture) for picture in playback.pictures]
        self._durations, self._at = playback.durations, 0
        self._start()

    def image(self) -> QImage | None:
        """What is shown now."""
        return self._images[self._at] if self._images else None

    def stop(self) -> None:
        """Let go of all pictures."""
        self._timer.stop()
        self._images, self._at = [], 0
        self.update()

    def _start(self) -> None:
        self.update()
        if len(self._images) > 1:
            self._timer.start(max(10, self._durations[self._at]))

    def _go_on(self) -> None:
        self._at = (self._at + 1) % len(self._images)
        self._start()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(512, 512)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tint(self.palette(), 0.06))
        image = self.image()
        if image is None:
            painter.setPen(quiet_color())
            words = self.tr("The animation is shown here\nas soon as it is made.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        else:
            painter.drawImage(self._place(image), image)
        painter.end()

    def _place(self, image: QImage) -> QRectF:
        """As large as fits; small ones by whole numbers, so that pixels stay square."""
        scale = min(self.width() / image.width(), self.height() / image.height())
        if scale > 1:
            scale = int(scale)
        place = QRectF(0, 0, image.width() * scale, image.height() * scale)
        place.moveCenter(QRectF(self.rect()).center())
        return QRectF(place.toAlignedRect())
