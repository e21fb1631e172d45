"""The look: Fusion, light or dark as the system is, one accent, spacing in multiples of 8."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel

GAP = 8

_LIGHT = {
    "window": "#f3f3f5",
    "base": "#ffffff",
    "button": "#e7e7eb",
    "text": "#1c1c21",
    "quiet": "#5c5c68",
    "disabled": "#9a9aa4",
    "accent": "#2f5fd0",
    "on_accent": "#ffffff",
    "call": "#183f9c",
    "warning": "#a33a00",
}
# Fusion draws the outlines of these darker than the window, which nobody sees if that is dark.
_OUTLINED = ("QCheckBox", "QRadioButton", "QGroupBox", "QAbstractItemView", "QLineEdit")
_OUTLINED += ("QPlainTextEdit", "QAbstractSpinBox")
_OUTLINE = "#9c9cab"
_DARK = {
    "window": "#222227",
    "base": "#18181c",
    "button": "#34343c",
    "text": "#ececf1",
    "quiet": "#a9a9b6",
    "disabled": "#6c6c78",
    "accent": "#7aa2ff",
    "on_accent": "#10131c",
    "call": "#183f9c",
    "warning": "#ffb07a",
}


def apply_theme() -> None:
    """Give the program its look, now and whenever the system changes between light and dark."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(use_scheme)
    scheme = hints.colorScheme()
    if scheme == Qt.ColorScheme.Unknown and is_dark():  # a dark system that does not say so
        scheme = Qt.ColorScheme.Dark
    use_scheme(scheme)


def choose_theme(name: str) -> None:
    """Be "light" or "dark" whatever the system is; anything else follows it."""
    hints = QGuiApplication.styleHints()
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))
    use_scheme(schemes.get(name, hints.colorScheme()))


def use_scheme(scheme: Qt.ColorScheme) -> None:
    """Be dark, or light."""
    before = _colors()
    dark = scheme == Qt.ColorScheme.Dark
    palette = _palette(_DARK if dark else _LIGHT)
    QApplication.setPalette(palette)  # for all classes alike
    if dark:
        palette.setColor(QPalette.ColorRole.Window, QColor(_OUTLINE))
        for name in _OUTLINED:
            QApplication.setPalette(palette, name)  # pyright: ignore[reportArgumentType] # a str
    for label in QApplication.allWidgets():
        shown = label.palette().windowText().color().name()
        for kind in ("quiet", "warning"):
            if isinstance(label, QLabel) and shown == before[kind]:
                set_label_color(label, QColor(_colors()[kind]))


def is_dark() -> bool:
    """Whether the program is dark now."""
    return QGuiApplication.palette().window().color().lightness() < 128


def quiet_color() -> QColor:
    """For words that are there but do not call."""
    return QColor(_colors()["quiet"])


def warning_color() -> QColor:
    """For words that must be seen."""
    return QColor(_colors()["warning"])


def tint(palette: QPalette, strength: float) -> QColor:
    """The text colour, thinned: a tone that stands out from the ground, light or dark."""
    color = palette.windowText().color()
    color.setAlphaF(strength)
    return color


def set_label_color(label: QLabel, color: QColor) -> None:
    """Colour the words of one label."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, color)
    label.setPalette(palette)


def calling_palette(palette: QPalette) -> QPalette:
    """For the one button that matters most, and for what is switched on."""
    active = QPalette(palette)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        active.setColor(group, QPalette.ColorRole.Button, QColor(_colors()["call"]))
        active.setColor(group, QPalette.ColorRole.ButtonText, QColor("white"))
    return active


def _colors() -> dict[str, str]:
    return _DARK if is_dark() else _LIGHT


def _palette(colors: dict[str, str]) -> QPalette:
    palette = QPalette(QColor(colors["button"]), QColor(colors["window"]))
    role, disabled = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    palette.setColor(role.Base, QColor(colors["base"]))
    palette.setColor(role.AlternateBase, QColor(colors["window"]))
    palette.setColor(role.ToolTipBase, QColor(colors["base"]))
    for text in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        palette.setColor(text, QColor(colors["text"]))
        palette.setColor(disabled, text, QColor(colors["disabled"]))
    palette.setColor(role.PlaceholderText, QColor(colors["quiet"]))
    for accent in (role.Highlight, role.Accent, role.Link):
        palette.setColor(accent, QColor(colors["accent"]))
    palette.setColor(role.HighlightedText, QColor(colors["on_accent"]))
    palette.setColor(disabled, role.Highlight, QColor(colors["disabled"]))
    return palette
