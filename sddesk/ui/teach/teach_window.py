"""The window for teaching: what and how at the left, pictures and training at the right."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.problems import Problem
from sddesk.ui.background import Background
from sddesk.ui.icons import icon
from sddesk.ui.message_area import MessageArea
from sddesk.ui.teach.dataset import Dataset
from sddesk.ui.teach.method_form import MethodForm
from sddesk.ui.teach.picture_editor import PictureEditor
from sddesk.ui.teach.picture_list import PictureList
from sddesk.ui.teach.run_page import RunPage
from sddesk.ui.theme import GAP, calling_palette, quiet_color, set_label_color, warning_color

_SIZE = QSize(1180, 690)
_LEFT, _LIST = 340, 248
_ANY = 16_777_215  # Qt's QWIDGETSIZE_MAX
_MEGABYTE, _GIGABYTE = 1e6, 1e9


class TeachWindow(QDialog):
    """Stands beside the main window, which goes on working; closing it does not stop a training.

    Signals:
        begin_requested(): train what the form says.
        go_on_requested(): take up the unfinished training that is offered.
        forget_requested(): drop it.
    """

    begin_requested = Signal()
    go_on_requested = Signal()
    forget_requested = Signal()

    def __init__(self, parent: QWidget, dataset: Dataset, background: Background) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Teach a word"))
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self._dataset = dataset
        self.messages, self.form, self.run = MessageArea(), MethodForm(), RunPage()
        self.list, self.editor = PictureList(), PictureEditor(dataset, background)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)  # a pane of its own stands out in the dark
        self._count, self._verdict, self._memory = QLabel(), QLabel(), QLabel()
        self.train = QPushButton(self.tr("Train"))
        self._offer, self._offered = QWidget(), QLabel()
        self._pictures = QWidget()
        self._add = QPushButton(icon("image-plus"), self.tr("Add pictures…"))
        self._lay_out()
        self._connect()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return in a field is no click
        self.train.setEnabled(False)
        self.show_dataset()

    def show_dataset(self) -> None:
        """The dataset has changed."""
        items, remarks = self._dataset.items, self._dataset.remarks()
        self.list.show_items(items, remarks)
        self.list.setMaximumWidth(_LIST if items else _ANY)  # without any, all of it takes drops
        used = len(self._dataset.pictures())
        words = self.tr("{used} of {all} pictures").format(used=used, all=len(items))
        self._count.setText(words if items else "")

    def show_reading(self, waiting: int) -> None:
        """So many files are still to be read."""
        if waiting:
            self._count.setText(self.tr("Reading… {count} left").format(count=waiting))

    def show_verdict(self, problem: Problem | None, warnings: Sequence[Problem]) -> None:
        """Whether it can be trained, and what to think about first."""
        told = [problem] if problem is not None else list(warnings)
        lines = [f"{one.what()}: {one.hint}" if one.hint else one.what() for one in told]
        self._verdict.setText("\n".join(lines))
        self._verdict.setVisible(bool(lines))
        color = warning_color() if warnings and problem is None else quiet_color()
        set_label_color(self._verdict, color)
        self.train.setEnabled(problem is None)

    def forget_memory(self) -> None:
        """What it would take is not known any more."""
        self._memory.clear()
        self._memory.hide()

    def show_memory(self, memory: int, free: int) -> None:
        """What the training would take, and what there is, in bytes."""
        words = self.tr("Takes about {memory} of memory, {free} are free")
        text = words.format(memory=_size(memory), free=_size(free))
        tight = memory > free
        if tight:
            text += self.tr(". That may not be enough: save memory, or use a smaller batch")
        self._memory.setText(text)
        self._memory.show()
        set_label_color(self._memory, warning_color() if tight else quiet_color())

    def show_offer(self, words: str) -> None:
        """Offer an unfinished training; empty words offer none."""
        self._offered.setText(words)
        self._offer.setVisible(bool(words))

    def set_training(self, *, is_open: bool) -> None:
        """While a training is open, what it is made of stays as it is."""
        for widget in (self.form, self._pictures):
            widget.setEnabled(not is_open)
        self._verdict.setVisible(not is_open and bool(self._verdict.text()))
        self._memory.setVisible(not is_open and bool(self._memory.text()))
        self.train.setVisible(not is_open)

    def show_run(self) -> None:
        """Look at the training."""
        self.tabs.setCurrentWidget(self.run)

    def show_pictures(self) -> None:
        """Look at the pictures."""
        self.tabs.setCurrentWidget(self._pictures)

    def _lay_out(self) -> None:
        self.resize(_SIZE)
        columns = QHBoxLayout()
        columns.setSpacing(GAP)
        columns.addLayout(self._make_left())
        columns.addWidget(self.tabs, 1)
        self._fill_pictures()
        self.tabs.addTab(self._pictures, self.tr("Pictures"))
        self.tabs.addTab(self.run, self.tr("Training"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.messages)
        layout.addWidget(self._make_offer())
        layout.addLayout(columns, 1)

    def _make_left(self) -> QVBoxLayout:
        area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(_LEFT)
        for name, label in (("teach_verdict", self._verdict), ("teach_memory", self._memory)):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFixedWidth(_LEFT)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._verdict.setAccessibleName(self.tr("What to think about first"))
        self._memory.setAccessibleName(self.tr("Memory"))
        self._memory.hide()
        self.train.setObjectName("teach_train")
        self.train.setToolTip(self.tr("Ctrl+Return"))
        self.train.setMinimumHeight(4 * GAP)
        self.train.setPalette(calling_palette(self.train.palette()))
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(area, 1)
        for widget in (self._verdict, self._memory, self.train):
            left.addWidget(widget)
        return left

    def _fill_pictures(self) -> None:
        self._add.setObjectName("teach_add")
        self._count.setObjectName("teach_count")
        set_label_color(self._count, quiet_color())
        self.list.setMinimumWidth(_LIST)
        side = QVBoxLayout()
        side.setSpacing(GAP)
        side.addWidget(self._add)
        side.addWidget(self.list, 1)
        side.addWidget(self._count)
        layout = QHBoxLayout(self._pictures)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(side)
        layout.addWidget(self.editor, 1)

    def _make_offer(self) -> QWidget:
        go_on = QPushButton(self.tr("Go on"))
        forget = QPushButton(self.tr("Forget it"))
        go_on.setObjectName("teach_go_on")
        forget.setObjectName("teach_forget")
        go_on.clicked.connect(self.go_on_requested)
        forget.clicked.connect(self.forget_requested)
        row = QHBoxLayout(self._offer)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._offered, 1)
        row.addWidget(go_on)
        row.addWidget(forget)
        self._offered.setObjectName("teach_offer")
        self._offer.hide()
        return self._offer

    def _connect(self) -> None:
        dataset = self._dataset
        dataset.changed.connect(self.show_dataset)
        dataset.seen.connect(lambda _path: self.show_dataset())
        dataset.reading.connect(self.show_reading)
        self.list.dropped.connect(dataset.take)
        self.list.chosen.connect(self._edit)
        self._add.clicked.connect(self._ask_for_pictures)
        self.train.clicked.connect(self.begin_requested)
        start = QShortcut(QKeySequence("Ctrl+Return"), self)
        start.activated.connect(self.train.click)
        remove = QShortcut(QKeySequence("Del"), self.list)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._remove_selected)

    def _edit(self, path: Path | None) -> None:
        item = None if path is None else self._dataset.item(path)
        problems = [] if path is None else self._dataset.remarks().get(path, [])
        self.editor.show_item(item, problems)

    def _remove_selected(self) -> None:
        path = self.list.selected()
        if path is not None:
            self._dataset.remove(path)

    def _ask_for_pictures(self) -> None:
        dialog = QFileDialog(self, self.tr("Add pictures to learn from"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg *.webp)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._dataset.take([Path(n) for n in names]))
        dialog.open()


def _size(count: int) -> str:
    """Bytes as one says them."""
    if count < _GIGABYTE:
        return f"{max(1, round(count / _MEGABYTE))} MB"
    return f"{count / _GIGABYTE:.1f} GB"
