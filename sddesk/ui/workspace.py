"""What fills the window: where everything lies, its menus, and nothing that decides anything."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from sddesk import __version__
from sddesk.ui.message_area import MessageArea
from sddesk.ui.picture_view import PictureView
from sddesk.ui.prompt_panel import PromptPanel
from sddesk.ui.shell import Shell
from sddesk.ui.step_panel import StepPanel
from sddesk.ui.theme import GAP


class Workspace(QObject):
    """Prompts and settings at the left; messages, picture and timeline at the right.

    Signals:
        open_chosen(object): the `Path` of a picture to open.
        save_requested(): the finished picture is to be saved elsewhere.
        save_chosen(object): the `Path` where.
        folder_requested(): the folder of the pictures is to be shown.
    """

    open_chosen = Signal(object)
    save_requested = Signal()
    save_chosen = Signal(object)
    folder_requested = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.shell = shell
        self.panel = PromptPanel()
        self.steps = StepPanel()
        self.view = PictureView()
        self.messages = MessageArea()
        self._lay_out()
        self._make_menus()
        self.steps.shown_changed.connect(self.view.show_pictures)
        self.panel.prompt.edit.setFocus()

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
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.messages)
        right.addWidget(self.view, 1)
        right.addWidget(self.steps)
        whole = QWidget()
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(2 * GAP, GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addWidget(self.panel)
        layout.addLayout(right, 1)
        self.shell.setCentralWidget(whole)

    def _make_menus(self) -> None:
        self.open_action = self._action(self.tr("&Open picture…"), "Ctrl+O")
        self.save_action = self._action(self.tr("Save picture &as…"), "Ctrl+S")
        self.save_action.triggered.connect(self.save_requested)
        self.save_action.setEnabled(False)
        folder = self._action(self.tr("Show pictures &folder"))
        folder.triggered.connect(self.folder_requested)
        leave = self._action(self.tr("&Quit"), "Ctrl+Q")
        leave.triggered.connect(self.shell.close)
        file = self.shell.menuBar().addMenu(self.tr("&File"))
        file.addActions([self.open_action, self.save_action, folder])
        file.addSeparator()
        file.addAction(leave)
        picture = self.shell.menuBar().addMenu(self.tr("P&icture"))
        picture.addActions(self._picture_actions())
        about = self._action(self.tr("&About SD Desk"))
        about.triggered.connect(self._show_about)
        self.shell.menuBar().addMenu(self.tr("&Help")).addAction(about)

    def _picture_actions(self) -> list[QAction]:
        generate = self._action(self.tr("&Generate"), "Ctrl+Return", "Ctrl+Enter")
        generate.triggered.connect(self.panel.generate_requested)
        cancel = self._action(self.tr("&Cancel"), "Esc")
        cancel.triggered.connect(self.panel.cancel_requested)
        cancel_all = self._action(self.tr("Cancel a&ll"), "Shift+Esc")
        cancel_all.triggered.connect(self.panel.cancel_all_requested)
        return [generate, cancel, cancel_all]

    def _action(self, title: str, *keys: str) -> QAction:
        action = QAction(title, self.shell)
        action.setShortcuts([QKeySequence(key) for key in keys])
        return action

    def _show_about(self) -> None:
        box = QMessageBox(self.shell)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setModal(False)
        box.setWindowTitle(self.tr("About SD Desk"))
        box.setText(self.tr("SD Desk {version}").format(version=__version__))
        box.setInformativeText(
            self.tr(
                "Watch pictures come out of the noise, step by step, on your own machine.\n"
                "Nothing you type or make leaves it."
            )
        )
        box.show()
