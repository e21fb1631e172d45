"""The numbers of a training: each with a field, a title and what it does, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from sddesk.core.training.checks import (
    MOST_PRIOR,
    MOST_RANK,
    MOST_STEPS,
    MOST_VECTORS,
)
from sddesk.core.training.presets import LAYERS
from sddesk.core.training.values import DREAMBOOTH, INVERSION, SCHEDULES
from sddesk.ui.number_fields import SeedEdit, SideBox, ranged_box
from sddesk.ui.theme import GAP

_BOTH = ""


class ShortBox(QDoubleSpinBox):
    """A number of any size, shown without idle zeros.

    Signals: only those of `QDoubleSpinBox`.
    """

    def __init__(self, high: float) -> None:
        super().__init__()
        self.setDecimals(8)
        self.setRange(0, high)
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", 6)


@dataclass(frozen=True, slots=True)
class Number:
    """A field of `TrainingRequest`, for one `method` or for both."""

    name: str
    title: str
    about: str
    make: Callable[[], QWidget]
    method: str = _BOTH


def choice_box(choices: tuple[str, ...]) -> QComboBox:
    """One of a few words."""
    box = QComboBox()
    for choice in choices:
        box.addItem(choice, choice)
    return box


def all_numbers() -> list[Number]:
    """In the order in which one thinks of them."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Numbers", text)

    return [
        Number(
            "vectors",
            tr("Vectors"),
            tr("How many places of the prompt the word fills. More hold more, and generalise less"),
            lambda: ranged_box(1, MOST_VECTORS),
            INVERSION,
        ),
        Number(
            "rank",
            tr("Rank"),
            tr("How much the LoRA can hold; its file grows with it"),
            lambda: ranged_box(1, MOST_RANK),
            DREAMBOOTH,
        ),
        Number(
            "alpha",
            tr("Alpha"),
            tr("Alpha ÷ rank is how strongly the LoRA acts; equal numbers leave it as learned"),
            lambda: ShortBox(10_000),
            DREAMBOOTH,
        ),
        Number(
            "layers",
            tr("Layers"),
            tr("Attention alone is enough for things; styles take all layers"),
            lambda: choice_box(LAYERS),
            DREAMBOOTH,
        ),
        Number(
            "prior",
            tr("Class pictures"),
            tr(
                "The model draws so many pictures of the class first, and learns them along, so"
                " that others of the kind stay as they are. 0: none"
            ),
            lambda: ranged_box(0, MOST_PRIOR),
            DREAMBOOTH,
        ),
        Number(
            "prior_weight",
            tr("Their weight"),
            tr("How much class pictures count against yours"),
            lambda: ShortBox(100),
            DREAMBOOTH,
        ),
        Number(
            "text_encoder",
            tr("Text encoder"),
            tr("Let it learn too: closer to your pictures, and more memory"),
            QCheckBox,
            DREAMBOOTH,
        ),
        Number("steps", tr("Steps"), tr("How often the weights change"), _steps),
        Number(
            "learning_rate",
            tr("Learning rate"),
            tr("How far each step goes. Too high tears pictures apart, too low learns nothing"),
            lambda: ShortBox(1),
        ),
        Number(
            "schedule",
            tr("Schedule"),
            tr("Whether the rate stays, or fades out along a cosine or a line"),
            lambda: choice_box(SCHEDULES),
        ),
        Number("warmup", tr("Warm-up"), tr("Steps until the full rate is reached"), _from_none),
        Number(
            "batch",
            tr("Batch"),
            tr("Pictures looked at together: steadier steps, more memory"),
            lambda: ranged_box(1, 64),
        ),
        Number(
            "accumulation",
            tr("Accumulation"),
            tr("Batches to a step: as a larger batch, slower, without its memory"),
            lambda: ranged_box(1, 256),
        ),
        Number(
            "checkpointing",
            tr("Save memory"),
            tr("Gradient checkpointing: computes parts twice, and keeps less"),
            QCheckBox,
        ),
        Number(
            "min_snr",
            tr("Min-SNR gamma"),
            tr(
                "Lets steps of little noise count less, so that all learn alike; 5 is usual, 0 off."
                " A model that predicts v, as the one in the box, learns things better without"
            ),
            lambda: ShortBox(1000),
        ),
        Number("side", tr("Picture side"), tr("Pixels of the square that is trained"), SideBox),
        Number("seed", tr("Seed"), tr("Equal seeds and numbers learn the same"), SeedEdit),
        Number(
            "sample_every",
            tr("Samples every"),
            tr("Steps between the pictures that show what is known; each row takes some seconds"),
            _steps,
        ),
        Number(
            "checkpoint_every",
            tr("Saved every"),
            tr("Steps between saves: a crash costs so many at most"),
            _steps,
        ),
    ]


class Numbers(QFormLayout):
    """All fields, those of the chosen method on show.

    Signals:
        edited(): a number was changed, by the user or by `show_values`.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(GAP // 2)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._numbers = all_numbers()
        self._fields: dict[str, QWidget] = {}
        for number in self._numbers:
            self._add(number)

    def values(self) -> dict[str, Any]:
        """The fields of a `TrainingRequest`."""
        return {name: _value(field) for name, field in self._fields.items()}

    def show_values(self, values: dict[str, Any]) -> None:
        """Show those that are given, and leave the others."""
        for name, field in self._fields.items():
            if name in values:
                _set(field, values[name])

    def show_method(self, method: str) -> None:
        """Hide what the other method alone has."""
        for number in self._numbers:
            self.setRowVisible(self._fields[number.name], number.method in (_BOTH, method))

    def set_multiple(self, multiple: int) -> None:
        """Sides are multiples of this."""
        side = self._fields["side"]
        assert isinstance(side, QSpinBox)
        side.setSingleStep(multiple)

    def _add(self, number: Number) -> None:
        field, label = number.make(), QLabel(number.title)
        field.setObjectName(f"teach_{number.name}")
        field.setAccessibleName(number.title)
        field.setAccessibleDescription(number.about)
        for widget in (field, label):
            widget.setToolTip(number.about)
        _changed(field).connect(self.edited)
        self._fields[number.name] = field
        self.addRow(label, field)


def _steps() -> QSpinBox:
    return ranged_box(1, MOST_STEPS)


def _from_none() -> QSpinBox:
    return ranged_box(0, MOST_STEPS)


def _value(field: QWidget) -> Any:
    match field:
        case QComboBox():
            return field.currentData()
        case QCheckBox():
            return field.isChecked()
        case QSpinBox() | QDoubleSpinBox() | SeedEdit():
            return field.value()
        case _:
            raise TypeError(field)


def _set(field: QWidget, value: Any) -> None:
    match field:
        case QComboBox():
            field.setCurrentIndex(field.findData(value))
        case QCheckBox():
            field.setChecked(value)
        case QSpinBox() | QDoubleSpinBox():
            field.setValue(value)
        case SeedEdit():
            field.set_value(value)
        case _:
            raise TypeError(field)


def _changed(field: QWidget) -> Any:
    match field:
        case QComboBox():
            return field.currentIndexChanged
        case QCheckBox():
            return field.toggled
        case SeedEdit():
            return field.textChanged
        case QSpinBox() | QDoubleSpinBox():
            return field.valueChanged
        case _:
            raise TypeError(field)
