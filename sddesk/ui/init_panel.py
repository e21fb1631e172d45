"""The picture to start from: dropped, pasted or opened, with strength and fit."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.values import FITS, InitImage, Picture, steps_to_run
from sddesk.ui.icons import icon
from sddesk.ui.image_well import ImageWell
from sddesk.ui.images import from_image, to_image
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

_LARGEST = 2048  # pixels of a side that are kept: no network looks at more


class InitPanel(QWidget):
    """A well for the picture, and under it what is made of it.

    Signals:
        changed(): another picture, fit or strength.
        open_requested(): the user wants to choose a file.
        dropped(object): the `Path` of a file that was dropped or pasted.
    """

    changed = Signal()
    open_requested = Signal()
    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self._size, self._steps = (512, 512), 20
        self._well = ImageWell()
        self._well.dropped.connect(self._take)
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._words, self._fit = QLabel(), QComboBox()
        self._controls = QWidget()
        self._lay_out()
        self.set_strength(0.6)
        self._show()

    def init(self) -> InitImage | None:
        """The picture to start from; None for text to picture."""
        fit = self._fit.currentData()
        return None if self._picture is None else InitImage(self._picture, fit)

    def strength(self) -> float:
        """The denoising strength, 0 to 1."""
        return self._strength.value() / 100

    def set_strength(self, strength: float) -> None:
        """Show that denoising strength."""
        self._strength.setValue(round(max(0.0, min(1.0, strength)) * 100))

    def set_picture(self, picture: Picture | None) -> None:
        """Start from that picture, or from noise alone."""
        self._picture = picture
        self._show()
        self.changed.emit()

    def set_frame(self, width: int, height: int, steps: int) -> None:
        """The size and the steps that the form asks for now."""
        self._size, self._steps = (width, height), steps
        self._show()

    def paste(self) -> None:
        """Take the picture, or the file, from the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        self._take(data)

    def clear(self) -> None:
        """Start from noise alone."""
        self.set_picture(None)

    def _take(self, data) -> None:
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.dropped.emit(Path(files[0]))
        elif data.hasImage():
            image = QImage(data.imageData())
            if not image.isNull():
                self.set_picture(from_image(_not_too_large(image)))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(self._make_header())
        layout.addWidget(self._well, 1)
        layout.addWidget(self._controls)
        self._make_controls()

    def _make_header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setSpacing(2)
        header.addWidget(QLabel(self.tr("Start from")), 1)
        for name, picture, title, slot in (
            ("open_init", "folder-open", self.tr("Open a picture to start from"), None),
            ("paste_init", "clipboard-paste", self.tr("Paste a picture to start from"), self.paste),
            ("clear_init", "x", self.tr("Start from noise"), self.clear),
        ):
            button = QToolButton()
            button.setObjectName(name)
            button.setIcon(icon(picture))
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.setAutoRaise(True)
            button.clicked.connect(slot or self.open_requested)
            header.addWidget(button)
        return header

    def _make_controls(self) -> None:
        self._strength.setObjectName("strength")
        self._strength.setAccessibleName(self.tr("Denoising strength"))
        self._strength.setRange(0, 100)
        self._strength.setPageStep(10)
        self._strength.valueChanged.connect(self._show_strength)
        self._words.setObjectName("strength_words")
        self._words.setWordWrap(True)
        self._fit.setObjectName("init_fit")
        self._fit.setAccessibleName(self.tr("How the picture is brought to size"))
        names = {"crop": self.tr("Crop"), "pad": self.tr("Pad"), "stretch": self.tr("Stretch")}
        for fit in FITS:
            self._fit.addItem(names[fit], fit)
        self._fit.currentIndexChanged.connect(self._refit)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(QLabel(self.tr("Strength")))
        row.addWidget(self._strength, 1)
        row.addWidget(self._fit)
        below = QVBoxLayout(self._controls)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(GAP // 2)
        below.addLayout(row)
        below.addWidget(self._words)

    def _refit(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Exactly what the engine will see: fitted to the size asked for."""
        there = self._picture is not None
        self._controls.setVisible(there)
        clear = self.findChild(QToolButton, "clear_init")
        clear.setEnabled(there)  # pyright: ignore[reportOptionalMemberAccess]
        self._well.show_image(self._preview())
        self._fit.setVisible(there and self._mismatched())
        self._show_words()

    def _mismatched(self) -> bool:
        picture = self._picture
        if picture is None:
            return False
        return picture.width * self._size[1] != picture.height * self._size[0]

    def _preview(self) -> QImage | None:
        if self._picture is None:
            return None
        from sddesk.core.picture_files import fitted_to

        return to_image(fitted_to(self._picture, *self._size, self._fit.currentData()))

    def _show_strength(self) -> None:
        self._show_words()
        self.changed.emit()

    def _show_words(self) -> None:
        run = steps_to_run(self._steps, self.strength())
        words = self.tr("{strength:.2f}, {words}: {run} of {steps} steps run").format(
            strength=self.strength(),
            words=self._strength_words(),
            run=run,
            steps=self._steps,
        )
        if run < 1:
            words = self.tr("{strength:.2f}: no step is left to run, raise it").format(
                strength=self.strength()
            )
        self._words.setText(words)
        set_label_color(self._words, quiet_color() if run else warning_color())
        self._strength.setAccessibleDescription(words)

    def _strength_words(self) -> str:
        scale = (
            (0.3, self.tr("close to the picture")),
            (0.55, self.tr("follows the picture")),
            (0.75, self.tr("inspired by the picture")),
            (1.01, self.tr("free")),
        )
        return next(words for limit, words in scale if self.strength() < limit)


def _not_too_large(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= _LARGEST:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(_LARGEST, _LARGEST), keep, smooth)
