"""Values of an axis as a list: samplers to be ticked, anything else one value a line."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.axes import Axis, parse_axis, value_text
from sddesk.core.problems import ProblemError
from sddesk.core.samplers import SAMPLERS
from sddesk.ui.theme import GAP, set_label_color, warning_color


class ListDialog(QDialog):
    """Stays until what is listed makes sense.

    Signals:
        chosen(object): the `Axis` with its values.
    """

    chosen = Signal(object)

    def __init__(self, kind: str, now: Axis | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setObjectName("axis_list")
        self.setWindowTitle(self.tr("Values of {axis}").format(axis=kind))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(45 * GAP)
        values = () if now is None else tuple(value_text(value) for value in now.values)
        self._samplers = self._ticks(values) if kind == "sampler" else None
        self._lines = QPlainTextEdit("\n".join(values))
        self._lines.setObjectName("axis_lines")
        self._lines.setAccessibleName(self.tr("One value a line"))
        self._lines.setTabChangesFocus(True)
        self._reason = QLabel()
        self._reason.setWordWrap(True)
        set_label_color(self._reason, warning_color())
        self._reason.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        if self._samplers is None:
            layout.addWidget(QLabel(self.tr("One value a line:")))
            layout.addWidget(self._lines)
        else:
            layout.addWidget(self._samplers)
        layout.addWidget(self._reason)
        layout.addWidget(buttons)

    def _ticks(self, chosen: tuple[str, ...]) -> QListWidget:
        ticks = QListWidget()
        ticks.setObjectName("axis_ticks")
        ticks.setAccessibleName(self.tr("Samplers"))
        for name in SAMPLERS:
            item = QListWidgetItem(name, ticks)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked
            item.setCheckState(ticked)
        ticks.setMinimumHeight(ticks.sizeHintForRow(0) * len(SAMPLERS) + GAP)
        return ticks

    def _texts(self) -> list[str]:
        ticks = self._samplers
        if ticks is None:
            return [line.strip() for line in self._lines.toPlainText().splitlines()]
        items = [ticks.item(row) for row in range(ticks.count())]
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def _choose(self) -> None:
        texts = self._texts()
        ending = "|" if len(texts) == 1 else ""
        try:
            axis = parse_axis(f"{self._kind}={'|'.join(texts)}{ending}")
        except ProblemError as error:
            self._reason.setText(f"{error.problem.what()}. {error.problem.hint}")
            self._reason.show()
            return
        self.accept()
        self.chosen.emit(axis)
