"""The one quiet place where problems are told, to be read, copied and dismissed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QGuiApplication,
    QResizeEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QWidget,
)

from sddesk.core.problems import Problem
from sddesk.ui.icons import icon
from sddesk.ui.theme import GAP, warning_color

_MOST_LINES = 8


class MessageArea(QFrame):
    """Problems stay until they are dismissed or replaced by a newer one of their topic.

    Signals: none.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._problems: dict[str, Problem] = {}
        self._notes: set[str] = set()  # topics that are good news
        self._offers: dict[str, tuple[str, Callable[[], None]]] = {}
        self._text = _make_text()
        self._text.setAccessibleName(self.tr("Messages"))
        dismiss = QPushButton(self.tr("Dismiss"))
        dismiss.setObjectName("dismiss")
        dismiss.setAccessibleName(self.tr("Dismiss messages"))
        dismiss.clicked.connect(self._dismiss)
        self._act = QPushButton()
        self._act.setObjectName("message_act")
        self._act.clicked.connect(self._take_offer)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._text, 1)
        for button in (self._copy_button(), self._act, dismiss):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.setObjectName("messages")
        self.setAccessibleName(self.tr("Messages"))
        self._render()

    def show_problem(self, topic: str, problem: Problem) -> None:
        """Tell `problem`; an older one of the same topic gives way, others stay below it."""
        self._tell(topic, problem, good=False)

    def show_note(self, topic: str, note: Problem) -> None:
        """Tell good news, or what to look at, as a problem is told, but in no colour that warns."""
        self._tell(topic, note, good=True)

    def offer(self, topic: str, problem: Problem, title: str, act: Callable[[], None]) -> None:
        """Tell `problem` with a button `title` that does `act`, after which it is told no more."""
        self.show_problem(topic, problem)
        self._offers[topic] = (title, act)
        self._render()

    def clear(self, topic: str) -> None:
        """Forget what was told of `topic`: it is so no more."""
        if topic in self._problems:
            self._forget(topic)
            self._render()

    def text(self) -> str:
        """All that is on show; empty when nothing is."""
        return self._text.toPlainText() if self._problems else ""

    def copy(self) -> None:
        """Put all that is on show on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def _copy_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("copy_messages")
        button.setIcon(icon("copy"))
        button.setAutoRaise(True)
        button.setToolTip(self.tr("Copy the messages"))
        button.setAccessibleName(self.tr("Copy the messages"))
        button.clicked.connect(self.copy)
        return button

    def _tell(self, topic: str, problem: Problem, *, good: bool) -> None:
        self._forget(topic)
        if good:
            self._notes.add(topic)
        self._problems = {topic: problem, **self._problems}
        self._render()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _dismiss(self) -> None:
        self._problems, self._offers, self._notes = {}, {}, set()
        self._render()

    def _forget(self, topic: str) -> None:
        self._problems.pop(topic, None)
        self._offers.pop(topic, None)
        self._notes.discard(topic)

    def _take_offer(self) -> None:
        topic, (_, act) = next(iter(self._offers.items()))
        self.clear(topic)
        act()

    def _render(self) -> None:
        title, _ = next(iter(self._offers.values()), ("", None))
        self._act.setText(title)
        self._act.setAccessibleName(title or self.tr("Do what the message offers"))
        self._act.setVisible(bool(title))
        self._text.clear()
        for index, (topic, problem) in enumerate(self._problems.items()):
            self._write(problem, first=index == 0, warns=topic not in self._notes)
        self.setVisible(bool(self._problems))
        self.setAccessibleDescription(self.text())
        self._fit()

    def _write(self, problem: Problem, *, first: bool, warns: bool) -> None:
        cursor = self._text.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        if not first:
            cursor.insertBlock()
        title, plain = QTextCharFormat(), QTextCharFormat()
        title.setFontWeight(QFont.Weight.DemiBold)
        if warns:
            title.setForeground(warning_color())
        cursor.insertText(problem.title, title)
        hint = problem.hint[:1].upper() + problem.hint[1:]
        for line in (problem.detail, hint):
            if line:
                cursor.insertBlock()
                cursor.insertText(line, plain)

    def _fit(self) -> None:
        """As high as the words need, up to a limit; the rest scrolls. The window need not grow."""
        line = self.fontMetrics().lineSpacing()
        needed = round(self._text.document().size().height()) + 2
        self._text.setMinimumHeight(2 * line)
        self._text.setMaximumHeight(max(2 * line, min(needed, _MOST_LINES * line)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._render()  # titles have a colour of their own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _make_text() -> QTextEdit:
    text = QTextEdit()
    text.setObjectName("message_text")
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setFrameShape(QFrame.Shape.NoFrame)
    text.viewport().setAutoFillBackground(False)
    text.document().setDocumentMargin(0)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return text
