"""The timeline with its words and its choice of frames: noisy, predicted or both."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sddesk.core.messages import StepDone
from sddesk.core.values import Picture
from sddesk.ui.frames import BOTH, CHOICES, NOISY, PREDICTED, Frame, Shown, View, frame_of, rows_of
from sddesk.ui.images import to_image
from sddesk.ui.theme import GAP, calling_palette
from sddesk.ui.timeline import StepTimeline


class StepPanel(QWidget):
    """The steps of one picture.

    Signals:
        shown_changed(object): `Shown`, what is to be seen large now.
        choice_changed(): noisy, predicted or both was chosen.
    """

    shown_changed = Signal(object)
    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = StepTimeline()
        self.timeline.setObjectName("timeline")
        self.timeline.setAccessibleName(self.tr("Step timeline"))
        self.timeline.valueChanged.connect(self._show_selected)
        self._text = QLabel()
        self._text.setObjectName("step_text")
        self._text.setAccessibleName(self.tr("Selected step"))
        self._buttons = QButtonGroup(self)
        self._choice = BOTH
        header = QHBoxLayout()
        header.setSpacing(GAP)
        header.addWidget(self._text, 1)
        header.addWidget(QLabel(self.tr("Show")))
        header.addLayout(self._make_buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(header)
        layout.addWidget(self.timeline)

    def choice(self) -> str:
        """Noisy, predicted or both."""
        return self._choice

    def set_choice(self, choice: str) -> None:
        """Show noisy, predicted or both; anything else is taken for both."""
        choice = choice if choice in CHOICES else BOTH
        self._buttons.button(CHOICES.index(choice)).setChecked(True)
        self._choice = choice
        self._mark_choice()
        self.timeline.set_rows(rows_of(choice))
        self._show_selected()

    def begin(self, steps: int, aspect: float) -> None:
        """Empty the strip for a new picture."""
        self.timeline.begin(steps, aspect)
        self._set_text("")

    def add(self, event: StepDone) -> None:
        """One more step is done."""
        frame = frame_of(event)
        self.timeline.add(frame)

    def finish(self, picture: Picture) -> None:
        """The picture is finished."""
        self.timeline.finish(to_image(picture))

    def show_alone(self, picture: Picture, text: str) -> None:
        """Show a picture whose steps are not known."""
        self.begin(0, 1.0)
        self._emit((View(to_image(picture)),), text)

    def _make_buttons(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.setSpacing(0)
        names = {
            NOISY: (self.tr("Noisy"), self.tr("Show what the network saw")),
            PREDICTED: (self.tr("Predicted"), self.tr("Show what it believed the picture to be")),
            BOTH: (self.tr("Both"), self.tr("Show both, side by side")),
        }
        for index, choice in enumerate(CHOICES):
            button = QToolButton()
            button.setText(names[choice][0])
            button.setToolTip(names[choice][1])
            button.setAccessibleName(names[choice][1])
            button.setObjectName(f"show_{choice}")
            button.setCheckable(True)
            self._buttons.addButton(button, index)
            layout.addWidget(button)
        self._buttons.idClicked.connect(self._choose)
        return layout

    def _choose(self, index: int) -> None:
        self.set_choice(CHOICES[index])
        self.choice_changed.emit()

    def _mark_choice(self) -> None:
        """One tab stop for all three, as with radio buttons; the arrow keys choose."""
        plain = QGuiApplication.palette()
        for button in self._buttons.buttons():
            chosen = button.isChecked()
            button.setPalette(calling_palette(plain) if chosen else plain)
            focus = Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(focus)

    def _show_selected(self) -> None:
        frame, finished = self.timeline.frame(), self.timeline.finished()
        if frame is not None:
            views = tuple(self._view(frame, row) for row in rows_of(self._choice))
            self._emit(views, self._frame_text(frame))
        elif finished is not None:
            self._emit((View(finished),), self._finished_text())

    def _emit(self, views: tuple[View, ...], text: str) -> None:
        self._set_text(text)
        self.shown_changed.emit(Shown(views, text))

    def _set_text(self, text: str) -> None:
        self._text.setText(text)
        self.timeline.setAccessibleDescription(text)

    def _view(self, frame: Frame, row: str) -> View:
        captions = {
            NOISY: self.tr("Noisy: what the network saw"),
            PREDICTED: self.tr("Predicted: what it believed"),
        }
        image: QImage = frame.image(row)
        return View(image, captions[row])

    def _frame_text(self, frame: Frame) -> str:
        words = self.tr("Step {step} of {steps}, noise level {level}")
        level = f"{frame.noise_level:.3g}"
        return words.format(step=frame.step, steps=frame.steps, level=level)

    def _finished_text(self) -> str:
        return self.tr("Finished picture, after {steps} steps").format(steps=self.timeline.steps)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._mark_choice()
