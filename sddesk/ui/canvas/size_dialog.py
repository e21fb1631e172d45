"""Asks how large the canvas is to be."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from sddesk.ui.number_fields import SideBox
from sddesk.ui.theme import GAP, quiet_color, set_label_color


class SizeDialog(QDialog):
    """Width and height of the canvas; the window goes on meanwhile.

    Signals:
        chosen(int, int): the width and height that the canvas is to have, in pixels.
    """

    chosen = Signal(int, int)

    def __init__(self, width: int, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas_size")
        self.setWindowTitle(self.tr("Canvas size"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(44 * GAP)
        self._width, self._height = SideBox(), SideBox()
        form = QFormLayout()
        form.setSpacing(GAP)
        for name, title, box, side in (
            ("canvas_width", self.tr("&Width"), self._width, width),
            ("canvas_height", self.tr("&Height"), self._height, height),
        ):
            box.setObjectName(name)
            box.setAccessibleName(title.replace("&", ""))
            box.setSuffix(self.tr(" px"))
            box.setValue(side)
            form.addRow(title, box)
        self._width.selectAll()
        hint = QLabel(
            self.tr("The drawing stays in the middle as large as it is; what lies beyond is cut.")
        )
        hint.setWordWrap(True)
        set_label_color(hint, quiet_color())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.tr("Resize"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(buttons)

    def _choose(self) -> None:
        width, height = self._width.value(), self._height.value()
        self.accept()
        self.chosen.emit(width, height)
