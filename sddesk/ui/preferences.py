"""The preferences: folders, device, look, previews and safety; each change counts at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.settings import GIGABYTE, Settings
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, quiet_color, set_label_color

_MOST_GIGABYTES = 1000


class Preferences(QDialog):
    """Shows the settings that have no other place in the window.

    Signals:
        changed(object): the `Settings` as they are to be from now on.
    """

    changed = Signal(object)

    def __init__(self, settings: Settings, pictures: Path, models: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.setMinimumWidth(64 * GAP)
        self._settings = settings
        self._form = QFormLayout()
        self._form.setSpacing(GAP)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._add_look()
        self._add_folders(pictures, models)
        self._add_engine()
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addLayout(self._form)
        layout.addWidget(close)

    def _add_look(self) -> None:
        themes = {
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        self._add_choice("theme", self.tr("Look"), themes)
        self._add_check(
            "reduce_motion",
            self.tr("Reduce motion"),
            self.tr("No sliding panels, no bars that run to and fro"),
        )
        self._add_check(
            "decode_frames",
            self.tr("True previews"),
            self.tr("Decode the selected step exactly when the engine is idle"),
        )

    def _add_folders(self, pictures: Path, models: Path) -> None:
        self._add_folder("pictures_folder", self.tr("Pictures"), pictures)
        self._add_folder("models_folder", self.tr("More models"), models)

    def _add_engine(self) -> None:
        devices = {
            "auto": self.tr("The best there is"),
            "cuda": self.tr("NVIDIA or AMD graphics (CUDA)"),
            "mps": self.tr("Apple graphics (MPS)"),
            "cpu": self.tr("Processor (CPU)"),
        }
        self._add_choice("device", self.tr("Device"), devices)
        self._add_note(self.tr("Another device is used from the next start on."))
        quota = QDoubleSpinBox()
        quota.setRange(0, _MOST_GIGABYTES)
        quota.setDecimals(1)
        quota.setSuffix(self.tr(" GB"))
        quota.setValue(self._settings.tape_quota / GIGABYTE)
        quota.valueChanged.connect(self._set_quota)
        self._add("tape_quota", self.tr("Tapes at most"), quota)
        self._add_note(self.tr("Older recordings go first; pictures are never deleted."))
        self._add_check(
            "safety_checker",
            self.tr("Safety checker"),
            self.tr("Use it where the model brings one"),
        )

    def _add(self, name: str, title: str, widget: QWidget) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(title)
        self._form.addRow(title, widget)

    def _add_note(self, words: str) -> None:
        label = QLabel(words)
        label.setWordWrap(True)
        set_label_color(label, quiet_color())
        self._form.addRow("", label)

    def _add_choice(self, name: str, title: str, choices: dict[str, str]) -> None:
        box = QComboBox()
        for key, words in choices.items():
            box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(getattr(self._settings, name))))
        box.currentIndexChanged.connect(lambda: self._set(name, box.currentData()))
        self._add(name, title, box)

    def _add_check(self, name: str, title: str, words: str) -> None:
        box = QCheckBox(words)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda checked: self._set(name, checked))
        self._add(name, title, box)

    def _add_folder(self, name: str, title: str, usual: Path) -> None:
        edit = QLineEdit(getattr(self._settings, name))
        edit.setPlaceholderText(str(usual))
        edit.editingFinished.connect(lambda: self._set(name, edit.text().strip()))
        choose = QToolButton()
        choose.setIcon(icon("folder-open"))
        choose.setToolTip(self.tr("Choose a folder"))
        choose.setAccessibleName(self.tr("Choose a folder: {title}").format(title=title))
        choose.clicked.connect(lambda: self._ask(name, edit, usual))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(edit, 1)
        row.addWidget(choose)
        edit.setObjectName(name)
        edit.setAccessibleName(title)
        self._form.addRow(title, row)

    def _ask(self, name: str, edit: QLineEdit, usual: Path) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder"), edit.text() or str(usual))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(edit.setText)
        dialog.fileSelected.connect(lambda folder: self._set(name, folder))
        dialog.open()

    def _set_quota(self, gigabytes: float) -> None:
        self._set("tape_quota", round(gigabytes * GIGABYTE))

    def _set(self, name: str, value: Any) -> None:
        if getattr(self._settings, name) != value:
            self._settings = replace(self._settings, **{name: value})
            self.changed.emit(self._settings)
