"""What is asked when a file is added: which word calls it, and which of two is meant."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from sddesk.ui.theme import GAP


class WordQuestion(QDialog):
    """Asks for the word that is to call a concept; the window goes on meanwhile.

    Signals:
        answered(str): the word.
    """

    answered = Signal(str)

    def __init__(self, question: str, proposal: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("word_question")
        self.setWindowTitle(self.tr("Which word?"))
        self.word = QLineEdit(proposal)
        self.word.setObjectName("question_word")
        self.word.setAccessibleName(self.tr("Word"))
        self.word.selectAll()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.word.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        buttons.accepted.connect(self._answer)
        buttons.rejected.connect(self.reject)
        _lay_out(self, question, self.word, buttons)

    def _answer(self) -> None:
        word = " ".join(self.word.text().split())
        self.accept()
        self.answered.emit(word)


class WhichQuestion(QDialog):
    """Two files have one word: asks which of them it is to call.

    Signals:
        answered(str): "new", "old", or "rename": the new one gets another word.
    """

    answered = Signal(str)

    def __init__(self, word: str, new: str, old: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("which_question")
        self.setWindowTitle(self.tr("Two files have one word"))
        buttons = QDialogButtonBox()
        choices = {
            "new": self.tr("The new one"),
            "old": self.tr("The one I had"),
            "rename": self.tr("Another word for the new one…"),
        }
        for answer, title in choices.items():
            button = buttons.addButton(title, QDialogButtonBox.ButtonRole.ActionRole)
            button.setObjectName(f"which_{answer}")
            button.clicked.connect(self._answering(answer))
        buttons.rejected.connect(self.reject)
        words = self.tr(
            "“{word}” calls {old} already. Which one is it to call from now on?\nNew: {new}"
        )
        _lay_out(self, words.format(word=word, new=new, old=old), None, buttons)

    def _answering(self, answer: str) -> Callable[[], None]:
        def choose() -> None:
            self.accept()
            self.answered.emit(answer)

        return choose


def _lay_out(
    dialog: QDialog, question: str, field: QWidget | None, buttons: QDialogButtonBox
) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    label = QLabel(question)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
    layout.setSpacing(2 * GAP)
    layout.addWidget(label)
    if field is not None:
        layout.addWidget(field)
    layout.addWidget(buttons)
    dialog.setMinimumWidth(52 * GAP)
