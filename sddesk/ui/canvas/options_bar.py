"""Tools as buttons, the size and opacity of the brush, and the rest of it in a small window."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from sddesk.core.canvas.brush import Brush
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, calling_palette

_LARGEST = 500  # pixels that the slider reaches; the keys reach further
TOOLS = (
    ("brush", "brush", "B"),
    ("eraser", "eraser", "E"),
    ("fill", "paint-bucket", "G"),
    ("line", "slash", "L"),
    ("rectangle", "square", "R"),
    ("ellipse", "circle", "O"),
    ("pick", "pipette", "I"),
    ("move", "move", "V"),
    ("select", "square-dashed", "M"),
    ("lasso", "lasso", "Shift+M"),
)


class OptionsBar(QWidget):
    """Follows the studio and the toolbox, and changes them.

    Signals: none.
    """

    def __init__(self, studio: Studio, toolbox: Toolbox) -> None:
        super().__init__()
        self._studio, self._toolbox = studio, toolbox
        self.titles = {
            "brush": self.tr("Brush"),
            "eraser": self.tr("Eraser"),
            "fill": self.tr("Fill"),
            "line": self.tr("Line"),
            "rectangle": self.tr("Rectangle"),
            "ellipse": self.tr("Ellipse"),
            "pick": self.tr("Pick a colour"),
            "move": self.tr("Move and transform"),
            "select": self.tr("Select a rectangle"),
            "lasso": self.tr("Select with the lasso"),
        }
        self._buttons: dict[str, QToolButton] = {}
        self._sliders: dict[str, QSlider] = {}
        self._boxes: dict[str, QCheckBox] = {}
        self._more = QToolButton()
        self._lay_out()
        toolbox.changed.connect(self._show)
        studio.brush_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(1)
        for name, picture, key in TOOLS:
            button = self._buttons[name] = QToolButton()
            button.setObjectName(f"tool_{name}")
            button.setIcon(icon(picture, calling=True))
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # each has a key of its own
            button.setToolTip(f"{self.titles[name]} ({key})")
            button.setAccessibleName(self.titles[name])
            button.clicked.connect(lambda _, tool=name: self._toolbox.choose(tool))
            tools.addWidget(button)
        tools.addStretch(1)
        brush = QHBoxLayout()
        brush.setSpacing(GAP // 2)
        for name, title, most in (
            ("size", self.tr("Size"), _LARGEST),
            ("opacity", self.tr("Opacity"), 100),
        ):
            brush.addWidget(QLabel(title))
            brush.addWidget(self._slider(name, title, 1, most), 1)
        brush.addWidget(self._more)
        self._make_more()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(tools)
        layout.addLayout(brush)

    def _make_more(self) -> None:
        panel = QWidget()
        form = QFormLayout(panel)
        for name, title, most in (
            ("hardness", self.tr("Hardness"), 100),
            ("flow", self.tr("Flow"), 100),
            ("spacing", self.tr("Spacing"), 100),
            ("smoothing", self.tr("Smoothing"), 100),
            ("curve", self.tr("Force of pressure"), 300),
            ("tolerance", self.tr("Fill tolerance"), 255),
        ):
            form.addRow(title, self._slider(name, title, 0, most))
        for name, title in (
            ("pressure_size", self.tr("Pressure changes the size")),
            ("pressure_opacity", self.tr("Pressure changes the opacity")),
            ("all_layers", self.tr("Fill looks at all layers")),
            ("filled", self.tr("Rectangles and ellipses are filled")),
        ):
            box = self._boxes[name] = QCheckBox(title)
            box.setObjectName(f"brush_{name}")
            box.setAccessibleName(title)
            box.toggled.connect(self._take)
            form.addRow(box)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(panel)
        menu.addAction(action)
        self._more.setObjectName("more_brush")
        self._more.setIcon(icon("settings"))
        self._more.setToolTip(self.tr("More about the brush"))
        self._more.setAccessibleName(self.tr("More about the brush"))
        self._more.setAutoRaise(True)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(menu)

    def _slider(self, name: str, title: str, least: int, most: int) -> QSlider:
        slider = self._sliders[name] = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"brush_{name}")
        slider.setAccessibleName(title)
        slider.setRange(least, most)
        slider.setMinimumWidth(48)
        slider.valueChanged.connect(self._take)
        return slider

    def _brush(self) -> Brush:
        return self._studio.eraser if self._toolbox.erases else self._studio.brush

    def _show(self) -> None:
        brush, options = self._brush(), self._studio.options
        values = {name: round(getattr(brush, name) * 100) for name in _SHARES}
        values |= {"size": round(brush.size), "tolerance": options.tolerance}
        for name, slider in self._sliders.items():
            with QSignalBlocker(slider):
                slider.setValue(values[name])
            slider.setToolTip(str(values[name]))
        for name, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(brush if name.startswith("pressure") else options, name))
        for name, button in self._buttons.items():
            chosen = name == self._toolbox.name
            button.setChecked(chosen)
            button.setPalette(calling_palette(self.palette()) if chosen else self.palette())

    def _take(self) -> None:
        values = {name: self._sliders[name].value() / 100 for name in _SHARES}
        boxes = {name: box.isChecked() for name, box in self._boxes.items()}
        brush, size = self._brush(), self._sliders["size"].value()
        values["size"] = brush.size if size == _LARGEST < brush.size else size
        pressure = {name: boxes[name] for name in ("pressure_size", "pressure_opacity")}
        options = self._studio.options
        options.tolerance = self._sliders["tolerance"].value()
        options.all_layers, options.filled = boxes["all_layers"], boxes["filled"]
        made = replace(brush, **values, **pressure)
        self._studio.set_brush(made, erases=self._toolbox.erases)


_SHARES = ("hardness", "opacity", "flow", "spacing", "smoothing", "curve")
