"""From the core's pictures to Qt's images, and to the size at which they are looked at."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from sddesk.core.values import Picture

_CRISP = 3  # from this enlargement on, single pixels are worth seeing


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


def fitted(image: QImage, box: QSize) -> QImage:
    """The image as large as it fits into `box`.

    Small pictures get crisp, evenly sized pixels: whole multiples first, the rest smoothly.
    """
    keep = Qt.AspectRatioMode.KeepAspectRatio
    size = image.size().scaled(box, keep).expandedTo(QSize(1, 1))
    factor = size.width() // max(1, image.width())
    if factor >= _CRISP:
        image = image.scaled(image.size() * factor, keep, Qt.TransformationMode.FastTransformation)
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
