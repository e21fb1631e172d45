"""Every setting of the picture on show, to be read and copied."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from sddesk.ui.theme import GAP, quiet_color, set_label_color


class InfoPanel(QWidget):
    """A text that can be selected, with a button that copies all of it.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = QPlainTextEdit()
        self._text.setObjectName("info")
        self._text.setAccessibleName(self.tr("Settings of the picture"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._empty = QLabel(self.tr("The settings of the picture on show will be here"))
        self._empty.setWordWrap(True)
        set_label_color(self._empty, quiet_color())
        self._copy = QPushButton(self.tr("Copy settings"))
        self._copy.setObjectName("copy_info")
        self._copy.setAccessibleName(self.tr("Copy settings"))
        self._copy.clicked.connect(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP // 2, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._empty)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._copy)
        layout.addStretch(0)
        self.show_text("")

    def text(self) -> str:
        """What is on show."""
        return self._text.toPlainText()

    def show_text(self, text: str) -> None:
        """Show the settings as other programs write them, one a line."""
        self._text.setPlainText(text)
        self._text.setVisible(bool(text))
        self._copy.setVisible(bool(text))
        self._empty.setVisible(not text)

    def copy(self) -> None:
        """Put the settings on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())
