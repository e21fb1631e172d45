"""What fills the window: where everything lies, and nothing that decides anything."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QSplitter, QVBoxLayout, QWidget

from sddesk.ui.docks import Docks
from sddesk.ui.message_area import MessageArea
from sddesk.ui.picture_view import PictureView
from sddesk.ui.prompt_panel import PromptPanel
from sddesk.ui.shell import Shell
from sddesk.ui.step_panel import StepPanel
from sddesk.ui.theme import GAP


class Workspace(QObject):
    """Prompts and settings at the left, pictures in the middle, their steps below, docks around.

    Signals:
        open_requested(): a picture is to be opened.
        open_chosen(object): the `Path` of that picture.
        save_requested(): the finished picture is to be saved elsewhere.
        save_chosen(object): the `Path` where.
        folder_requested(): the folder of the pictures is to be shown.
    """

    open_requested = Signal()
    open_chosen = Signal(object)
    save_requested = Signal()
    save_chosen = Signal(object)
    folder_requested = Signal()

    def __init__(self, shell: Shell, prompts: Sequence[str] = ()) -> None:
        super().__init__(shell)
        self.shell = shell
        self.panel = PromptPanel(prompts)
        self.steps = StepPanel()
        self.view = PictureView()
        self.messages = MessageArea()
        self.docks = Docks(shell)
        self.save_action = QAction()
        self._lay_out()
        self.steps.shown_changed.connect(self.view.show_pictures)
        self.panel.prompt.edit.setFocus()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""
        full = self.shell.isFullScreen()
        self.shell.showNormal() if full else self.shell.showFullScreen()

    def alone_keys(self) -> tuple[QWidget, ...]:
        """Where the Tab key leaves the pictures alone on the screen."""
        return (self.view,)

    def ask_where_to_save(self, suggestion: Path) -> None:
        """Let the user choose a file; `save_chosen` follows."""
        dialog = self._dialog(self.tr("Save picture as"), suggestion.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(suggestion.name)
        dialog.fileSelected.connect(self._save_to)
        dialog.open()

    def ask_what_to_open(self, folder: Path) -> None:
        """Let the user choose a picture; `open_chosen` follows."""
        dialog = self._dialog(self.tr("Open picture"), folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._open_from)
        dialog.open()

    def _dialog(self, title: str, folder: Path) -> QFileDialog:
        dialog = QFileDialog(self.shell, title, str(folder), self.tr("PNG pictures (*.png)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _save_to(self, name: str) -> None:
        self.save_chosen.emit(Path(name))

    def _open_from(self, name: str) -> None:
        self.open_chosen.emit(Path(name))

    def _lay_out(self) -> None:
        self.pictures = QSplitter(Qt.Orientation.Horizontal)
        self.pictures.setObjectName("pictures")
        self.pictures.setChildrenCollapsible(False)
        self.pictures.addWidget(self.view)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.messages)
        layout.addWidget(self.pictures, 1)
        self.shell.setCentralWidget(whole)
        areas = Qt.DockWidgetArea
        self.docks.add("prompt", self.tr("Prompt"), _padded(self.panel), areas.LeftDockWidgetArea)
        self.docks.add("steps", self.tr("Steps"), _padded(self.steps), areas.BottomDockWidgetArea)
        self.docks.remember_default()


def _padded(widget: QWidget) -> QWidget:
    """With the room around it that a dock does not give by itself."""
    frame = QWidget()
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(GAP, GAP, GAP, GAP)
    layout.addWidget(widget)
    return frame
