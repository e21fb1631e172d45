"""The controls for all that decides a picture besides the prompts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QWidget,
)

from sddesk.core.samplers import SAMPLERS
from sddesk.core.settings import FormState
from sddesk.core.values import MAX_SEED, ModelDefaults
from sddesk.ui.icons import icon
from sddesk.ui.model_box import ModelBox
from sddesk.ui.number_fields import GuidanceBox, SeedEdit, ShareBox, SideBox, ranged_box, steps_box
from sddesk.ui.theme import GAP

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel

_MOST_PICTURES = 1000
_ROW = 28  # a little higher than Fusion's own, and the same for all
_T = TypeVar("_T")


class SettingsForm(QWidget):
    """Model, sampler, steps, guidance, size, seed and count.

    A value that equals the model's own default is kept as None, so that it follows the model.

    Signals:
        changed(): a value was changed, by the user or by `set_state`.
        model_changed(): another model is chosen.
    """

    changed = Signal()
    model_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.sampler = ModelBox(), QComboBox()
        self.steps, self.guidance = steps_box(), GuidanceBox()
        self.width_box, self.height_box = SideBox(), SideBox()
        self.seed, self.random_seed = SeedEdit(), QCheckBox(self.tr("Random"))
        self.count = ranged_box(1, _MOST_PICTURES)
        self.rescale, self.variation = ShareBox(), ShareBox()
        self.variation_seed = SeedEdit()
        self.last_seed = _seed_button("history", self.tr("Use the last seed again"))
        self.next_seed = _seed_button("step-forward", self.tr("Use the next seed"))
        self.seed.setPlaceholderText(self.tr("Drawn for each picture"))
        self.sampler.addItems(list(SAMPLERS))
        self._defaults = ModelDefaults()
        self._found = False
        self._strength = FormState().strength  # has its control beside the picture it is about
        self._wanted = FormState()  # what to show as soon as the models are known
        self._name_controls()
        self._lay_out()
        self.set_state(FormState())
        self._connect()

    def set_models(self, found: Sequence["FoundModel"]) -> bool:
        """Offer these models and choose the remembered one; False if that one is not there."""
        state = self.state()
        self._found = True
        self.model.blockSignals(True)
        self.model.set_models(found)
        known = self.model.choose(state.model)
        self.model.blockSignals(False)
        self._adopt_model(state)
        return known

    def state(self) -> FormState:
        """What the controls say, without the prompts."""
        base, old = self._defaults, FormState() if self._found else self._wanted
        return FormState(
            model=self.model.key() or old.model,
            sampler=_kept(base.sampler, self.sampler.currentText(), old.sampler),
            steps=_kept(base.steps, self.steps.value(), old.steps),
            guidance_scale=_kept(base.guidance_scale, self.guidance.value(), old.guidance_scale),
            width=_kept(base.width, self.width_box.value(), old.width),
            height=_kept(base.height, self.height_box.value(), old.height),
            seed=None if self.random_seed.isChecked() else self.seed.value(),
            count=self.count.value(),
            guidance_rescale=self.rescale.value(),
            strength=self._strength,
            variation_strength=self.variation.value(),
            variation_seed=self.variation_seed.value(),
        )

    def set_state(self, state: FormState) -> None:
        """Show `state`; its model is chosen as soon as it is found."""
        self._wanted = state
        if self._found:
            self.model.choose(state.model)
        self._show(state)
        self.random_seed.setChecked(state.seed is None)
        if state.seed is not None:
            self.seed.set_value(state.seed)
        _set(self.count, state.count)
        self.rescale.setValue(state.guidance_rescale)
        self._strength = state.strength
        self.variation.setValue(state.variation_strength)
        self.variation_seed.set_value(state.variation_seed)

    def set_strength(self, strength: float) -> None:
        """The denoising strength was changed where its control is."""
        self._strength = strength
        self.changed.emit()

    def show_seed(self, seed: int) -> None:
        """Show the seed that was drawn; one that the user has set stays."""
        if self.random_seed.isChecked():
            self.seed.set_value(seed)

    def keep_seed(self) -> None:
        """Use the seed on show from now on: the last that was drawn."""
        self.random_seed.setChecked(False)

    def step_seed(self) -> None:
        """Use the seed after the one on show."""
        self.keep_seed()
        self.seed.set_value(min(MAX_SEED, self.seed.value() + 1))

    def _show(self, state: FormState) -> None:
        base = self._defaults
        self.sampler.setCurrentText(state.sampler or base.sampler)
        _set(self.steps, _or(state.steps, base.steps))
        self.guidance.setValue(_or(state.guidance_scale, base.guidance_scale))
        _set(self.width_box, _or(state.width, base.width))
        _set(self.height_box, _or(state.height, base.height))

    def _adopt_model(self, state: FormState) -> None:
        """Let the defaults be those of the chosen model, and show `state` with them."""
        ref = self.model.ref()
        self._defaults = ModelDefaults() if ref is None else ref.defaults
        for box in (self.width_box, self.height_box):
            box.setSingleStep(1 if ref is None else ref.size_multiple)
        self.model.setToolTip("" if ref is None else f"{ref.name}\n{ref.path}")
        self._show(state)
        self.model_changed.emit()
        self.changed.emit()

    def _enable_seed(self, random: bool) -> None:
        self.seed.setReadOnly(random)
        tip = self.tr("The last seed that was drawn") if random else self.tr("The seed")
        self.seed.setToolTip(tip)

    def _name_controls(self) -> None:
        names = {
            "model": (self.model, self.tr("Model")),
            "sampler": (self.sampler, self.tr("Sampler")),
            "steps": (self.steps, self.tr("Steps")),
            "guidance_scale": (self.guidance, self.tr("Guidance")),
            "width": (self.width_box, self.tr("Width in pixels")),
            "height": (self.height_box, self.tr("Height in pixels")),
            "seed": (self.seed, self.tr("Seed")),
            "random_seed": (self.random_seed, self.tr("Random seed")),
            "count": (self.count, self.tr("Number of pictures")),
            "guidance_rescale": (self.rescale, self.tr("Guidance rescale")),
            "variation": (self.variation, self.tr("Variation strength")),
            "last_seed": (self.last_seed, self.tr("Use the last seed again")),
            "next_seed": (self.next_seed, self.tr("Use the next seed")),
            "variation_seed": (self.variation_seed, self.tr("Variation seed")),
        }
        for name, (widget, words) in names.items():
            widget.setObjectName(name)
            widget.setAccessibleName(words)
            widget.setMinimumHeight(_ROW)

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.setColumnStretch(1, 1)
        guidance = QLabel(self.tr("Gui&dance"))
        guidance.setBuddy(self.guidance)
        by = QLabel("×")
        self._add_row(layout, self.tr("&Model"), self.model)
        self._add_row(layout, self.tr("S&ampler"), self.sampler)
        self._add_row(layout, self.tr("S&teps"), self.steps, guidance, self.guidance)
        self._add_row(layout, self.tr("Si&ze"), self.width_box, by, self.height_box)
        seeds = (self.seed, self.last_seed, self.next_seed, self.random_seed)
        self._add_row(layout, self.tr("Se&ed"), *seeds)
        of = QLabel(self.tr("of seed"))
        self._add_row(layout, self.tr("&Variation"), self.variation, of, self.variation_seed)
        rescale = QLabel(self.tr("Rescale"))
        self._add_row(layout, self.tr("Pict&ures"), self.count, rescale, self.rescale)

    def _add_row(self, layout: QGridLayout, title: str, *widgets: QWidget) -> None:
        fields = QHBoxLayout()
        fields.setSpacing(GAP)
        for widget in widgets:
            fixed = isinstance(widget, QLabel | QCheckBox | QToolButton)
            fields.addWidget(widget, 0 if fixed else 1)
        label = QLabel(title)
        label.setBuddy(widgets[0])
        row = layout.rowCount()
        layout.addWidget(label, row, 0)
        layout.addLayout(fields, row, 1)

    def _connect(self) -> None:
        self.model.currentIndexChanged.connect(self._change_model)
        self.random_seed.toggled.connect(self._enable_seed)
        self._enable_seed(self.random_seed.isChecked())
        for box in (self.steps, self.width_box, self.height_box, self.count):
            box.valueChanged.connect(self._announce)
        self.guidance.valueChanged.connect(self._announce)
        self.sampler.currentIndexChanged.connect(self._announce)
        self.seed.textChanged.connect(self._announce)
        self.random_seed.toggled.connect(self._announce)
        self.rescale.setToolTip(self.tr("Takes back the contrast of high guidance (Lin et al.)"))
        self.variation.setToolTip(self.tr("How much of another seed's noise is mixed in"))
        for box in (self.rescale, self.variation):
            box.valueChanged.connect(self._announce)
        self.variation_seed.textChanged.connect(self._announce)
        self.last_seed.clicked.connect(self.keep_seed)
        self.next_seed.clicked.connect(self.step_seed)

    def _change_model(self) -> None:
        self._adopt_model(self.state())

    def _announce(self) -> None:
        self.changed.emit()


def _seed_button(name: str, title: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(title)
    button.setAccessibleName(title)
    return button


def _set(box: QSpinBox, value: int) -> None:
    """Qt takes 32 bits only, and a settings file may say anything."""
    box.setValue(max(box.minimum(), min(box.maximum(), value)))


def _kept(default: _T, value: _T, old: _T | None) -> _T | None:
    """None for the default; until the models are known, `old` decides about it."""
    return old if value == default else value


def _or(value: _T | None, default: _T) -> _T:
    return default if value is None else value
