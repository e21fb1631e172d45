"""What the program is, which versions run, and whose work ships in it."""

import platform

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from sddesk import __version__
from sddesk.core.credits import credits


def show_about(parent: QWidget) -> None:
    """Tell it in a box that does not hold up the window."""
    box = QMessageBox(parent)
    box.setObjectName("about")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    box.setWindowTitle(box.tr("About SD Desk"))
    box.setText(box.tr("SD Desk {version}").format(version=__version__))
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setInformativeText("<br><br>".join((_purpose(box), _art(box), _icons(box))))
    box.setDetailedText(
        f"Python {platform.python_version()}\nPySide6 {PySide6.__version__}\n{platform.platform()}"
    )
    box.show()


def _purpose(box: QMessageBox) -> str:
    first = box.tr("Watch pictures come out of the noise, step by step, on your own machine.")
    return f"{first}<br>{box.tr('Nothing you type or make leaves it.')}"


def _art(box: QMessageBox) -> str:
    text = box.tr(
        "The model in the box learned from {works}. Their drawings were rendered, put into scenes "
        "and changed by image processing."
    )
    return text.format(works=_linked("model"))


def _icons(box: QMessageBox) -> str:
    return box.tr("Icons: {works}.").format(works=_linked("icons"))


def _linked(used_for: str) -> str:
    """The works with their makers and licences, each a link."""
    return ", ".join(
        f'<a href="{c.page}">{c.work}</a> by {c.by} (<a href="{c.licence_page}">{c.licence}</a>)'
        for c in credits()
        if c.used_for == used_for
    )
