"""What the program is, which versions run, and whose work ships in it."""

import platform

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from sddesk import __version__


def show_about(parent: QWidget) -> None:
    """Tell it in a box that does not hold up the window."""
    box = QMessageBox(parent)
    box.setObjectName("about")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    box.setWindowTitle(box.tr("About SD Desk"))
    box.setText(box.tr("SD Desk {version}").format(version=__version__))
    box.setInformativeText(
        box.tr(
            "Watch pictures come out of the noise, step by step, on your own machine.\n"
            "Nothing you type or make leaves it.\n\n"
            "The model in the box learned from Noto Emoji and FxEmoji (Apache 2.0), Fluent Emoji "
            "(MIT), Twemoji and EmojiOne 2 (CC BY 4.0).\n"
            "Icons: Lucide (ISC)."
        )
    )
    box.setDetailedText(
        f"Python {platform.python_version()}\nPySide6 {PySide6.__version__}\n{platform.platform()}"
    )
    box.show()
