"""The button that puts a style around the prompt, and the dialog where styles are made."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.styles import PLACE, Style, apply_style
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, quiet_color, set_label_color


class StylesButton(QToolButton):
    """A menu with one entry for each style.

    Signals:
        chosen(object): the `Style` to put around the prompt.
        edit_requested(): styles are to be added, changed or deleted.
    """

    chosen = Signal(object)
    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("styles")
        self.setIcon(icon("palette"))
        self.setToolTip(self.tr("Styles"))
        self.setAccessibleName(self.tr("Styles"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().setToolTipsVisible(True)
        self.styles: Sequence[Style] = ()

    def set_styles(self, styles: Sequence[Style]) -> None:
        """Offer these."""
        self.styles = styles
        menu = self.menu()
        menu.clear()
        for style in styles:
            action = menu.addAction(style.name.replace("&", "&&"))
            action.setToolTip(_preview(style, self.tr("your prompt"), ""))
            action.triggered.connect(partial(self.chosen.emit, style))
        menu.addSeparator()
        menu.addAction(self.tr("Edit styles…")).triggered.connect(self.edit_requested)


class StylesDialog(QDialog):
    """Adds, edits and deletes styles, with a preview on the present prompt.

    Signals:
        styles_changed(object): the `list[Style]` as they are now; sent at once at each change.
    """

    styles_changed = Signal(object)

    def __init__(
        self, styles: Sequence[Style], prompt: str, negative: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Styles"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(84 * GAP, 52 * GAP)
        self._styles = list(styles)
        self._now = (prompt or self.tr("your prompt"), negative)
        self._list = QListWidget()
        self._list.setObjectName("style_list")
        self._list.setAccessibleName(self.tr("Styles"))
        self._name, self._prompt, self._negative = QLineEdit(), QPlainTextEdit(), QPlainTextEdit()
        self._preview = QLabel()
        self._preview.setWordWrap(True)
        self._preview.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_label_color(self._preview, quiet_color())
        self._filling = False
        self._lay_out()
        self._list.addItems([style.name for style in self._styles])
        self._list.currentRowChanged.connect(self._show)
        self._name.textEdited.connect(self._edit)
        self._prompt.textChanged.connect(self._edit)
        self._negative.textChanged.connect(self._edit)
        self._list.setCurrentRow(0)
        self._show(self._list.currentRow())

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.setSpacing(GAP)
        rows = {
            "style_name": (self.tr("Name"), self._name),
            "style_prompt": (self.tr("Prompt"), self._prompt),
            "style_negative": (self.tr("Negative"), self._negative),
        }
        for name, (title, widget) in rows.items():
            widget.setObjectName(name)
            widget.setAccessibleName(title)
            fields.addRow(title, widget)
        for edit in (self._prompt, self._negative):
            edit.setTabChangesFocus(True)
            edit.setFixedHeight(4 * self.fontMetrics().lineSpacing())
        self._prompt.setPlaceholderText(
            self.tr("{place} stands for your own words; without it they come first").format(
                place=PLACE
            )
        )
        fields.addRow(self.tr("Preview"), self._preview)
        left = QVBoxLayout()
        left.addWidget(self._list, 1)
        left.addLayout(self._list_buttons())
        both = QHBoxLayout()
        both.setSpacing(2 * GAP)
        both.addLayout(left, 1)
        both.addLayout(fields, 2)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addLayout(both, 1)
        layout.addWidget(close)

    def _list_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for name, title, slot in (
            ("add_style", self.tr("Add"), self._add),
            ("delete_style", self.tr("Delete"), self._delete),
        ):
            button = QPushButton(title)
            button.setObjectName(name)
            button.setAccessibleName(title)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        return row

    def _show(self, row: int) -> None:
        there = 0 <= row < len(self._styles)
        style = self._styles[row] if there else Style("")
        self._filling = True
        self._name.setText(style.name)
        self._prompt.setPlainText(style.prompt)
        self._negative.setPlainText(style.negative_prompt)
        self._filling = False
        for widget in (self._name, self._prompt, self._negative):
            widget.setEnabled(there)
        self._preview.setText(_preview(style, *self._now) if there else "")

    def _edit(self) -> None:
        row = self._list.currentRow()
        if self._filling or row < 0:
            return
        style = Style(self._name.text(), self._prompt.toPlainText(), self._negative.toPlainText())
        self._styles[row] = style
        self._list.item(row).setText(style.name)
        self._preview.setText(_preview(style, *self._now))
        self.styles_changed.emit(list(self._styles))

    def _add(self) -> None:
        style = Style(self.tr("New style"), PLACE)
        self._styles.append(style)
        self._list.addItem(style.name)
        self._list.setCurrentRow(len(self._styles) - 1)
        self._name.setFocus()
        self._name.selectAll()
        self.styles_changed.emit(list(self._styles))

    def _delete(self) -> None:
        row = self._list.currentRow()
        if row >= 0:
            del self._styles[row]
            self._list.takeItem(row)
            self._show(self._list.currentRow())
            self.styles_changed.emit(list(self._styles))


def _preview(style: Style, prompt: str, negative: str) -> str:
    prompt, negative = apply_style(style, prompt, negative)
    return f"{prompt}\nNegative: {negative}" if negative else prompt
