"""Asks which settings of a picture are to be taken over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from sddesk.ui.requests import PARTS
from sddesk.ui.theme import GAP, quiet_color, set_label_color


class RestoreDialog(QDialog):
    """One box for each part; the window goes on meanwhile.

    Signals:
        parts_chosen(object): the `frozenset` of parts to restore.
        init_chosen(): the picture is to be started from instead.
    """

    parts_chosen = Signal(object)
    init_chosen = Signal()

    def __init__(self, name: str, prompt: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("restore")
        self.setWindowTitle(self.tr("Settings in {name}").format(name=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(50 * GAP)
        titles = {
            "prompt": self.tr("Prompt"),
            "negative": self.tr("Negative prompt"),
            "seed": self.tr("Seed and variation"),
            "settings": self.tr("Sampler, steps, guidance, size, strength"),
            "model": self.tr("Model"),
        }
        excerpt = QLabel(
            self.fontMetrics().elidedText(
                prompt.replace("\n", " "), Qt.TextElideMode.ElideRight, 48 * GAP
            )
        )
        set_label_color(excerpt, quiet_color())
        self._boxes = {part: QCheckBox(titles[part]) for part in PARTS}
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.tr("Take over"), QDialogButtonBox.ButtonRole.AcceptRole)
        start = buttons.addButton(
            self.tr("Start from this picture"), QDialogButtonBox.ButtonRole.ActionRole
        )
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        start.clicked.connect(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(QLabel(self.tr("This picture brings its settings. Take over:")))
        layout.addWidget(excerpt)
        for part, box in self._boxes.items():
            box.setObjectName(f"restore_{part}")
            box.setAccessibleName(titles[part])
            box.setChecked(True)
            layout.addWidget(box)
        layout.addSpacing(GAP)
        layout.addWidget(buttons)

    def _take(self) -> None:
        chosen = frozenset(part for part, box in self._boxes.items() if box.isChecked())
        self.accept()
        self.parts_chosen.emit(chosen)

    def _start(self) -> None:
        self.accept()
        self.init_chosen.emit()
