"""The panel where a grid is described: two axes, what that comes to, and the button."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.axes import Axis
from sddesk.core.values import BranchPoint
from sddesk.ui.axis_editor import AxisEditor
from sddesk.ui.grid_work import Work
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

SPREAD, BY_ROWS = "spread", "rows"


class GridPanel(QWidget):
    """Rows, columns and the order of filling.

    Signals:
        changed(): an axis is different.
        fill_requested(): the grid is to be made.
        pause_requested(): begin no cell until it is asked again.
        stop_requested(): what is left of the grid is not to be made.
        base_dropped(): the grid is not to go on from a recorded step any more.
        sheet_requested(): the grid is to be saved as one picture.
    """

    changed = Signal()
    fill_requested = Signal()
    pause_requested = Signal()
    stop_requested = Signal()
    base_dropped = Signal()
    sheet_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = AxisEditor("rows", self.tr("Rows"), may_lack=False)
        self.columns = AxisEditor("columns", self.tr("Columns"), may_lack=True)
        self.order, self._work, self._remark = QComboBox(), QLabel(), QLabel()
        self._fill = self._button("fill_grid", self.tr("Fill the grid"), self.fill_requested)
        self._sheet = self._button("save_sheet", self.tr("Save sheet…"), self.sheet_requested)
        pause, stop = self.tr("Pause after this picture"), self.tr("Make no more cells")
        self._pause = self._tool("pause_grid", "pause", pause, self.pause_requested)
        self._stop = self._tool("stop_grid", "circle-stop", stop, self.stop_requested)
        self._remedy = self._button("add_rescale", self.tr("Columns: guidance rescale"))
        self._remedy.clicked.connect(self._add_rescale)
        self._base, self._base_text = QWidget(), QLabel()
        for editor in (self.rows, self.columns):
            editor.changed.connect(self.changed)
        self._lay_out()
        self.show_base(None)
        self.set_state(filling=False, filled=False, paused=False)

    def set_axes(self, rows: Axis, columns: Axis | None) -> None:
        """Show these axes."""
        self.rows.set_axis(rows)
        self.columns.set_axis(columns)

    def offer_concepts(self, names: Sequence[str]) -> None:
        """Offer the weights of these concepts as axes."""
        for editor in (self.rows, self.columns):
            editor.offer_concepts(names)

    def show_base(self, branch: BranchPoint | None) -> None:
        """What all cells go on from: a recorded step, or None for noise."""
        self._base.setVisible(branch is not None)
        if branch is not None:
            name = branch.tape.name.partition(".")[0]
            words = self.tr("All cells keep the first {step} steps of {name}")
            self._base_text.setText(words.format(step=branch.step, name=name))

    def show_work(self, work: Work) -> None:
        """What the grid comes to, and what is good to know of it."""
        set_label_color(self._work, quiet_color())
        self._work.setText(work.text)
        self._remark.setText(work.remark)
        self._remark.setVisible(bool(work.remark))
        self._remedy.setVisible(work.wants_rescale)
        self._fill.setEnabled(True)

    def show_reason(self, text: str) -> None:
        """Why there can be no such grid."""
        set_label_color(self._work, warning_color())
        self._work.setText(text)
        self._remark.hide()
        self._remedy.hide()
        self._fill.setEnabled(False)

    def work_text(self) -> str:
        """What is said of the work."""
        return self._work.text()

    def set_state(self, *, filling: bool, filled: bool, paused: bool) -> None:
        """Whether cells are still to be made, there are some to save, and it goes on."""
        self._stop.setEnabled(filling)
        self._pause.setEnabled(filling or paused)
        self._pause.setChecked(paused)
        self._pause.setIcon(icon("play" if paused else "pause"))
        words = self.tr("Go on") if paused else self.tr("Pause after this picture")
        self._pause.setToolTip(words)
        self._pause.setAccessibleName(words)
        self._sheet.setEnabled(filled)

    def _add_rescale(self) -> None:
        """The remedy for too much guidance, beside what it is a remedy for."""
        self.columns.set_axis(Axis("guidance-rescale", (0.0, 0.7)))

    def _button(self, name: str, title: str, signal: SignalInstance | None = None) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName(name)
        button.setAccessibleName(title)
        if signal is not None:
            button.clicked.connect(signal)
        return button

    def _tool(self, name: str, picture: str, title: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(picture))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.clicked.connect(signal)
        return button

    def _lay_out(self) -> None:
        self.order.setObjectName("grid_order")
        self.order.setAccessibleName(self.tr("Order of filling"))
        self.order.addItem(self.tr("Corners and diagonal first"), SPREAD)
        self.order.addItem(self.tr("Row by row"), BY_ROWS)
        self._work.setObjectName("grid_work")
        self._remark.setObjectName("grid_remark")
        for label in (self._work, self._remark, self._base_text):
            label.setWordWrap(True)
        set_label_color(self._remark, quiet_color())
        self._pause.setCheckable(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self._fill, 1)
        buttons.addWidget(self._pause)
        buttons.addWidget(self._stop)
        self._lay_out_base()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        for widget in (self._base, self.rows, self.columns, self.order):
            layout.addWidget(widget)
        for widget in (self._work, self._remark, self._remedy):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addWidget(self._sheet)
        layout.addStretch(1)

    def _lay_out_base(self) -> None:
        self._base.setObjectName("grid_base")
        drop = self._tool("drop_base", "x", self.tr("From noise again"), self.base_dropped)
        drop.setAutoRaise(True)
        row = QHBoxLayout(self._base)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._base_text, 1)
        row.addWidget(drop, 0, Qt.AlignmentFlag.AlignTop)

    def sizeHint(self) -> QSize:
        return QSize(236, 300)
