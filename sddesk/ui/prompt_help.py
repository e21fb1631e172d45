"""The page that explains what prompts can say."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from sddesk.core.paths import RESOURCES
from sddesk.ui.theme import GAP

PAGE = RESOURCES / "help" / "prompts.md"


class PromptHelp(QDialog):
    """Shows the page beside the window, so that it can be read while one types.

    Signals: none beyond QDialog's.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("prompt_help")
        self.setWindowTitle(self.tr("The language of prompts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(80 * GAP, 80 * GAP)
        self._page = QTextBrowser()
        self._page.setObjectName("prompt_help_page")
        self._page.setAccessibleName(self.windowTitle())
        self._page.document().setDocumentMargin(2 * GAP)
        self._page.setMarkdown(PAGE.read_text(encoding="utf-8"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GAP)
        layout.addWidget(self._page)
        row = QVBoxLayout()
        row.setContentsMargins(GAP, 0, GAP, 0)
        row.addWidget(buttons)
        layout.addLayout(row)
