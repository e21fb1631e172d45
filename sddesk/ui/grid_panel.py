"""The panel where a grid is described: two axes, what that comes to, and the button."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sddesk.core.axes import Axis
from sddesk.ui.axis_editor import AxisEditor
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

SPREAD, BY_ROWS = "spread", "rows"


class GridPanel(QWidget):
    """Rows, columns and the order of filling.

    Signals:
        changed(): an axis is different.
        fill_requested(): the grid is to be made.
        stop_requested(): what is left of the grid is not to be made.
        sheet_requested(): the grid is to be saved as one picture.
    """

    changed = Signal()
    fill_requested = Signal()
    stop_requested = Signal()
    sheet_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = AxisEditor("rows", self.tr("Rows"), may_lack=False)
        self.columns = AxisEditor("columns", self.tr("Columns"), may_lack=True)
        self.order, self._work, self._remark = QComboBox(), QLabel(), QLabel()
        self._fill = self._button("fill_grid", self.tr("Fill the grid"))
        self._stop = self._button("stop_grid", self.tr("Stop"))
        self._sheet = self._button("save_sheet", self.tr("Save sheet…"))
        self._fill.clicked.connect(self.fill_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._sheet.clicked.connect(self.sheet_requested)
        for editor in (self.rows, self.columns):
            editor.changed.connect(self.changed)
        self._lay_out()
        self.set_state(filling=False, filled=False)

    def set_axes(self, rows: Axis, columns: Axis | None) -> None:
        """Show these axes."""
        self.rows.set_axis(rows)
        self.columns.set_axis(columns)

    def show_work(self, text: str, remark: str = "") -> None:
        """What the grid comes to, and what is good to know of it."""
        set_label_color(self._work, quiet_color())
        self._work.setText(text)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self._fill.setEnabled(True)

    def show_reason(self, text: str) -> None:
        """Why there can be no such grid."""
        set_label_color(self._work, warning_color())
        self._work.setText(text)
        self._remark.hide()
        self._fill.setEnabled(False)

    def work_text(self) -> str:
        """What is said of the work."""
        return self._work.text()

    def set_state(self, *, filling: bool, filled: bool) -> None:
        """Whether cells are still to be made, and whether there are some to save."""
        self._stop.setEnabled(filling)
        self._sheet.setEnabled(filled)

    def _button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName(name)
        button.setAccessibleName(title)
        return button

    def _lay_out(self) -> None:
        self.order.setObjectName("grid_order")
        self.order.setAccessibleName(self.tr("Order of filling"))
        self.order.addItem(self.tr("Corners and diagonal first"), SPREAD)
        self.order.addItem(self.tr("Row by row"), BY_ROWS)
        self._work.setObjectName("grid_work")
        for label in (self._work, self._remark):
            label.setWordWrap(True)
        set_label_color(self._remark, quiet_color())
        buttons = QHBoxLayout()
        for button in (self._fill, self._stop):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        for widget in (self.rows, self.columns, self.order, self._work, self._remark):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self._sheet)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(236, 300)
