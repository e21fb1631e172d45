"""Pixels that hover above the drawing: moved by Qt, laid down in the background."""

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from sddesk.core.canvas.layers import Layer, Pixels
from sddesk.core.canvas.made import Made
from sddesk.core.canvas.rects import NOTHING, Rect
from sddesk.core.canvas.transforming import Lift, Turn
from sddesk.core.problems import Problem
from sddesk.ui.canvas.overlays import region
from sddesk.ui.canvas.studio import Studio

_FINEST = 2048  # pixels of the longer side while it moves; it is laid down in full


class Lifting:
    """One piece from lifting to laying down; raises `ProblemError` where there is nothing to lift.

    While it moves, it is painted above all layers; a moment after it rests, it is seen as it will
    be. The drawing is the old one until `keep`.
    """

    def __init__(self, studio: Studio, run: Callable[..., None]) -> None:
        self._studio, self._run = studio, run
        self._lift = Lift(studio.document)
        self.box, self.turn = self._lift.box, Turn()
        self._image: QImage | None = None
        self._laying: _Laying | None = None
        self._shown = self.box
        self.hovers = self._over = False  # while it moves
        self.kept = False  # from now on it is only waited for
        run(self._prepared, self._take, self._failed)

    def map(self) -> QTransform:
        """From where it was lifted to where it is."""
        box, turn = self.box, self.turn
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        to = QTransform.fromTranslate(x + turn.dx, y + turn.dy)
        to.rotate(turn.angle)
        to.scale(turn.scale_x, turn.scale_y)
        return to.translate(-x, -y)

    def place(self, turn: Turn) -> None:
        """Let it hover as `turn` says, which costs next to nothing."""
        self.turn, self._laying = turn, None
        self._hover()
        self._studio.overlaid.emit()

    def rest(self) -> None:
        """It hovers at its place for now: lay it down to be looked at."""
        if self._laying is None and self.turn != Turn():
            laying = self._laying = _Laying(self._lift, self.turn)
            self._run(
                lambda: self._work(laying), lambda laid: self._laid(laying, laid), self._failed
            )

    def keep(self) -> None:
        """Change the drawing as soon as it is laid down; all else is done after that."""
        self.kept = True
        if self.turn == Turn():
            self.drop()
        elif self._laying is not None and self._laying.made is not None:
            self._commit(self._laying.made)
        else:
            self._studio.settling.hold(self._settle)
            self.rest()

    def _settle(self) -> None:
        """Change the drawing now, and wait for it."""
        laying = self._laying or _Laying(self._lift, self.turn)
        self._commit(laying.result())

    @property
    def over(self) -> bool:
        """Whether nothing hovers any more."""
        return self._over

    def drop(self) -> None:
        """The drawing stays as it was."""
        self._over, self.hovers = True, False
        if self._studio.preview is not None:
            self._see(None, self.box)
        self._studio.settling.free(self._settle)

    def paint(self, painter: QPainter, waiting: list[Rect]) -> None:
        """Paint it in canvas coordinates; once it is laid down, only where that is not composed."""
        if self._image is None or self.turn == Turn() or (not self.hovers and not waiting):
            return
        painter.save()
        if not self.hovers:
            painter.setClipRegion(region(waiting), Qt.ClipOperation.IntersectClip)
        painter.setTransform(self.map(), True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(self._lift.layer.opacity)
        box = self.box
        painter.drawImage(QRectF(box.left, box.top, box.width, box.height), self._image)
        painter.restore()

    # In the background

    def _prepared(self) -> QImage:
        self._lift.rest()
        return _image(self._lift.piece())

    def _work(self, laying: "_Laying") -> Made | None:
        return laying.result() if laying is self._laying and not self._over else None

    # And back

    def _take(self, image: QImage) -> None:
        self._image = image
        if not self._over and self.turn != Turn():
            if self._laying is None or self._laying.made is None:
                self._hover()
            self._studio.overlaid.emit()

    def _hover(self) -> None:
        if self._image is not None and not self.hovers:
            self.hovers = True
            self._see(self._lift.rest(), NOTHING)

    def _laid(self, laying: "_Laying", laid: Made | None) -> None:
        if laid is None or laying is not self._laying or self._over:
            return
        if self.kept:
            self._commit(laid)
        else:
            self.hovers = False
            self._see(laid.layer, laid.dirty)

    def _commit(self, laid: Made) -> None:
        self._over, self.hovers = True, False
        laid.commit(self._studio.document)
        self._see(None, laid.dirty)
        self._studio.restructured.emit()
        self._studio.settling.free(self._settle)

    def _failed(self, problem: Problem) -> None:
        self.drop()
        self._studio.tell(problem)

    def _see(self, layer: Layer | None, rect: Rect) -> None:
        """Show that in the place of the layer it was lifted from."""
        studio, dirty = self._studio, self._shown | rect | self.box
        state = studio.document.state
        if layer is not None:
            layers = (layer if other.id == layer.id else other for other in state.layers)
            studio.preview = replace(state, layers=tuple(layers))
        else:
            studio.preview = None
        self._shown = rect
        studio.painted.emit(dirty)


class _Laying:
    """Laid down once, by whichever thread needs it first."""

    def __init__(self, lift: Lift, turn: Turn) -> None:
        self._lift, self._turn = lift, turn
        self._lock = threading.Lock()
        self.made: Made | None = None

    def result(self) -> Made:
        with self._lock:
            if self.made is None:
                self.made = self._lift.laid(self._turn)
            return self.made


def _image(pixels: Pixels) -> QImage:
    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels)
    plain = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    image = plain.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if max(width, height) <= _FINEST:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(_FINEST, _FINEST), keep, smooth)
