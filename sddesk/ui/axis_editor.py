"""One axis as it is typed, with helpers that fill it in."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.axes import AXES, CONCEPT, Axis, parse_axis
from sddesk.core.axis_help import around, evenly, is_ranged
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest
from sddesk.ui.icons import icon
from sddesk.ui.list_dialog import ListDialog
from sddesk.ui.number_fields import ranged_box
from sddesk.ui.theme import GAP

_NONE = ""


class AxisEditor(QWidget):
    """Which setting changes along an axis, and through which values.

    Signals:
        changed(): another setting or another value.
    """

    changed = Signal()

    def __init__(self, name: str, title: str, *, may_lack: bool) -> None:
        super().__init__()
        self._current: Callable[[], GenerationRequest | None] = lambda: None
        self._kind, self._values = QComboBox(), QLineEdit()
        self._kind.setObjectName(f"{name}_axis")
        self._kind.setAccessibleName(title)
        if may_lack:
            self._kind.addItem(self.tr("none"), _NONE)
        for kind in AXES:
            self._kind.addItem(kind, kind)
        self._values.setObjectName(f"{name}_values")
        self._values.setAccessibleName(self.tr("{axis}: values").format(axis=title))
        self._values.setPlaceholderText(self.tr("1, 2.5, 5"))
        self._values.setToolTip(self.tr("Between commas, or between | where values hold commas"))
        self._helper = self._make_helper(name, title)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP // 2)
        grid.addWidget(QLabel(title), 0, 0)
        grid.addWidget(self._kind, 0, 1)
        grid.addWidget(self._values, 1, 0, 1, 2)
        grid.addWidget(self._helper, 1, 2)
        grid.setColumnStretch(1, 1)
        self._kind.currentIndexChanged.connect(self._announce)
        self._values.textChanged.connect(self._announce)
        self._announce()

    def take_current_from(self, current: Callable[[], GenerationRequest | None]) -> None:
        """What the helpers stand on."""
        self._current = current

    def axis(self) -> Axis | None:
        """The axis; None if there is none. Raises `ProblemError` for what makes no sense."""
        kind = self._kind.currentData()
        return None if kind == _NONE else parse_axis(f"{kind}={self._values.text()}")

    def set_axis(self, axis: Axis | None) -> None:
        """Show that axis."""
        kind = _NONE if axis is None else axis.kind
        if self._kind.findData(kind) < 0:  # the weight of a concept
            self._kind.addItem(kind, kind)
        self._kind.setCurrentIndex(max(0, self._kind.findData(kind)))
        self._values.setText("" if axis is None else axis.text().partition("=")[2])

    def offer_concepts(self, names: Sequence[str]) -> None:
        """Offer the weights of these concepts, and no others but the one that is chosen."""
        kinds = [CONCEPT + name for name in names]
        for row in reversed(range(self._kind.count())):
            kind = self._kind.itemData(row)
            if kind.startswith(CONCEPT) and kind not in (*kinds, self._kind.currentData()):
                self._kind.removeItem(row)
        for kind in kinds:
            if self._kind.findData(kind) < 0:
                self._kind.addItem(kind, kind)

    def suggest_around(self) -> None:
        """Fill in what the form says now and its neighbours."""
        now, kind = self._current(), self._kind.currentData()
        if now is not None and kind != _NONE:
            self.set_axis(around(kind, now))
            self._values.setFocus()

    def _make_helper(self, name: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}_helper")
        button.setIcon(icon("wand-sparkles"))
        words = self.tr("{axis}: fill in values").format(axis=title)
        button.setToolTip(words)
        button.setAccessibleName(words)
        menu = QMenu(button)
        menu.addAction(self.tr("&Around the current value"), self.suggest_around)
        menu.addAction(self.tr("As a &list…"), self._ask_list)
        self._range = menu.addAction(self.tr("From … &to …"), self._ask_range)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _ask_range(self) -> None:
        dialog = _RangeDialog(self._kind.currentData(), self)
        dialog.chosen.connect(self.set_axis)
        dialog.show()

    def _ask_list(self) -> None:
        try:
            now = self.axis()
        except ProblemError:  # half typed
            now = None
        dialog = ListDialog(self._kind.currentData(), now, self)
        dialog.chosen.connect(self.set_axis)
        dialog.show()

    def _announce(self) -> None:
        kind = self._kind.currentData()
        self._values.setEnabled(kind != _NONE)
        self._helper.setEnabled(kind != _NONE)
        self._range.setEnabled(is_ranged(kind))
        self.changed.emit()


class _RangeDialog(QDialog):
    """Signals: chosen(object): the `Axis` with its values in even steps."""

    chosen = Signal(object)

    def __init__(self, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setWindowTitle(self.tr("Values of {axis}").format(axis=kind))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._low, self._high, self._count = QDoubleSpinBox(), QDoubleSpinBox(), ranged_box(2, 100)
        self._high.setRange(0, 1e15)
        self._low.setRange(0, 1e15)
        self._low.setValue(1)
        self._high.setValue(10)
        self._count.setValue(4)
        layout = QVBoxLayout(self)
        form = QFormLayout()
        for title, field in (
            (self.tr("From"), self._low),
            (self.tr("To"), self._high),
            (self.tr("Number of values"), self._count),
        ):
            field.setAccessibleName(title)
            form.addRow(title, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def _choose(self) -> None:
        axis = evenly(self._kind, self._low.value(), self._high.value(), self._count.value())
        self.accept()
        self.chosen.emit(axis)
