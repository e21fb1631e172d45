"""How far the work is, in one bar and a few words."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from sddesk.core.messages import Loading, StepDone
from sddesk.ui.theme import GAP


class ProgressPanel(QWidget):
    """A thin bar with two lines of words under it.

    Signals: none.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._waiting = "", 0
        self._calm = False
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(GAP)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._text = QLabel()
        self._text.setObjectName("status")
        self._text.setAccessibleName(self.tr("Status"))
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFixedHeight(2 * self.fontMetrics().lineSpacing() + 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        self.rest("")

    def text(self) -> str:
        """The words on show."""
        return self._text.text()

    def rest(self, text: str) -> None:
        """Nothing is being worked on."""
        self._show(text, 0, 1)
        self._bar.hide()

    def set_calm(self, *, calm: bool) -> None:
        """Whether a bar of unknown length stands still instead of running to and fro."""
        self._calm = calm

    def wait(self, text: str) -> None:
        """Something is being worked on, nobody knows for how long."""
        self._show(text, 0, 1 if self._calm else 0)

    def loading(self, event: Loading) -> None:
        """A part of the model is being loaded."""
        words = self.tr("Loading the model: {part} ({number} of {total})")
        number = min(event.done + 1, event.total)
        text = words.format(part=event.part, number=number, total=event.total)
        self._show(text, event.done, event.total)

    def step(self, event: StepDone) -> None:
        """A step is done."""
        words = self.tr("Step {step} of {steps}").format(step=event.step, steps=event.steps)
        if event.seconds_left is not None and event.step < event.steps:
            words = self.tr("{step}, {time} left").format(
                step=words, time=duration(event.seconds_left)
            )
        self._show(words, event.step, event.steps)

    def set_waiting(self, pictures: int) -> None:
        """So many pictures come after what is being worked on."""
        self._waiting = pictures
        self._write()

    def _show(self, words: str, done: int, total: int) -> None:
        self._words = words
        self._bar.show()
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._write()

    def _write(self) -> None:
        text = self._words
        if self._waiting:
            more = self.tr("{count} more waiting").format(count=self._waiting)
            text = f"{text}\n{more}"
        self._text.setText(text)
        self._text.setToolTip(text)


def duration(seconds: float) -> str:
    """A time as one says it."""
    minutes, rest = divmod(round(seconds), 60)
    translate = QCoreApplication.translate
    if not minutes:
        return translate("duration", "{seconds} s").format(seconds=rest)
    words = translate("duration", "{minutes} min {seconds:02} s")
    return words.format(minutes=minutes, seconds=rest)
