"""The canvas to start from: drawn on, dropped, pasted or opened, with strength and fit."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.canvas.layers import Pixels, State
from sddesk.core.canvas.operations import add_picture, clear_all, replace_all, start_with
from sddesk.core.problems import Problem
from sddesk.core.values import Picture
from sddesk.ui.background import Background
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.keys import hand_keys_to
from sddesk.ui.canvas.options_bar import OptionsBar
from sddesk.ui.canvas.placing import canvas_size, enlarged, fitting, not_too_large, pixels_of
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.icons import icon
from sddesk.ui.images import from_image
from sddesk.ui.init_controls import InitControls
from sddesk.ui.sketching import Sketch
from sddesk.ui.theme import GAP

_PREVIEW_MS = 150  # the pause before the preview follows


class InitPanel(QWidget):
    """The canvas, and under it what is made of it; an empty one means to start from noise.

    Signals:
        changed(): the drawing, fit or strength.
        open_requested(): the user wants to choose a file.
        new_requested(): the user wants an empty drawing.
        dropped(object): the `Path` of a file that was dropped or pasted.
    """

    changed = Signal()
    open_requested = Signal()
    new_requested = Signal()
    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._size, self._steps = (512, 512), 20
        self.background = Background(self)
        self.studio = Studio(*self._size)
        self.toolbox = Toolbox(self.studio, self.background.run)
        self.view = CanvasView(self.studio, self.toolbox)
        self.bar = OptionsBar(self.studio, self.toolbox)
        self.view.dropped.connect(self._take)
        self.controls = InitControls()
        self.controls.strength_changed.connect(self._strength_changed)
        self.controls.fit_changed.connect(self._refit)
        self._lay_out()
        self.set_strength(0.6)
        self._show()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREVIEW_MS)
        self._later.timeout.connect(self._show_fitted)
        self.studio.restructured.connect(self._refit)
        self.studio.painted.connect(self._fit_later)
        hand_keys_to(self.view, self)

    def outline(self) -> Picture | None:
        """Stands for the drawing where it only counts whether there is one."""
        return None if self.studio.blank else Picture(1, 1, bytes(3))

    def sketch(self) -> Sketch | None:
        """The drawing as it is now, for another thread; None for text to picture."""
        if self.studio.blank:
            return None
        studio, seen = self.studio, self.view.picture()
        return Sketch(studio.snapshot(), studio.document.revision, self.controls.fit(), seen)

    def strength(self) -> float:
        """The denoising strength, 0 to 1."""
        return self.controls.strength()

    def set_strength(self, strength: float) -> None:
        """Show that denoising strength."""
        self.controls.set_strength(strength)

    def set_picture(
        self, picture: Picture | None, name: str = "", parents: tuple[str, ...] | None = None
    ) -> None:
        """Lay that picture on the canvas, as large as it fits; None empties it.

        `parents` are the hashes of what it came from; it is its own if there is nothing to say.
        """
        if picture is None:
            self.studio.do(clear_all, *canvas_size(*self._size))
            return
        known = (picture.pixel_hash(),) if parents is None else parents
        self._lay(pixels_of(picture), name or self.tr("Picture"), known, fill=True)

    def add_pixels(self, pixels: Pixels, name: str, pixel_hash: str) -> None:
        """Lay (height, width, 4) on the canvas as a layer; an empty canvas takes their size."""
        self._lay(pixels, name, (pixel_hash,), fill=False)

    def _lay(self, pixels: Pixels, name: str, parents: tuple[str, ...], *, fill: bool) -> None:
        self.studio.settling.settled(partial(self._lay_now, pixels, name, parents, fill))

    def _lay_now(self, pixels: Pixels, name: str, parents: tuple[str, ...], fill: bool) -> None:
        studio, height, width = self.studio, *pixels.shape[:2]
        if studio.blank:
            if (width, height) == self._size:
                pixels = enlarged(pixels, *canvas_size(width, height))
            known, before = not studio.unsaved, studio.document.revision
            studio.do(start_with, pixels, name, parents)
            if known and studio.document.revision != before:
                studio.mark_saved(studio.document.revision)  # the picture is a file already
        else:
            size = studio.state.width, studio.state.height
            sharp = enlarged(pixels, *size) if (width, height) == self._size else pixels
            studio.do(add_picture, fitting(sharp, *size, fill=fill), name, parents)

    def open_drawing(self, state: State) -> None:
        """Go on with that drawing; what was there can be had back with undo."""
        self.studio.do(replace_all, state)
        self.view.fit()

    def show_title(self, name: str) -> None:
        """Say above the canvas which file it belongs to."""
        self._title.setText(name or self.tr("Canvas"))
        self._title.setToolTip(name)

    def set_frame(self, width: int, height: int, steps: int) -> None:
        """The size and the steps that the form asks for now; an empty canvas takes the size."""
        other = (width, height) != self._size
        self._size, self._steps = (width, height), steps
        untouched = self.studio.blank and not self.studio.document.undo_stack.done
        if other and untouched and width > 0 and height > 0:
            self.studio.new(*canvas_size(width, height))
        self._show()

    def paste(self) -> None:
        """Take the picture, or the file, from the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        self._take(data)

    def clear(self) -> None:
        """Start from noise alone."""
        self.set_picture(None)

    def _take(self, data) -> None:
        urls = [] if data is None else data.urls()
        files = [url.toLocalFile() for url in urls if url.isLocalFile()]
        if files:
            self.dropped.emit(Path(files[0]))
        elif data is not None and data.hasImage():
            self._paste_image(QImage(data.imageData()))
        else:
            self._nothing_to_paste()

    def _paste_image(self, image: QImage) -> None:
        if image.isNull():
            self._nothing_to_paste()
            return
        picture = from_image(not_too_large(image))
        self.add_pixels(pixels_of(picture), self.tr("Pasted"), picture.pixel_hash())

    def _nothing_to_paste(self) -> None:
        title = self.tr("There is no picture to paste")
        self.studio.tell(Problem(title, hint=self.tr("copy a picture, or a file of one, first")))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(self._make_header())
        layout.addWidget(self.bar)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.controls)

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setSpacing(2)
        self._title = QLabel(self.tr("Canvas"))
        # The name of a file must not make the window wider.
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        header.addWidget(self._title, 1)
        for name, picture, title, slot in (
            (
                "open_init",
                "folder-open",
                self.tr("Open a picture to start from"),
                self.open_requested,
            ),
            ("paste_init", "clipboard-paste", self.tr("Paste a picture to start from"), self.paste),
            ("clear_init", "x", self.tr("Empty: start from noise"), self.new_requested),
        ):
            button = QToolButton()
            button.setObjectName(name)
            button.setIcon(icon(picture))
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            header.addWidget(button)
        return header

    def _refit(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        there = not self.studio.blank
        self.controls.setVisible(there)
        clear = self.findChild(QToolButton, "clear_init")
        clear.setEnabled(there)  # pyright: ignore[reportOptionalMemberAccess]
        self.controls.ask_for_fit(asked=there and self._mismatched())
        self.controls.show_words(self._steps)
        self._show_fitted()

    def _fit_later(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _show_fitted(self) -> None:
        """As the drawing is now, or as soon as that is composed."""
        if self.controls.asks_for_fit():
            self.controls.show_fitted(self.view.thumbnail(), self._size)
            if self.view.picture() is None:
                self._later.start()

    def _mismatched(self) -> bool:
        state = self.studio.state
        return state.width * self._size[1] != state.height * self._size[0]

    def _strength_changed(self) -> None:
        self.controls.show_words(self._steps)
        self.changed.emit()
