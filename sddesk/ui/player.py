"""Plays the steps: a button, a speed, a loop."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractSlider, QComboBox, QHBoxLayout, QToolButton, QWidget

from sddesk.ui.icons import icon

SPEEDS = (2, 4, 8, 12, 24)  # steps a second
_USUAL = 8


class Player(QWidget):
    """Moves a slider from its beginning to its end.

    Signals: none.
    """

    def __init__(self, slider: QAbstractSlider) -> None:
        super().__init__()
        self._slider = slider
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)
        self._play = self._button("play_steps", "play", self.tr("Play the steps"))
        self._play.clicked.connect(self.toggle)
        self._loop = self._button("loop_steps", "repeat", self.tr("Play again and again"))
        self._loop.setCheckable(True)
        self._speed = QComboBox()
        self._speed.setObjectName("play_speed")
        self._speed.setAccessibleName(self.tr("Steps a second"))
        self._speed.setToolTip(self.tr("Steps a second"))
        for speed in SPEEDS:
            self._speed.addItem(self.tr("{count}/s").format(count=speed), speed)
        self._speed.setCurrentIndex(SPEEDS.index(_USUAL))
        self._speed.currentIndexChanged.connect(self._pace)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self._play, self._loop, self._speed):
            layout.addWidget(widget)
        self._pace()

    def is_playing(self) -> bool:
        """Whether it moves by itself now."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, from the beginning if it is at the end; or stop."""
        if self.is_playing():
            self.stop()
        elif self._slider.maximum() > 1:
            if self._slider.value() == self._slider.maximum():
                self._slider.setValue(self._slider.minimum())
            self._timer.start()
            self._show("pause", self.tr("Stop playing"))

    def stop(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self._show("play", self.tr("Play the steps"))

    def _button(self, name: str, picture: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(picture))
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setAutoRaise(True)
        return button

    def _show(self, picture: str, title: str) -> None:
        self._play.setIcon(icon(picture))
        self._play.setToolTip(title)
        self._play.setAccessibleName(title)

    def _pace(self) -> None:
        self._timer.setInterval(1000 // self._speed.currentData())

    def _next(self) -> None:
        slider = self._slider
        if slider.value() < slider.maximum():
            slider.setValue(slider.value() + 1)
        elif self._loop.isChecked():
            slider.setValue(slider.minimum())
        else:
            self.stop()
