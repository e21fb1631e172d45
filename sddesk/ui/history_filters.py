"""What is looked for in the history: words, one model, favourites only."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from sddesk.core.history import Query
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, calling_palette

_PAUSE_MS = 120  # between the last key and the search


class HistoryFilters(QWidget):
    """A search field, a choice of models, a star.

    Signals:
        changed(object): the `Query` to show now.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._words, self._models, self._star = QLineEdit(), QComboBox(), QToolButton()
        self._told = Query()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self._set_up()
        row = QHBoxLayout()
        row.setSpacing(GAP // 2)
        row.addWidget(self._models, 1)
        row.addWidget(self._star)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._words)
        layout.addLayout(row)

    def offer_models(self, names: Sequence[str]) -> None:
        """Let the user choose among these; the choice stays while it is among them."""
        if [self._models.itemData(row) for row in range(1, self._models.count())] == list(names):
            return
        chosen = self._models.currentData()
        self._models.blockSignals(True)
        self._models.clear()
        self._models.addItem(self.tr("All models"), "")
        for name in names:
            self._models.addItem(name, name)
        self._models.setCurrentIndex(max(0, self._models.findData(chosen)))
        self._models.blockSignals(False)
        self._tell()

    def _set_up(self) -> None:
        self._words.setObjectName("history_search")
        self._words.setPlaceholderText(self.tr("Search"))
        self._words.setAccessibleName(self.tr("Search the history"))
        self._words.setToolTip(self.tr("Words of prompt or settings, also seed:7 or steps:20"))
        self._words.setClearButtonEnabled(True)
        for button in self._words.findChildren(QToolButton):  # Qt's own, which has no name
            button.setAccessibleName(self.tr("Clear the search"))
        self._words.textChanged.connect(self._pause.start)
        self._models.setObjectName("history_model")
        self._models.setAccessibleName(self.tr("Show pictures of one model"))
        self._models.addItem(self.tr("All models"), "")
        self._models.setMinimumContentsLength(6)
        shrink = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._models.setSizeAdjustPolicy(shrink)
        self._models.currentIndexChanged.connect(self._tell)
        self._star.setObjectName("history_favourites")
        self._star.setIcon(icon("star", calling=True))
        self._star.setCheckable(True)
        self._star.setToolTip(self.tr("Favourites only"))
        self._star.setAccessibleName(self.tr("Favourites only"))
        self._star.toggled.connect(self._tell)

    def _tell(self) -> None:
        star = self._star.isChecked()
        self._star.setPalette(calling_palette(self.palette()) if star else self.palette())
        query = Query(self._words.text(), self._models.currentData() or "", star)
        if query != self._told:
            self._told = query
            self.changed.emit(query)
