"""The list of models, broken ones included."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox

from sddesk.core.values import ModelRef

if TYPE_CHECKING:
    from sddesk.core.models import FoundModel

_STARTER = "starter"


class ModelBox(QComboBox):
    """One entry for each model found; those that cannot be used are greyed and say why.

    Signals:
        currentIndexChanged(int): another model was chosen, by the user or by `choose`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: list[FoundModel] = []
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setPlaceholderText(self.tr("Looking for models…"))

    def set_models(self, found: Sequence["FoundModel"]) -> None:
        """Offer these models; nothing is chosen yet."""
        self._found = list(found)
        items = QStandardItemModel(self)
        for model in self._found:
            items.appendRow(self._item(model))
        self.setPlaceholderText(self.tr("No model found"))
        self.blockSignals(True)
        self.setModel(items)
        self.setCurrentIndex(-1)
        self.blockSignals(False)

    def ref(self) -> ModelRef | None:
        """The chosen model."""
        index = self.currentIndex()
        return self._found[index].ref if 0 <= index < len(self._found) else None

    def key(self) -> str | None:
        """The folder's name of the chosen model, by which it is remembered."""
        ref = self.ref()
        return None if ref is None else ref.path.name

    def choose(self, key: str | None) -> bool:
        """Choose the model of that name, else the starter, else the first that works.

        False if a name was given and no working model has it.
        """
        wanted = self._index_of(key)
        first = next((i for i, model in enumerate(self._found) if model.ref is not None), -1)
        starter = self._index_of(_STARTER)
        fallback = starter if starter >= 0 else first
        self.setCurrentIndex(wanted if wanted >= 0 else fallback)
        return key is None or wanted >= 0

    def _index_of(self, key: str | None) -> int:
        for index, model in enumerate(self._found):
            if model.ref is not None and key in (model.path.name, model.ref.name):
                return index
        return -1

    def _item(self, model: "FoundModel") -> QStandardItem:
        name = model.path.name if model.ref is None else model.ref.name
        item = QStandardItem(name)
        item.setToolTip(str(model.path))
        if model.ref is not None and model.ref.word:
            words = self.tr("{path}\nIt was taught: {word}")
            item.setToolTip(words.format(path=model.path, word=model.ref.word))
        if model.problem is not None:
            item.setText(self.tr("{name} (cannot be used)").format(name=name))
            item.setToolTip(model.problem.what())
            item.setData(model.problem.what(), Qt.ItemDataRole.AccessibleDescriptionRole)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
        return item
