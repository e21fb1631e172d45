"""The bare window: it is up before anything that takes time is even imported."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QDialog, QMainWindow

_FIRST_SIZE = (1600, 1000)


class Shell(QMainWindow):
    """The empty main window.

    It imports as little of Qt as possible: the namespace `Qt` alone, with its enums, would make
    the window come up a quarter later.

    Signals:
        first_painted(): the window is up; what takes time may begin.
        closing(): the window has been closed, and is gone from the screen.
    """

    first_painted = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name("")
        self._painted = False
        self._taker: Callable[[list[Path]], None] | None = None
        self.may_close: Callable[[], bool] = lambda: True

    def name(self, words: str) -> None:
        """Have the title say `words` before the program's name."""
        self.setWindowTitle(f"{words} – SD Desk" if words else "SD Desk")

    def close_unasked(self) -> None:
        """Close, whatever `may_close` says."""
        self.may_close = lambda: True
        self.close()

    def come_to_front(self) -> None:
        """Show the window to the user, wherever it is."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def geometry_text(self) -> str:
        """Size and place, as text for the settings."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def restore_place(self, text: str) -> None:
        """Go where the window was last time; else a size that suits the screen."""
        geometry = QByteArray.fromBase64(text.encode(errors="replace"))
        if text and self.restoreGeometry(geometry):
            return
        room = self.screen().availableGeometry().size() * 0.95
        self.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))

    def accept_drops(self, taker: Callable[[list[Path]], None]) -> None:
        """Give files that are dropped anywhere on the window to `taker`."""
        self._taker = taker
        self.setAcceptDrops(True)

    # What Qt calls

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files and self._taker is not None:
            event.acceptProposedAction()
            self._taker([Path(file) for file in files])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)  # after this frame is on the screen

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        super().closeEvent(event)
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.hide()  # at once: what is left to do may take a moment
        self.closing.emit()
