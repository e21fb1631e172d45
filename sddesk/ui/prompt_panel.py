"""The left column: prompts, settings, the buttons that start and stop, and the progress."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from sddesk.core.settings import FormState
from sddesk.core.styles import Style, apply_style
from sddesk.ui.icons import icon
from sddesk.ui.progress_panel import ProgressPanel
from sddesk.ui.prompt_field import PromptField
from sddesk.ui.prompt_history import PromptHistory
from sddesk.ui.settings_form import SettingsForm
from sddesk.ui.styles_menu import StylesButton
from sddesk.ui.theme import GAP, calling_palette
from sddesk.ui.words.token_strip import TokenArea, TokenStrip

_WIDTH = 344


class PromptPanel(QWidget):
    """All that the user says before a picture is made.

    Signals:
        generate_requested(): make what the form says.
        generate_first_requested(): the same, before all that waits.
        cancel_requested(): stop the picture that is being made.
        cancel_all_requested(): stop it, and forget those that wait.
        pair_requested(): make it without the negative prompt, and with it.
        changed(): something in the form is different.
    """

    generate_requested = Signal()
    generate_first_requested = Signal()
    cancel_requested = Signal()
    cancel_all_requested = Signal()
    pair_requested = Signal()
    changed = Signal()

    def __init__(self, prompts: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt = PromptField("prompt", self.tr("Prompt"), self.tr("What should it show?"), 4)
        self.negative = PromptField(
            "negative_prompt", self.tr("Negative prompt"), self.tr("What should it not show?"), 2
        )
        self.tokens = TokenArea(TokenStrip())
        self.history = PromptHistory(self.prompt, prompts)
        self.styles = StylesButton()
        self.form = SettingsForm()
        self.progress = ProgressPanel()
        self._generate = self._button("generate", self.tr("Generate"), self.tr("Ctrl+Enter"))
        self._cancel = self._button("cancel", self.tr("Cancel"), self.tr("Esc"))
        self._cancel_all = self._button("cancel_all", self.tr("Cancel all"), self.tr("Shift+Esc"))
        self._add_tools()
        self._lay_out()
        self._color_button()
        self._connect()
        self.words: Callable[[], Sequence[str]] = tuple  # the learned ones
        self._last = self.prompt
        self.set_running(0)

    def state(self) -> FormState:
        """What the form says."""
        state = self.form.state()
        return replace(state, prompt=self.prompt.text(), negative_prompt=self.negative.text())

    def set_state(self, state: FormState) -> None:
        """Show `state`."""
        self.prompt.set_text(state.prompt)
        self.negative.set_text(state.negative_prompt)
        self.form.set_state(state)

    def last_field(self) -> PromptField:
        """The prompt, or the negative prompt if that had the keys last."""
        return self._last

    def change_weight(self, change: float) -> None:
        """Raise or lower the weight of what is selected, or at the cursor."""
        self._last.change_weight(change, self.words())

    def swap(self) -> None:
        """Prompt and negative prompt change places."""
        prompt, negative = self.prompt.text(), self.negative.text()
        self.prompt.replace_text(negative)
        self.negative.replace_text(prompt)

    def set_running(self, pictures: int) -> None:
        """Offer what can be stopped while so many pictures are made or waited for."""
        self._cancel.setEnabled(pictures > 0)
        self._cancel_all.setVisible(pictures > 1)

    def _apply_style(self, style: Style) -> None:
        prompt, negative = apply_style(style, self.prompt.text(), self.negative.text())
        self.prompt.replace_text(prompt)
        self.negative.replace_text(negative)

    def _add_tools(self) -> None:
        for name, title, slot in (
            ("chevron-up", self.tr("Earlier prompt (Alt+Up)"), self.history.back),
            ("chevron-down", self.tr("Later prompt (Alt+Down)"), self.history.forward),
        ):
            self.prompt.add_tool(_tool(name, title, slot))
        self.prompt.add_tool(self._ids_tool())
        self.prompt.add_tool(self.styles)
        title = self.tr("Compare: with and without the negative prompt, same seed")
        self.negative.add_tool(_tool("columns-2", title, self.pair_requested.emit))
        title = self.tr("Swap with negative prompt")
        self.negative.add_tool(_tool("arrow-up-down", title, self.swap))

    def _ids_tool(self) -> QToolButton:
        strip = self.tokens.strip
        button = _tool("hash", self.tr("Show the numbers of the tokens"), lambda: None)
        button.setObjectName("token_ids")
        button.setCheckable(True)
        button.toggled.connect(strip.show_ids)
        return button

    def _button(self, name: str, title: str, keys: str) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName(name)
        button.setAccessibleName(title)
        button.setToolTip(f"{title} ({keys})")
        button.setAutoDefault(False)
        button.setMinimumHeight(4 * GAP)
        return button

    def _lay_out(self) -> None:
        self.setMinimumWidth(max(_WIDTH, self.form.minimumSizeHint().width()))
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self._generate, 2)
        buttons.addWidget(self._cancel, 1)
        buttons.addWidget(self._cancel_all, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.prompt, 3)
        layout.addWidget(self.tokens)
        layout.addWidget(self.negative, 2)
        layout.addSpacing(GAP)
        layout.addWidget(self.form)
        layout.addSpacing(GAP)
        layout.addLayout(buttons)
        layout.addWidget(self.progress)

    def _connect(self) -> None:
        for field in (self.prompt, self.negative):
            field.focused.connect(partial(setattr, self, "_last", field))
        self._generate.clicked.connect(self.generate_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._cancel_all.clicked.connect(self.cancel_all_requested)
        self.generate_requested.connect(self.history.remember)
        self.generate_first_requested.connect(self.history.remember)
        self.styles.chosen.connect(self._apply_style)
        self.history.changed.connect(self.changed)
        self.form.changed.connect(self.changed)
        self.prompt.text_changed.connect(self.changed)
        self.negative.text_changed.connect(self.changed)

    def _color_button(self) -> None:
        self._generate.setPalette(calling_palette(QGuiApplication.palette()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color_button()


def _tool(icon_name: str, title: str, slot: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.clicked.connect(slot)
    return button
