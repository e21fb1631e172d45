"""The list of layers, the uppermost first, and what is done to them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.canvas import operations as ops
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP

_ID = Qt.ItemDataRole.UserRole


class LayersPanel(QWidget):
    """Ticked layers are seen; double click renames, dragging reorders.

    Signals:
        renamed(): the field for the name is closed, and nobody has asked for the keys.
    """

    renamed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._list = QListWidget()
        self._list.setObjectName("layers")
        self._list.setAccessibleName(self.tr("Layers"))
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setObjectName("layer_opacity")
        self._opacity.setAccessibleName(self.tr("Opacity of the layer"))
        self._opacity.setRange(0, 100)
        self._locks: dict[str, QToolButton] = {}
        self._lay_out()
        self._list.currentItemChanged.connect(self._choose)
        self._list.itemChanged.connect(self._edited)
        self._list.itemDelegate().closeEditor.connect(self._end_renaming)
        self._list.model().rowsMoved.connect(self._dragged)
        self._opacity.valueChanged.connect(self._set_opacity)
        studio.restructured.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        opacity = QHBoxLayout()
        opacity.setSpacing(GAP)
        opacity.addWidget(QLabel(self.tr("Opacity")))
        opacity.addWidget(self._opacity, 1)
        for name, picture, title in (
            ("locked", "lock", self.tr("Lock the layer")),
            ("alpha_locked", "grid-3x3", self.tr("Lock its transparency")),
        ):
            button = self._locks[name] = _button(name, picture, title, partial(self._lock, name))
            button.setCheckable(True)
            opacity.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(opacity)
        layout.addWidget(self._list, 1)
        layout.addLayout(self._make_buttons())

    def _make_buttons(self) -> QHBoxLayout:
        do = self._studio.do
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name, picture, title, slot in (
            ("add_layer", "plus", self.tr("Add a layer"), partial(do, ops.add_layer)),
            ("copy_layer", "copy-plus", self.tr("Copy the layer"), self._copy),
            ("layer_up", "arrow-up", self.tr("Layer up"), partial(self._shift, 1)),
            ("layer_down", "arrow-down", self.tr("Layer down"), partial(self._shift, -1)),
            ("merge_layer", "arrow-down-to-line", self.tr("Merge with the one below"), self._merge),
            ("delete_layer", "trash-2", self.tr("Delete the layer"), self._delete),
        ):
            buttons.addWidget(_button(name, picture, title, slot))
        buttons.addStretch(1)
        return buttons

    def _copy(self) -> None:
        self._studio.make(ops.duplicated)

    def _merge(self) -> None:
        self._studio.make(ops.merged_down)

    def _delete(self) -> None:
        self._studio.do(ops.delete_layer)

    def _shift(self, way: int) -> None:
        self._studio.settling.settled(partial(self._shift_now, way))

    def _shift_now(self, way: int) -> None:
        state = self._studio.state
        self._studio.do(ops.move_layer, state.index(state.active) + way)

    def _lock(self, name: str) -> None:
        self._studio.do(ops.set_layer, self._studio.state.active, **{name: self._checked(name)})

    def _checked(self, name: str) -> bool:
        return self._locks[name].isChecked()

    def _set_opacity(self, percent: int) -> None:
        self._studio.do(ops.set_layer, self._studio.state.active, opacity=percent / 100)

    def _show(self) -> None:
        state = self._studio.state
        layers = state.layers[::-1]
        with QSignalBlocker(self._list):
            while self._list.count() > len(layers):
                self._list.takeItem(self._list.count() - 1)
            while self._list.count() < len(layers):
                self._list.addItem(_item())
            for row, layer in enumerate(layers):
                item = self._list.item(row)
                item.setText(layer.name)
                item.setData(_ID, layer.id)
                item.setCheckState(Qt.CheckState(2 if layer.visible else 0))
            self._list.setCurrentRow(len(layers) - 1 - state.index(state.active))
        active = self._studio.document.active
        with QSignalBlocker(self._opacity):
            self._opacity.setValue(round(active.opacity * 100))
        self._locks["locked"].setChecked(active.locked)
        self._locks["alpha_locked"].setChecked(active.alpha_locked)

    def _end_renaming(self) -> None:
        if self._list.hasFocus():
            self.renamed.emit()

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._studio.choose_layer(item.data(_ID))

    def _edited(self, item: QListWidgetItem) -> None:
        layer = self._studio.state.layer(item.data(_ID))
        visible = item.checkState() == Qt.CheckState.Checked
        if (item.text(), visible) != (layer.name, layer.visible):
            self._studio.do(ops.set_layer, layer.id, name=item.text(), visible=visible)

    def _dragged(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._studio.choose_layer(item.data(_ID))
            self._studio.do(ops.move_layer, self._list.count() - 1 - self._list.currentRow())


def _item() -> QListWidgetItem:
    item = QListWidgetItem()
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
    return item


def _button(name: str, picture: str, title: str, slot: Callable[..., object]) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(picture))
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.setAutoRaise(True)
    button.clicked.connect(lambda _: slot())
    return button
