"""The timeline with its words, its player, and its choice of frames: noisy, predicted or both."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.messages import FrameDecoded, StepDone
from sddesk.core.values import Picture
from sddesk.ui.elided_label import ElidedLabel
from sddesk.ui.facts_plot import FactsPlot
from sddesk.ui.frame_drag import FrameDrag
from sddesk.ui.frames import BOTH, CHOICES, NOISY, PREDICTED, Frame, Shown, View, frame_of, rows_of
from sddesk.ui.hover_preview import HoverPreview
from sddesk.ui.icons import icon
from sddesk.ui.images import to_image
from sddesk.ui.player import Player
from sddesk.ui.theme import GAP, calling_palette
from sddesk.ui.timeline import StepTimeline

_REST_MS = 350  # that a step is looked at before the real decoder is asked for it


class StepPanel(QWidget):
    """The steps of one picture.

    Signals:
        shown_changed(object): `Shown`, what is to be seen large now.
        choice_changed(): noisy, predicted or both was chosen, or the strip opened or closed.
        decode_requested(int, bool): that step is looked at; predicted, or what the network saw.
        branch_requested(int): the picture is to go on differently after so many steps; 0 where the
            steps are not there to be chosen from.
    """

    shown_changed = Signal(object)
    choice_changed = Signal()
    decode_requested = Signal(int, bool)
    branch_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = StepTimeline()
        self.timeline.setObjectName("timeline")
        self.timeline.setAccessibleName(self.tr("Step timeline"))
        self.timeline.valueChanged.connect(self._show_selected)
        self.player = Player(self.timeline)
        self._hover = HoverPreview(self.timeline)
        self.facts = FactsPlot(self.timeline)
        self._drag = FrameDrag(self.timeline)
        self._drag.dropped.connect(self.branch_here)
        self._decoded: dict[tuple[int, bool], QImage] = {}
        self._decodes = True
        self._size: QSize | None = None
        self._loading: QImage | None = None  # the finished picture, while its steps arrive
        self._wanted = 0  # the step to show when they have arrived
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask_for_decoded)
        self._text = ElidedLabel()
        self._text.setObjectName("step_text")
        self._text.setAccessibleName(self.tr("Selected step"))
        # Its words come and go: they must not make the window wider.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons, self._choice = QButtonGroup(self), BOTH
        self._fold = self._make_fold()
        self._lay_out()

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

    def is_open(self) -> bool:
        """Whether the strip is wanted, and not only its header."""
        return self._open

    def is_complete(self) -> bool:
        """Whether there are no steps, or all of them and the picture that they ended in."""
        return self.timeline.steps == 0 or self.timeline.maximum() > self.timeline.steps

    def set_open(self, *, is_open: bool) -> None:
        """Show the strip, or its header alone."""
        self._open = is_open
        self._show_strip(is_open)

    def make_room(self, *, away: bool) -> None:
        """Fold the strip for as long as others have steps of their own on show."""
        self._show_strip(self._open and not away)

    def _show_strip(self, is_open: bool) -> None:
        for widget in (self.timeline, self.facts):
            widget.setVisible(is_open)
        words = self.tr("Hide the steps") if is_open else self.tr("Show the steps")
        self._fold.setIcon(icon("chevron-down" if is_open else "chevron-up"))
        self._fold.setToolTip(words)
        self._fold.setAccessibleName(words)

    def set_decoding(self, *, decodes: bool) -> None:
        """Whether steps that are looked at are put through the real decoder."""
        self._decodes = decodes

    def begin(self, steps: int, width: int, height: int) -> None:
        """Empty the strip for a new picture of that size."""
        self._size = QSize(width, height)
        self.player.stop()
        self._loading = None
        self._decoded.clear()
        self.timeline.begin(steps, width / height)
        self.facts.begin()
        self._set_text("")

    def begin_recorded(self, steps: int, picture: Picture) -> None:
        """The same for a picture that is finished already: it stays on show."""
        self.begin(steps, picture.width, picture.height)
        self._loading = to_image(picture)

    def add(self, event: StepDone) -> None:
        """One more step is done."""
        self.timeline.add(frame_of(event))
        self.facts.add(event)
        if self._loading is not None and event.step == event.steps:
            finished, self._loading = self._loading, None
            self.timeline.finish(finished)
            if self._wanted:
                self.timeline.setValue(self._wanted)
            self._wanted = 0

    def finish(self, picture: Picture) -> None:
        """The picture is finished."""
        self.timeline.finish(to_image(picture))

    def show_alone(self, picture: Picture, text: str) -> None:
        """Show a picture whose steps are not known."""
        self.begin(0, picture.width, picture.height)
        self._emit((View(to_image(picture), exact=True),), text)

    def show_decoded(self, event: FrameDecoded) -> None:
        """The real decoder has answered."""
        self._decoded[event.step, event.predicted] = to_image(event.picture)
        if event.step == self.timeline.value():
            self._show_selected()

    def keep_step(self, step: int | None = None) -> None:
        """Let the next recorded steps that are shown begin at this step, or at the one now."""
        self._wanted = self.timeline.value() if step is None else step

    def branch_here(self) -> None:
        """Ask for a branch after the selected step; the last one leaves nothing to do anew."""
        timeline = self.timeline
        if timeline.steps == 0:
            self.branch_requested.emit(0)
        elif timeline.value() > 0:
            self.branch_requested.emit(min(timeline.value(), timeline.steps - 1))

    def add_above(self, widget: QWidget) -> None:
        """Put a widget between the header and the strip."""
        self._above.addWidget(widget)

    def _lay_out(self) -> None:
        self._above = QVBoxLayout()
        header = QHBoxLayout()
        header.setSpacing(GAP)
        header.addWidget(self._fold)
        header.addWidget(self.player)
        header.addWidget(self._text, 1)
        header.addWidget(self._make_branch_button())
        header.addWidget(QLabel(self.tr("Show")))
        header.addLayout(self._make_buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(header)
        layout.addLayout(self._above)
        layout.addWidget(self.timeline)
        layout.addWidget(self.facts)
        self.set_open(is_open=True)

    def _make_fold(self) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setObjectName("fold_steps")
        button.clicked.connect(self._toggle_fold)
        return button

    def _make_branch_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("branch_here")
        button.setIcon(icon("git-branch"))
        button.setText(self.tr("Branch"))
        button.setAccessibleName(self.tr("Branch here"))
        button.setToolTip(
            self.tr(
                "Keep the steps up to here, and go on differently. Pulling a frame out of the strip"
                " does the same."
            )
        )
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(self.branch_here)
        return button

    def _toggle_fold(self) -> None:
        self.set_open(is_open=self.timeline.isHidden())
        self.choice_changed.emit()

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
        plain = QPalette()  # the program's, light or dark
        for button in self._buttons.buttons():
            chosen = button.isChecked()
            button.setPalette(calling_palette(plain) if chosen else plain)
            focus = Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(focus)

    def _show_selected(self) -> None:
        if self._loading is not None:
            return
        frame, finished = self.timeline.frame(), self.timeline.finished()
        if frame is not None:
            self._show_frame(frame)
        elif finished is not None:
            self._show_finished(finished)

    def _show_frame(self, frame: Frame) -> None:
        words = self.tr("Step {step} of {steps}, noise level {level}")
        level = f"{frame.noise_level:.3g}"
        text = words.format(step=frame.step, steps=frame.steps, level=level)
        facts = self.facts.words(frame.step)
        text = f"{text}, {facts}" if facts else text
        views = tuple(self._view(frame, row) for row in rows_of(self._choice))
        self._emit(views, text)
        self._rest.start()

    def _view(self, frame: Frame, row: str) -> View:
        captions = {
            NOISY: self.tr("Noisy: what the network saw"),
            PREDICTED: self.tr("Predicted: what it believed"),
        }
        decoded = self._decoded.get((frame.step, row == PREDICTED))
        return View(decoded or frame.image(row), captions[row], exact=decoded is not None)

    def _ask_for_decoded(self) -> None:
        """Predicted first: it is what one looks for."""
        frame = self.timeline.frame()
        if frame is None or not self._decodes or self.player.is_playing():
            return
        for row in reversed(rows_of(self._choice)):
            predicted = row == PREDICTED
            if (frame.step, predicted) not in self._decoded:
                self.decode_requested.emit(frame.step, predicted)
                return

    def _show_finished(self, image: QImage) -> None:
        words = self.tr("Finished picture, after {steps} steps").format(steps=self.timeline.steps)
        self._emit((View(image, exact=True),), words)

    def _emit(self, views: tuple[View, ...], text: str) -> None:
        self._set_text(text)
        self.shown_changed.emit(Shown(views, text, self._size))

    def _set_text(self, text: str) -> None:
        self._text.setText(text)
        self.timeline.setAccessibleDescription(text)
