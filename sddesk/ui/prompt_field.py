"""A field for a prompt, with the number of tokens it takes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from sddesk.core.tokens import TokenCount
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color


class PromptField(QWidget):
    """Label and count above, text below.

    Signals:
        text_changed(): the text was edited.
    """

    text_changed = Signal()

    def __init__(self, name: str, title: str, invitation: str, lines: int) -> None:
        super().__init__()
        self.edit = QPlainTextEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        self.edit.setPlaceholderText(invitation)
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(lines * self.fontMetrics().lineSpacing() + 2 * GAP)
        self.edit.textChanged.connect(self.text_changed)
        label = QLabel(title)
        label.setBuddy(self.edit)
        self._count = QLabel()
        self._count.setObjectName(f"{name}_tokens")
        self._count.setAccessibleName(self.tr("Tokens"))
        header = QHBoxLayout()
        header.addWidget(label, 1)
        header.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(header)
        layout.addWidget(self.edit)

    def text(self) -> str:
        """The prompt as typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the prompt."""
        if text != self.text():
            self.edit.setPlainText(text)

    def show_count(self, count: TokenCount | None) -> None:
        """Show how many tokens the text takes, or nothing when that is not known."""
        if count is None:
            self._count.clear()
            return
        words = f"{count.tokens} / {count.window}"
        lost = self.text()[count.seen :].strip() if count.is_cut else ""
        self._count.setText(self.tr("{count}, cut").format(count=words) if count.is_cut else words)
        set_label_color(self._count, warning_color() if count.is_cut else quiet_color())
        tip = self.tr("Tokens that the model reads at once")
        if count.is_cut:
            tip = self.tr("The model does not see: {words}").format(words=lost)
        self._count.setToolTip(tip)
        self._count.setAccessibleDescription(tip)
