"""Who gets the keys: with the mouse at a slider, the other hand still means the canvas."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QListWidget, QWidget

_CLICKED = (QAbstractButton, QAbstractSlider, QComboBox, QListWidget)


def hand_keys_to(canvas: QWidget, panel: QWidget) -> None:
    """A click on anything in `panel` lets the canvas have the keys; Tab still goes everywhere.

    Only fields for text keep them. Qt asks from the clicked widget upwards who wants the focus.
    """
    for kind in _CLICKED:
        for widget in panel.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    panel.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # before the proxy, which would get it, too
    panel.setFocusProxy(canvas)
