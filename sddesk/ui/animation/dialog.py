"""The dialog in which an animation is made: controls, preview, true size, progress."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.animation.values import Look
from sddesk.core.animation.writing import NUMBERED, SUFFIXES
from sddesk.core.problems import Problem
from sddesk.ui.animation.form import LookForm
from sddesk.ui.animation.maker import Made
from sddesk.ui.animation.preview import AnimationPreview
from sddesk.ui.theme import GAP, calling_palette, quiet_color, set_label_color, warning_color

_SETTLE_MS = 350  # while controls are turned
_SURE_S = 1.0  # of work after which the time that is left can be told


class AnimateDialog(QDialog):
    """Shows what comes of the wishes; the window goes on meanwhile.

    Signals:
        changed(): the look or the kind of file is to be another.
        source_chosen(str): another source is to be shown.
        save_chosen(object): the `Path` at which the animation is to be kept.
        cancel_requested(): what runs is to stop.
        closed(): nothing of it is needed any more.
    """

    changed = Signal()
    source_chosen = Signal(str)
    save_chosen = Signal(object)
    cancel_requested = Signal()
    closed = Signal()

    def __init__(self, look: Look, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("animate_dialog")
        self.setWindowTitle(self.tr("Animate"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = LookForm(look, kind)
        self.preview = AnimationPreview()
        self.folder, self.name = Path.home(), "evolution"
        self._facts, self._status = QLabel(), QLabel()
        self._facts.setObjectName("animation_facts")
        self._status.setObjectName("animation_status")
        self._status.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setObjectName("animation_progress")
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Stop"))
        self._cancel.setObjectName("animation_stop")
        self._cancel.setAutoDefault(False)
        self._again = QPushButton(self.tr("Try again"))
        self._again.setObjectName("animation_again")
        self._again.setAutoDefault(False)
        self._save = QPushButton(self.tr("Save…"))
        self._save.setObjectName("animation_save")
        self._made: Made | None = None
        self._begun = 0.0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.show_idle()

    def made(self) -> Made | None:
        """What can be saved now."""
        return self._made

    def status(self) -> str:
        """What is said of the work."""
        return self._status.text()

    def facts(self) -> str:
        """What is said of the file."""
        return self._facts.text()

    def show_work(self, words: str, done: int, total: int) -> None:
        """So much of so much is done."""
        if self._bar.isHidden() or done == 0:
            self._begun = time.perf_counter()
        for widget in (self._bar, self._cancel):
            widget.show()
        self._again.hide()
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        spent = time.perf_counter() - self._begun
        if done and spent > _SURE_S:
            left = self.tr("{words}, {left} s left")
            words = left.format(words=words, left=round(spent / done * (total - done)))
        self._say(words)

    def show_idle(self, words: str = "", *, again: bool = False) -> None:
        """Nothing runs; `again`: what is wanted is not made, but can be tried once more."""
        for widget in (self._bar, self._cancel):
            widget.hide()
        self._again.setVisible(again and self._made is None)
        self._say(words)

    def show_made(self, made: Made) -> None:
        """It is written: show it, and what it weighs."""
        self._made = made
        self.preview.play(made.playback)
        text = self.tr("{size}, {width}×{height}, {seconds} s")
        width, height = made.sides
        seconds = f"{made.milliseconds / 1000:.1f}"
        size = self.locale().formattedDataSize(made.size, 1)
        self._facts.setText(text.format(size=size, width=width, height=height, seconds=seconds))
        self._save.setEnabled(True)
        self.show_idle()

    def show_problem(self, problem: Problem, *, again: bool = False) -> None:
        """It did not work; what was made before stays."""
        self.show_idle(again=again)
        hint = f". {problem.hint[:1].upper()}{problem.hint[1:]}" if problem.hint else ""
        self._status.setText(f"{problem.what()}{hint}")
        set_label_color(self._status, warning_color())

    def forget(self) -> None:
        """What was made is not what is wanted now."""
        self._made = None
        self._facts.clear()
        self._save.setEnabled(False)

    def _say(self, words: str) -> None:
        self._status.setText(words)
        set_label_color(self._status, quiet_color())

    def _connect(self) -> None:
        self.form.changed.connect(self._wait)
        self.form.source_chosen.connect(self.source_chosen)
        self._settle.timeout.connect(self.changed)
        self.finished.connect(self._end)
        self._cancel.clicked.connect(self.cancel_requested)
        self._again.clicked.connect(self.changed)
        self._save.clicked.connect(self._ask_where)

    def _wait(self) -> None:
        self.forget()
        self._settle.start()

    def _ask_where(self) -> None:
        made = self._made
        if made is None:
            return
        suffix = SUFFIXES[made.kind]
        dialog = QFileDialog(self, self.tr("Save animation as"), str(self.folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if made.kind == NUMBERED:
            dialog.setWindowTitle(self.tr("Name of the new folder"))
        else:
            dialog.setDefaultSuffix(suffix.removeprefix("."))
            dialog.setNameFilter(f"*{suffix}")
        dialog.selectFile(self.name + suffix)
        dialog.fileSelected.connect(lambda name: self.save_chosen.emit(Path(name)))
        dialog.open()

    def _lay_out(self) -> None:
        self._save.setDefault(True)
        self._save.setPalette(calling_palette(self.palette()))
        close = QPushButton(self.tr("Close"))
        close.setObjectName("animation_close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.preview, 1)
        left.addWidget(self._facts)
        right.addWidget(self.form)
        right.addStretch(1)
        right.addWidget(self._status)
        work = QHBoxLayout()
        work.addWidget(self._bar, 1)
        work.addWidget(self._cancel)
        right.addLayout(work)
        buttons = QHBoxLayout()
        buttons.addWidget(self._again)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._save)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addLayout(left, 1)
        layout.addLayout(right)
        for box in (left, right, work, buttons):
            box.setSpacing(GAP)
        self._save.setEnabled(False)
        self.resize(self.sizeHint())  # on small screens Qt would take less

    def _end(self) -> None:
        self._settle.stop()
        self.preview.stop()
        self.closed.emit()
