"""The grid in the middle of the window: one slider for all cells, and the way into one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.ui.frames import NOISY, PREDICTED
from sddesk.ui.grid_view import GridView
from sddesk.ui.icons import icon
from sddesk.ui.measure_plot import MeasurePlot
from sddesk.ui.player import Player
from sddesk.ui.theme import GAP, calling_palette

_TOP, _ANYWHERE = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag(0)


class GridPage(QWidget):
    """The cells, and a bar that stays when one of them is looked at alone.

    Signals:
        back_requested(): from one cell to all of them.
        closed(): the grid is not to be looked at any more.
        branch_requested(int, int, int): row and column of a cell, and the steps to keep of it.
        measure_chosen(): something else is to be measured.
    """

    back_requested = Signal()
    closed = Signal()
    branch_requested = Signal(int, int, int)
    measure_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.view = GridView()
        self.view.branch_requested.connect(self.branch_here)
        self.plot, self._measure = MeasurePlot(), QComboBox()
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._fill_measure()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("lockstep")
        self.slider.setAccessibleName(self.tr("Step of all cells"))
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(self._show)
        self.player = Player(self.slider)
        for button in self.player.findChildren(QWidget):
            if button.objectName():
                button.setObjectName(f"grid_{button.objectName()}")
        self._steps, self._row = 0, PREDICTED
        self._text = QLabel()
        self._text.setObjectName("lockstep_text")
        self._buttons = QButtonGroup(self)
        self._back = self._tool("grid_back", "grid-3x3", self.tr("Back to the grid"))
        self._back.clicked.connect(self.back_requested)
        self._close = self._tool("grid_close", "x", self.tr("Close the grid"))
        self._close.clicked.connect(self.closed)
        self._lay_out()
        self.set_zoomed(zoomed=False)
        self.hide()

    @property
    def steps(self) -> int:
        """The most steps that a cell has."""
        return self._steps

    def begin(self, steps: int) -> None:
        """A new grid, of pictures of up to `steps` steps."""
        self.player.stop()
        self._steps = steps
        self._arrange()
        self.slider.setRange(1, steps + 1)
        self.slider.setValue(steps + 1)
        self._show()

    def _arrange(self) -> None:
        """The plot beside a high grid, below a wide one: where the cells leave room."""
        way = QBoxLayout.Direction
        high = self.view.is_high()
        self._body.setDirection(way.LeftToRight if high else way.TopToBottom)
        self._body.setAlignment(self.plot, _TOP if high else _ANYWHERE)

    def branch_here(self) -> None:
        """Go on from the cell that the keys are on, keeping the steps up to the one on show."""
        self.branch_requested.emit(*self.view.current(), self.slider.value())

    def measure(self) -> str:
        """A field of `Measures`, or nothing."""
        return self._measure.currentData()

    def measure_title(self) -> str:
        """The same in words."""
        return self._measure.currentText()

    def set_zoomed(self, *, zoomed: bool) -> None:
        """Whether one cell is looked at alone."""
        self._back.setVisible(zoomed)
        for widget in (self.view, self._controls):
            widget.setVisible(not zoomed)
        self.plot.setVisible(not zoomed and bool(self.measure()))

    def text(self) -> str:
        """What is said of the step."""
        return self._text.text()

    def _tool(self, name: str, picture: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(picture))
        button.setText(title)
        button.setToolTip(title)
        button.setAccessibleName(title)
        if name == "grid_back":
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _lay_out(self) -> None:
        self._controls = QWidget()
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(GAP)
        controls.addWidget(self.player)
        controls.addWidget(self.slider, 1)
        controls.addWidget(self._text)
        controls.addLayout(self._choice())
        controls.addWidget(self._measure)
        bar = QHBoxLayout()
        bar.addWidget(self._back)
        bar.addWidget(self._controls, 1)
        bar.addStretch(0)
        bar.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(bar)
        self._body.addWidget(self.view, 1)
        self._body.addWidget(self.plot)
        layout.addLayout(self._body, 1)

    def _fill_measure(self) -> None:
        self._measure.setObjectName("grid_measure")
        self._measure.setAccessibleName(self.tr("What is measured in the finished pictures"))
        self._measure.setToolTip(self._measure.accessibleName())
        self._measure.addItem(self.tr("No measure"), "")
        self._measure.addItem(self.tr("Contrast"), "contrast")
        self._measure.addItem(self.tr("Saturation"), "saturation")
        self._measure.addItem(self.tr("Sharpness"), "sharpness")
        self._measure.currentIndexChanged.connect(self.measure_chosen)

    def _choice(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.setSpacing(0)
        names = {NOISY: self.tr("Noisy"), PREDICTED: self.tr("Predicted")}
        for index, (row, title) in enumerate(names.items()):
            button = QToolButton()
            button.setObjectName(f"grid_{row}")
            button.setText(title)
            button.setAccessibleName(self.tr("All cells: {what}").format(what=title))
            button.setCheckable(True)
            button.setChecked(row == self._row)
            self._buttons.addButton(button, index)
            layout.addWidget(button)
        self._buttons.idClicked.connect(self._choose)
        self._mark_choice()
        return layout

    def _mark_choice(self) -> None:
        """As the strip below marks its own choice."""
        for button in self._buttons.buttons():
            plain = QPalette()  # the program's, light or dark
            button.setPalette(calling_palette(plain) if button.isChecked() else plain)

    def _choose(self, index: int) -> None:
        self._row = (NOISY, PREDICTED)[index]
        self._mark_choice()
        self._show()

    def _show(self) -> None:
        step = self.slider.value()
        if step > self._steps:
            self._text.setText(self.tr("Finished pictures"))
        else:
            words = self.tr("Step {step} of {steps}")
            self._text.setText(words.format(step=step, steps=self._steps))
        self.view.show_step(step, self._row)
