"""Under the canvas: how far the picture may leave the drawing, and how that is brought to size."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QSlider, QWidget

from sddesk.core.values import FITS, Picture, steps_to_run
from sddesk.ui.images import to_image
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

_PREVIEW = 72  # pixels


class InitControls(QWidget):
    """The denoising strength with what it means, and the fit with a preview of it.

    Signals:
        strength_changed(): by the user or by `set_strength`.
        fit_changed(): how a drawing of another shape is brought to size.
    """

    strength_changed = Signal()
    fit_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._words, self._fit, self._preview = QLabel(), QComboBox(), QLabel()
        self._make_strength()
        self._make_fit()
        self._lay_out()
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # else the first stroke would make the canvas jump
        self.setSizePolicy(keep)

    def strength(self) -> float:
        """The denoising strength, 0 to 1."""
        return self._strength.value() / 100

    def set_strength(self, strength: float) -> None:
        """Show that denoising strength."""
        self._strength.setValue(round(max(0.0, min(1.0, strength)) * 100))

    def fit(self) -> str:
        """One of `FITS`."""
        return self._fit.currentData()

    def ask_for_fit(self, *, asked: bool) -> None:
        """Show the choice of fits only where the shapes differ."""
        self._fit.setVisible(asked)
        self._preview.setVisible(asked)

    def asks_for_fit(self) -> bool:
        """Whether the preview is on show."""
        return self._preview.isVisibleTo(self) and not self.isHidden()

    def show_fitted(self, drawing: Picture, size: tuple[int, int]) -> None:
        """Show, small, exactly what the engine will see of the drawing at that size."""
        from sddesk.core.picture_files import fitted_to

        box = QSize(*size).scaled(_PREVIEW, _PREVIEW, Qt.AspectRatioMode.KeepAspectRatio)
        width, height = max(1, box.width()), max(1, box.height())
        small = fitted_to(drawing, width, height, self.fit())
        self._preview.setPixmap(QPixmap.fromImage(to_image(small)))

    def show_words(self, steps: int) -> None:
        """Say what the strength means, of that many steps."""
        strength = self.strength()
        run = steps_to_run(steps, strength)
        words = self.tr("{strength:.2f}, {words}: {run} of {steps} steps run").format(
            strength=strength, words=self._strength_words(), run=run, steps=steps
        )
        if run < 1:
            words = self.tr("{strength:.2f}: no step is left to run, raise it").format(
                strength=strength
            )
        self._words.setText(words)
        set_label_color(self._words, quiet_color() if run else warning_color())
        self._strength.setAccessibleDescription(words)

    def _strength_words(self) -> str:
        scale = (
            (0.3, self.tr("close to the sketch")),
            (0.55, self.tr("follows the sketch")),
            (0.75, self.tr("inspired by the sketch")),
            (1.01, self.tr("free")),
        )
        return next(words for limit, words in scale if self.strength() < limit)

    def _make_strength(self) -> None:
        self._strength.setObjectName("strength")
        self._strength.setAccessibleName(self.tr("Denoising strength"))
        self._strength.setRange(0, 100)
        self._strength.setPageStep(10)
        self._strength.valueChanged.connect(self.strength_changed)
        self._words.setObjectName("strength_words")
        self._words.setWordWrap(True)

    def _make_fit(self) -> None:
        self._fit.setObjectName("init_fit")
        self._fit.setAccessibleName(self.tr("How the picture is brought to size"))
        names = {"crop": self.tr("Crop"), "pad": self.tr("Pad"), "stretch": self.tr("Stretch")}
        for fit in FITS:
            self._fit.addItem(names[fit], fit)
        self._fit.currentIndexChanged.connect(self.fit_changed)
        self._preview.setFrameShape(QLabel.Shape.StyledPanel)  # white room around it is seen
        self._preview.setAccessibleName(self.tr("The drawing brought to size"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(QLabel(self.tr("Strength")))
        row.addWidget(self._strength, 1)
        below = QGridLayout(self)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(GAP // 2)
        below.setColumnStretch(0, 1)
        below.setRowStretch(1, 1)
        below.addLayout(row, 0, 0)
        below.addWidget(self._words, 1, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._fit, 0, 1)
        below.addWidget(self._preview, 1, 1, Qt.AlignmentFlag.AlignCenter)
