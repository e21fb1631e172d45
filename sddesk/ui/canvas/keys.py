"""Who gets the keys: with the mouse on a slider, the hands on the keys still mean the canvas."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QListWidget, QWidget

_CLICKED = (QAbstractButton, QAbstractSlider, QComboBox, QListWidget)


def hand_keys_to(canvas: QWidget, panel: QWidget) -> None:
    """A click on anything in `panel` lets the canvas have the keys; Tab still goes everywhere.

    Only fields for text keep them. Qt asks from the clicked widget upwards who wants the focus.
    The panel takes it and hands it on: as a focus proxy it would take its widgets out of Tab's way.
    """
    for kind in _CLICKED:
        for widget in panel.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    panel.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    panel.installEventFilter(_HandingOn(canvas, panel))


class _HandingOn(QObject):
    """Gives the focus that its panel gets to the canvas.

    Signals: none.
    """

    def __init__(self, canvas: QWidget, panel: QWidget) -> None:
        super().__init__(panel)
        self._canvas = canvas

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and watched is self.parent():
            self._canvas.setFocus()
        return super().eventFilter(watched, event)
