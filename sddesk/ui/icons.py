"""Icons of one family (Lucide), drawn in the palette's text colour whatever the theme."""

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from sddesk.core.paths import RESOURCES


def icon(name: str, *, calling: bool = False) -> QIcon:
    """The icon `resources/icons/NAME.svg`; raises `OSError` for a name that is not there.

    `calling` if its button has `calling_palette` while it is switched on.
    """
    return QIcon(_Engine(_source(name), calling=calling))


@cache
def tinted(name: str, side: int, color: str) -> QPixmap:
    """The icon in a colour of its own, to be painted on pictures."""
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing = _source(name).replace("currentColor", color)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


@cache
def _source(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")


class _Engine(QIconEngine):
    """Renders anew at each size and colour, so that a change of theme needs no new icons."""

    def __init__(self, source: str, *, calling: bool) -> None:
        super().__init__()
        self._source, self._calling = source, calling

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        groups = {QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled}
        group = groups.get(mode, QPalette.ColorGroup.Active)
        selected = mode == QIcon.Mode.Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.ButtonText
        color = QGuiApplication.palette().color(group, role).name()
        if self._calling and state == QIcon.State.On:
            color = "white"
        drawing = self._source.replace("currentColor", color)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._source, calling=self._calling)
