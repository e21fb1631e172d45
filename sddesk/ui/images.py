"""From the core's pictures to Qt's images, and to the size at which they are looked at."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from sddesk.core.values import Picture


def to_image(picture: Picture) -> QImage:
    """The picture as a `QImage` that owns its pixels."""
    bytes_per_line = picture.width * 3
    view = QImage(
        picture.pixels,
        picture.width,
        picture.height,
        bytes_per_line,
        QImage.Format.Format_RGB888,
    )
    return view.convertToFormat(QImage.Format.Format_RGB32)


def from_image(image: QImage) -> Picture:
    """The image as the core's picture, transparency laid on white."""
    ground = QImage(image.size(), QImage.Format.Format_RGB888)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    width, height = ground.width(), ground.height()
    rows = bytes(ground.constBits())
    line = ground.bytesPerLine()
    if line != width * 3:  # Qt pads lines to four bytes
        rows = b"".join(rows[y * line : y * line + width * 3] for y in range(height))
    return Picture(width, height, rows)


def fitted(image: QImage, box: QSize) -> QImage:
    """The image as large as it fits into `box`.

    Small ones are doubled again and again: Qt's bilinear scaling in one go shows the pixels of a
    64 x 64 picture as little stars, in several it is as soft as a spline.
    """
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    size = image.size().scaled(box, keep).expandedTo(QSize(1, 1))
    while image.width() * 2 <= size.width():
        image = image.scaled(image.size() * 2, keep, smooth)
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
