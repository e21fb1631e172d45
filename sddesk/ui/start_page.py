"""What stands in place of a picture at first: what to do, and prompts to try with one click."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.experiments import START_PROMPTS
from sddesk.ui.theme import GAP, quiet_color, set_label_color, tint


class Offer(QPushButton):
    """A prompt, with an ellipsis and the whole of it as tip where there is too little room.

    Signals: none.
    """

    remark = ""

    def shown(self) -> str:
        """As much of the prompt as there is room for."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        element = QStyle.SubElement.SE_PushButtonContents
        room = self.style().subElementRect(element, option, self).width() - GAP
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = "" if self.shown() == self.text() else self.text()
        self.setToolTip("\n".join(filter(None, (whole, self.remark))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown()  # pyright: ignore[reportAttributeAccessIssue]
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


class StartPage(QWidget):
    """Invites to type, and offers as many prompts as there is room for.

    Signals:
        prompt_chosen(str): this prompt is to be tried.
    """

    prompt_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.title = QLabel(self.tr("Type a prompt and press Ctrl+Enter"))
        self._line = QLabel(
            self.tr("You will see the picture come out of the noise, step by step. Or try one:")
        )
        self._buttons = [self._button(k, *prompt) for k, prompt in enumerate(START_PROMPTS)]
        set_label_color(self._line, quiet_color())
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._lay_out()

    def _button(self, number: int, prompt: str, remark: str) -> QPushButton:
        button = Offer(prompt, self)
        button.setObjectName(f"start_prompt_{number}")
        button.setAccessibleName(prompt)
        button.remark = self.tr(remark) if remark else ""
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.installEventFilter(self)
        button.clicked.connect(partial(self.prompt_chosen.emit, prompt))
        return button

    def _lay_out(self) -> None:
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self.title.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        layout.setSpacing(GAP)
        layout.addStretch(1)
        for label in (self.title, self._line):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(GAP)
        layout.addLayout(self._grid)
        layout.addStretch(1)

    def _arrange(self) -> None:
        """In two columns where the words fit, and only what the height has room for."""
        widest = max(button.sizeHint().width() for button in self._buttons)
        room = self.width() - 4 * GAP
        columns = 2 if room >= 2 * widest + GAP else 1
        above = self.title.heightForWidth(room) + self._line.heightForWidth(room) + 6 * GAP
        rows = max(0, (self.height() - above) // (self._buttons[0].sizeHint().height() + GAP))
        for k, button in enumerate(self._buttons):
            self._grid.addWidget(button, k // columns, k % columns)
            button.setVisible(k < rows * columns)

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The Tab key goes on to the next prompt, though it is a shortcut in the picture view."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab)
            return event.isAccepted()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tint(self.palette(), 0.04))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            set_label_color(self._line, quiet_color())
