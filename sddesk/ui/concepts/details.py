"""What is known of one concept, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from sddesk.core.values import MAX_WEIGHT
from sddesk.ui.concepts.collection import Entry
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color


class ConceptDetails(QFrame):
    """Word and weight of the selected concept, where it came from, and its buttons.

    Signals:
        weight_chosen(object, float): an `Entry`, and how much it is to count.
        word_chosen(object, str): an `Entry`, and the word that is to call it.
        insert_requested(object): the `Entry` that is to be put into the prompt.
        remove_requested(object): the `Entry` that is to be put away.
    """

    weight_chosen = Signal(object, float)
    word_chosen = Signal(object, str)
    insert_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None
        self.word, self.weight = QLineEdit(), QDoubleSpinBox()
        self._origin, self._trouble = QLabel(), QLabel()
        self._insert = QPushButton(self.tr("Insert"))
        self._remove = QPushButton(self.tr("Remove"))
        self._form = QFormLayout()
        self._lay_out()
        self.word.editingFinished.connect(self._choose_word)
        self.weight.valueChanged.connect(self._choose_weight)
        self._insert.clicked.connect(lambda: self.insert_requested.emit(self._entry))
        self._remove.clicked.connect(lambda: self.remove_requested.emit(self._entry))

    def show_entry(self, entry: Entry | None, trouble: str) -> None:
        """Show this one; `trouble` is why it cannot be used with the model."""
        self._entry = entry
        self.setVisible(entry is not None)
        if entry is None:
            return
        card = entry.found.card
        usable = card is not None
        self._form.setRowVisible(self.weight, usable)
        self._insert.setEnabled(usable)
        self._show_word(entry)
        self.weight.blockSignals(True)
        self.weight.setValue(entry.weight)
        self.weight.blockSignals(False)
        self._remove.setEnabled(entry.own)
        where = "" if entry.own else self.tr("It is read in place, and not touched")
        self._remove.setToolTip(where)
        problem = entry.found.problem
        words = trouble if problem is None else f"{problem.what()}; {problem.hint}"
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))
        set_label_color(self._trouble, warning_color())
        self._origin.setText(_origin(entry, where))
        self._origin.setVisible(usable)
        set_label_color(self._origin, quiet_color())

    def _show_word(self, entry: Entry) -> None:
        card = entry.found.card
        words = () if card is None else card.said
        text = ", ".join(words)
        if (self.word.text() != text and not self.word.isModified()) or not self.word.hasFocus():
            self.word.setText(text)
            self.word.setCursorPosition(0)  # the beginning tells more than the end
        may = card is not None and len(card.words) == 1
        self.word.setReadOnly(not may)
        tip = "" if may else self.tr("Several words cannot be renamed")
        if card is not None and card.trigger:
            tip = self.tr("It was taught with this; a LoRA cannot be given another word")
        if may and not entry.own:
            tip = self.tr("Another word makes a copy in your own collection")
        self.word.setToolTip(tip)
        self._form.setRowVisible(self.word, bool(words))

    def _lay_out(self) -> None:
        self.setObjectName("concept_details")
        self._set_up_fields()
        row = QHBoxLayout()
        row.setSpacing(GAP // 2)
        for button in (self._insert, self._remove):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            row.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP // 2, GAP // 2, 0)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._trouble)
        layout.addLayout(self._form)
        layout.addWidget(self._origin)
        layout.addLayout(row)

    def _set_up_fields(self) -> None:
        self.word.setObjectName("concept_word")
        self.word.setAccessibleName(self.tr("Word"))
        self.weight.setObjectName("concept_weight")
        self.weight.setAccessibleName(self.tr("Weight"))
        self.weight.setRange(-MAX_WEIGHT, MAX_WEIGHT)
        self.weight.setSingleStep(0.1)
        self.weight.setKeyboardTracking(False)
        self._form.setSpacing(GAP // 2)
        self._form.addRow(self.tr("Word"), self.word)
        self._form.addRow(self.tr("Weight"), self.weight)
        for label in (self._origin, self._trouble):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        self._insert.setObjectName("concept_insert")
        self._insert.setToolTip(self.tr("Put it into the prompt at the cursor"))
        self._remove.setObjectName("concept_remove")

    def _choose_word(self) -> None:
        entry = self._entry
        card = None if entry is None else entry.found.card
        word = " ".join(self.word.text().split())
        self.word.setModified(False)
        if card is not None and word and card.words and (word,) != card.words:
            self.word_chosen.emit(entry, word)
        elif card is not None:
            self.word.setText(", ".join(card.said))

    def _choose_weight(self, weight: float) -> None:
        if self._entry is not None and weight != self._entry.weight:
            self.weight_chosen.emit(self._entry, round(weight, 2))


def _origin(entry: Entry, where: str) -> str:
    card = entry.found.card
    if card is None:
        return ""
    many = {0: "", 1: "1 vector"}.get(card.vectors, f"{card.vectors} vectors")
    parts = [many, card.origin, card.author, card.licence, card.hash[:12], where]
    return " · ".join(part for part in parts if part)
