"""From the core's pictures to Qt's images, and to how they are looked at."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

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


def paint_pixel_grid(painter: QPainter, whole: QRectF, exposed: QRectF, scale: float) -> None:
    """Lines between pixels of a picture that lies at `whole` in the view."""
    painter.setPen(QPen(QColor(128, 128, 128, 110), 1))
    inside = whole.intersected(exposed)
    first = int((inside.left() - whole.left()) / scale)
    for column in range(first, int((inside.right() - whole.left()) / scale) + 1):
        x = whole.left() + column * scale
        painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
    first = int((inside.top() - whole.top()) / scale)
    for row in range(first, int((inside.bottom() - whole.top()) / scale) + 1):
        y = whole.top() + row * scale
        painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
