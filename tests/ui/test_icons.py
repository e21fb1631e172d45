"""The icons: there when they are asked for, and visible in both themes."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

import sddesk.ui
from sddesk.core.paths import RESOURCES
from sddesk.ui.icons import icon
from sddesk.ui.theme import use_scheme


def test_every_icon_named_in_the_sources_is_there() -> None:
    sources = Path(sddesk.ui.__file__).parent.rglob("*.py")
    named = {n for s in sources for n in re.findall(r'\bicon\("([^"]+)"\)', s.read_text("utf-8"))}
    missing = [name for name in named if not (RESOURCES / "icons" / f"{name}.svg").is_file()]
    assert not missing


def test_one_icon_is_dark_on_light_and_light_on_dark(qapp: QApplication) -> None:
    cross = icon("x")
    lightness = {}
    for scheme in (Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        use_scheme(scheme)
        image = cross.pixmap(QSize(24, 24)).toImage()
        lightness[scheme] = image.pixelColor(image.width() // 2, image.height() // 2).lightness()
    use_scheme(Qt.ColorScheme.Light)
    assert lightness[Qt.ColorScheme.Light] < 64 < 192 < lightness[Qt.ColorScheme.Dark]


def test_an_icon_that_is_not_there_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(OSError, match="no-such"):
        icon("no-such")
