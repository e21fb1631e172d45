"""The page on which pictures are compared: how they are shown, one slider, what differs."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QSlider,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.ui.compare.parting_plot import PartingPlot
from sddesk.ui.compare.view import BESIDE, BLINK, DIVIDER, HEAT, MODES, CompareView
from sddesk.ui.frames import NOISY, PREDICTED
from sddesk.ui.icons import icon
from sddesk.ui.player import Player
from sddesk.ui.theme import GAP, calling_palette, quiet_color, set_label_color

_ROWS = 4  # of the table, on show; the rest scrolls
_ICONS = {DIVIDER: "columns-2", BLINK: "eye", HEAT: "contrast", BESIDE: "grid-3x3"}


class ComparePage(QWidget):
    """The pictures with a bar above, and plot and table below.

    Signals:
        changed(): another way to show them, another step, noisy or predicted.
        closed(): they are not to be looked at any more.
        appeared(bool): the page has come, or gone.
    """

    changed = Signal()
    closed = Signal()
    appeared = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.view, self.plot, self.table = CompareView(), PartingPlot(), QTableWidget(0, 0)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("compare_step")
        self.slider.setAccessibleName(self.tr("Step of all pictures"))
        self.player = Player(self.slider)
        for button in self.player.findChildren(QWidget):
            if button.objectName():
                button.setObjectName(f"compare_{button.objectName()}")
        self._steps = 0
        self._text, self._note, self._same = QLabel(), QLabel(), QLabel()
        self._modes, self._rows = QButtonGroup(self), QButtonGroup(self)
        self._lay_out()
        self._connect()
        self.begin(0)
        self.hide()

    def mode(self) -> str:
        """How the pictures are shown."""
        return MODES[self._modes.checkedId()]

    def set_mode(self, mode: str) -> None:
        """Show them like this."""
        self._modes.button(MODES.index(mode)).click()

    def next_mode(self) -> None:
        """Show them in the next way."""
        self.set_mode(MODES[(self._modes.checkedId() + 1) % len(MODES)])

    def row(self) -> str:
        """Noisy, or predicted."""
        return (NOISY, PREDICTED)[self._rows.checkedId()]

    def step(self) -> int:
        """The step on show; one more than there are is the finished picture."""
        return self.slider.value() if self._steps else 1

    def begin(self, steps: int) -> None:
        """Pictures of up to `steps` recorded steps, 0 if there are none; the end is on show."""
        self.player.stop()
        self._steps = steps
        self.slider.blockSignals(True)
        self.slider.setRange(1, steps + 1)
        self.slider.setValue(steps + 1)
        self.slider.blockSignals(False)
        self._controls.setVisible(steps > 0)
        self.plot.hide()
        self.show_note("")
        self._show_text()

    def show_note(self, text: str) -> None:
        """What is to be said of the pictures."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def note(self) -> str:
        """What is said of the pictures."""
        return self._note.text()

    def show_lacking(self, labels: Sequence[str], count: int) -> None:
        """Which of so many pictures have no recorded steps, and what to do."""
        if len(labels) == count:
            words = self.tr(
                "Only the finished pictures can be compared, for want of tapes or of the models"
                " that made them. Take over their settings from the history and make them again,"
                " and their steps can be compared too"
            )
            self.show_note(words)
        elif labels:
            words = self.tr(
                "Finished at each step, for want of a tape or of the model that made it: {names}."
                " Take over its settings from the history and make it again to have its steps"
            )
            self.show_note(words.format(names=", ".join(labels)))

    def show_distances(self, distances: Sequence[float], parting: int | None) -> None:
        """How far apart they are at each step."""
        self.plot.setVisible(bool(distances))
        self.plot.show_distances(distances, parting)

    def show_settings(
        self, labels: Sequence[str], rows: Sequence[tuple[str, tuple[str, ...]]]
    ) -> None:
        """The settings that differ, a column for each picture."""
        from sddesk.core.comparing import shortened  # numpy and Pillow come with it

        self.table.clear()
        self.table.setRowCount(len(rows))
        self.table.setColumnCount(len(labels))
        self.table.setHorizontalHeaderLabels(list(labels))
        self.table.setVerticalHeaderLabels([self.tr(name) for name, _ in rows])
        for y, (_, values) in enumerate(rows):
            short = shortened(values)
            for x, value in enumerate(values):
                item = QTableWidgetItem(short[x])
                item.setToolTip(value)
                self.table.setItem(y, x, item)
        self.table.setVisible(bool(rows))
        self._same.setVisible(not rows)
        height = self.table.horizontalHeader().sizeHint().height() + 4
        line = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(height + line * min(_ROWS, max(1, len(rows))))

    def _lay_out(self) -> None:
        self._controls = QWidget()
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(GAP)
        controls.addWidget(self.player)
        controls.addWidget(self.slider, 1)
        controls.addWidget(self._text)
        names = {NOISY: self.tr("Noisy"), PREDICTED: self.tr("Predicted")}
        controls.addLayout(self._choice(self._rows, names, PREDICTED, "compare"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._bar())
        layout.addWidget(self.view, 1)
        layout.addWidget(self._controls)
        for widget in (self.plot, self._note, self._same, self.table):
            layout.addWidget(widget)
        self._same.setText(self.tr("All settings are the same"))
        for label in (self._same, self._note):
            set_label_color(label, quiet_color())
            label.setWordWrap(True)
        self._note.setObjectName("compare_note")
        self._set_up_table()

    def _bar(self) -> QHBoxLayout:
        names = {
            DIVIDER: self.tr("Divider"),
            BLINK: self.tr("Blink"),
            HEAT: self.tr("Difference"),
            BESIDE: self.tr("Side by side"),
        }
        bar = QHBoxLayout()
        bar.addLayout(self._choice(self._modes, names, DIVIDER, "compare"))
        bar.addStretch(1)
        close = QToolButton()
        close.setObjectName("compare_close")
        close.setIcon(icon("x"))
        close.setToolTip(self.tr("Close the comparison"))
        close.setAccessibleName(self.tr("Close the comparison"))
        close.clicked.connect(self.closed)
        bar.addWidget(close)
        return bar

    def _choice(
        self, group: QButtonGroup, names: dict[str, str], first: str, prefix: str
    ) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.setSpacing(0)
        for index, (name, title) in enumerate(names.items()):
            button = QToolButton()
            button.setObjectName(f"{prefix}_{name}")
            button.setText(title)
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setChecked(name == first)
            if name in _ICONS:
                button.setIcon(icon(_ICONS[name], calling=True))
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            group.addButton(button, index)
            layout.addWidget(button)
        group.idClicked.connect(lambda _: self._chosen(group))
        self._mark(group)
        return layout

    def _chosen(self, group: QButtonGroup) -> None:
        self._mark(group)
        self.changed.emit()

    def _mark(self, group: QButtonGroup) -> None:
        plain = QGuiApplication.palette()
        for button in group.buttons():
            button.setPalette(calling_palette(plain) if button.isChecked() else plain)

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("compare_settings")
        table.setAccessibleName(self.tr("Settings that differ"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.setTabKeyNavigation(False)
        table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._step_changed)
        self.plot.step_chosen.connect(self.slider.setValue)

    def _step_changed(self) -> None:
        self._show_text()
        self.changed.emit()

    def _show_text(self) -> None:
        step = self.step()
        self.plot.show_step(step)
        if step > self._steps:
            self._text.setText(self.tr("Finished pictures"))
        else:
            words = self.tr("Step {step} of {steps}")
            self._text.setText(words.format(step=step, steps=self._steps))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.appeared.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.appeared.emit(not self.isHidden())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for group in (self._modes, self._rows):
                self._mark(group)
            for label in (self._same, self._note):
                set_label_color(label, quiet_color())
