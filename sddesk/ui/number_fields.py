"""Fields for numbers that Qt's own boxes do not serve: sizes, guidance and seeds."""

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox

from sddesk.core.values import MAX_SEED, MAX_SIDE, MAX_STEPS


class SideBox(QSpinBox):
    """Width or height; the arrows go from one multiple of the model's factor to the next.

    Signals: only those of `QSpinBox`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setRange(1, MAX_SIDE)
        self.setGroupSeparatorShown(False)

    def stepBy(self, steps: int) -> None:
        multiple = self.singleStep()
        whole = self.value() // multiple
        if steps < 0 and self.value() % multiple:
            whole += 1
        self.setValue(max(multiple, (whole + steps) * multiple))


class GuidanceBox(QDoubleSpinBox):
    """The guidance scale, shown without idle zeros.

    Signals: only those of `QDoubleSpinBox`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 1000)
        self.setDecimals(4)
        self.setSingleStep(0.5)

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", 7)


class ShareBox(QDoubleSpinBox):
    """A share from 0 to 1.

    Signals: only those of `QDoubleSpinBox`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 1)
        self.setDecimals(2)
        self.setSingleStep(0.05)


class SeedEdit(QLineEdit):
    """A seed: up to 63 bits, more than a `QSpinBox` holds.

    Signals: only those of `QLineEdit`.
    """

    def __init__(self) -> None:
        super().__init__()
        digits = QRegularExpression(r"\d{0,19}")
        self.setValidator(QRegularExpressionValidator(digits, self))
        self.setMaxLength(len(str(MAX_SEED)))

    def value(self) -> int:
        """The seed; 0 when the field is empty."""
        return int(self.text() or "0")

    def set_value(self, seed: int) -> None:
        """Show `seed`."""
        self.setText(str(seed))


def steps_box() -> QSpinBox:
    """A field for the number of steps."""
    return ranged_box(1, MAX_STEPS)


def ranged_box(low: int, high: int) -> QSpinBox:
    """A field for whole numbers from `low` to `high`."""
    box = QSpinBox()
    box.setRange(low, high)
    return box
