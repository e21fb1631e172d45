"""The controls for what an animation shows, and how."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QWidget,
)

from sddesk.core.animation.values import CAPTIONS, FRAMES, GUIDANCE, PROMPT, STEP, Look
from sddesk.core.animation.writing import APNG, GIF, KINDS, MP4, NUMBERED, STRIP, WEBP
from sddesk.ui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Mapping

_AUTOMATIC = "automatic"
_PERCENTS = (25, 50, 100, 200, 300, 400, 800)


class LookForm(QWidget):
    """What the user wants, as a `Look`, a kind of file and a source.

    Signals:
        changed(): something is wanted otherwise.
        source_chosen(str): what is to be shown, by the name of the source.
    """

    changed = Signal()
    source_chosen = Signal(str)

    def __init__(self, look: Look, kind: str) -> None:
        super().__init__()
        self._source = QComboBox()
        self._frames = self._choice(self._frame_names(), look.frames)
        self._kind = self._choice(self._kind_names(), kind)
        self._speed = _number(0.5, 60, look.speed, self.tr(" steps/s"))
        self._hold = _number(0, 30, look.hold, self.tr(" s"))
        self._ping_pong = QCheckBox(self.tr("To and fro"))
        self._ping_pong.setChecked(look.ping_pong)
        sizes = {_AUTOMATIC: self.tr("Automatic: small ones enlarged")}
        sizes |= {str(percent): f"{percent} %" for percent in _PERCENTS}
        scale = _AUTOMATIC if look.scale is None else str(round(look.scale * 100))
        self._scale = self._choice(sizes, scale)
        ways = {"nearest": self.tr("Pixel by pixel"), "lanczos": self.tr("Smooth (Lanczos)")}
        self._smooth = self._choice(ways, "lanczos" if look.smooth else "nearest")
        self._captions = {part: QCheckBox(words) for part, words in self._caption_names().items()}
        for part, box in self._captions.items():
            box.setChecked(part in look.captions)
        self._lay_out()
        self._connect()
        self._show_use()

    def look(self) -> Look:
        """How the frames are to be shown."""
        parts = (part for part, box in self._captions.items() if box.isChecked())
        return Look(
            frames=self._frames.currentData(),
            speed=self._speed.value(),
            hold=self._hold.value(),
            ping_pong=self._ping_pong.isChecked(),
            scale=self._scale_chosen(),
            smooth=self._smooth.currentData() == "lanczos",
            captions=frozenset(parts),
        )

    def kind(self) -> str:
        """The kind of file."""
        return self._kind.currentData()

    def set_sources(self, sources: "Mapping[str, str]", current: str) -> None:
        """Offer these sources, by name and title."""
        self._source.blockSignals(True)
        self._source.clear()
        for name, title in sources.items():
            self._source.addItem(title, name)
        self._source.setCurrentIndex(max(0, self._source.findData(current)))
        self._source.blockSignals(False)

    def _scale_chosen(self) -> float | None:
        chosen = self._scale.currentData()
        return None if chosen == _AUTOMATIC else int(chosen) / 100

    def _frame_names(self) -> dict[str, str]:
        titles = (self.tr("Predicted"), self.tr("Noisy"), self.tr("Both"))
        return dict(zip(FRAMES, titles, strict=True))

    def _kind_names(self) -> dict[str, str]:
        titles = {
            WEBP: self.tr("WebP, lossless"),
            APNG: self.tr("APNG, lossless"),
            MP4: self.tr("MP4 (H.264)"),
            GIF: self.tr("GIF, 256 colours"),
            NUMBERED: self.tr("Numbered PNGs"),
            STRIP: self.tr("Contact strip (PNG)"),
        }
        return {kind: titles[kind] for kind in KINDS}

    def _caption_names(self) -> dict[str, str]:
        titles = {
            STEP: self.tr("Step"),
            GUIDANCE: self.tr("Guidance"),
            PROMPT: self.tr("Prompt"),
        }
        return {part: titles[part] for part in CAPTIONS}

    def _choice(self, names: dict[str, str], chosen: str) -> QComboBox:
        box = QComboBox()
        for name, title in names.items():
            box.addItem(title, name)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        return box

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(GAP)
        rows = (
            ("animation_source", self.tr("Show"), self._source),
            ("animation_frames", self.tr("Frames"), self._frames),
            ("animation_kind", self.tr("File"), self._kind),
            ("animation_speed", self.tr("Speed"), self._speed),
            ("animation_hold", self.tr("Hold the last"), self._hold),
            ("animation_ping_pong", "", self._ping_pong),
            ("animation_scale", self.tr("Size"), self._scale),
            ("animation_smooth", self.tr("Enlarge"), self._smooth),
        )
        for name, title, field in rows:
            field.setObjectName(name)
            field.setAccessibleName(title or self._ping_pong.text())
            form.addRow(title, field)
        captions = QHBoxLayout()
        captions.setSpacing(GAP)
        for part, box in self._captions.items():
            box.setObjectName(f"animation_caption_{part}")
            captions.addWidget(box)
        captions.addStretch(1)
        form.addRow(self.tr("Captions"), captions)

    def _connect(self) -> None:
        for box in (self._frames, self._kind, self._scale, self._smooth):
            box.currentIndexChanged.connect(self._announce)
        for field in (self._speed, self._hold):
            field.valueChanged.connect(self._announce)
        for check in (self._ping_pong, *self._captions.values()):
            check.toggled.connect(self._announce)
        self._source.activated.connect(
            lambda _: self.source_chosen.emit(self._source.currentData())
        )

    def _announce(self) -> None:
        self._show_use()
        self.changed.emit()

    def _show_use(self) -> None:
        """What has no meaning for this file is not offered."""
        moves = self.kind() not in (NUMBERED, STRIP)
        for field in (self._speed, self._hold, self._ping_pong):
            field.setEnabled(moves)
        self._smooth.setEnabled(self._scale.currentData() != "100")


def _number(low: float, high: float, value: float, unit: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setDecimals(1)
    box.setSuffix(unit)
    box.setValue(value)
    return box
