"""The training as one sees it: samples, their timeline, the loss, and how far it is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from sddesk.core.messages import Loading
from sddesk.core.training.templates import spoken
from sddesk.core.training.values import (
    CheckpointSaved,
    ClassPictureMade,
    ConceptSaved,
    SampleDrawn,
    StepTrained,
    TrainingBegun,
    TrainingMoment,
    TrainingRequest,
)
from sddesk.ui.images import to_image
from sddesk.ui.player import Player
from sddesk.ui.progress_panel import duration
from sddesk.ui.teach.course import State
from sddesk.ui.teach.loss_plot import LossPlot
from sddesk.ui.teach.samples import Samples
from sddesk.ui.teach.time_left import TimeLeft
from sddesk.ui.teach.training_timeline import SampleView, TrainingTimeline
from sddesk.ui.theme import GAP, calling_palette


class RunPage(QWidget):
    """Shows what happens in a training, and has the buttons for it.

    Signals:
        pause_requested(): stop between two steps, or go on.
        stop_requested(): leave the training as it is.
        keep_requested(int): let what was known after that step be the result.
    """

    pause_requested = Signal()
    stop_requested = Signal()
    keep_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.view, self.timeline, self.plot = SampleView(), TrainingTimeline(), LossPlot()
        self._player = Player(self.timeline)
        for button in self._player.findChildren(QWidget):
            if button.objectName():
                button.setObjectName(f"teach_{button.objectName()}")
        self._bar, self._text = QProgressBar(), QLabel()
        self._pause = QPushButton()
        self._stop = QPushButton(self.tr("Stop"))
        self._keep = QPushButton()
        self._request: TrainingRequest | None = None
        self._left: TimeLeft | None = None
        self._state = State.NONE
        self._result = 0  # the step after which what was known is the result
        self._lay_out()
        self.timeline.valueChanged.connect(self._show_samples)
        self._pause.clicked.connect(self.pause_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._keep.clicked.connect(self._ask_to_keep)
        self.show_state(State.NONE)

    def text(self) -> str:
        """What is said of the progress."""
        return self._text.text()

    def begin(self, request: TrainingRequest) -> None:
        """A training of this begins, or goes on."""
        self._request, self._left, self._result = request, TimeLeft(request), 0
        prompts = tuple(spoken(sample.prompt, request) for sample in request.samples)
        columns = 1 + -(-request.steps // request.sample_every) if prompts else 0
        self.timeline.begin(Samples(prompts, columns))
        self.plot.begin((), request.steps)
        self._progress(self.tr("Starting…"), 0, 0)
        self._show_samples()

    def show_loading(self, event: Loading) -> None:
        """The model is being loaded."""
        words = self.tr("Loading the model: {part}").format(part=event.part)
        self._progress(words, event.done, event.total)

    def show_moment(self, moment: TrainingMoment) -> None:
        """Show what has happened."""
        if self._left is not None:
            self._left.see(moment)
        match moment:
            case TrainingBegun():
                self._show_begun(moment)
            case ClassPictureMade():
                self._show_class_picture(moment)
            case StepTrained():
                self._show_step(moment)
            case SampleDrawn():
                self.timeline.add(moment.step, moment.number, to_image(moment.picture))
                self._show_samples()
            case CheckpointSaved():
                self._bar.setToolTip(self.tr("Saved after step {n}").format(n=moment.step))
            case ConceptSaved():
                self._result = len(self.plot.losses)
                words = self.tr("{word} is learned, and in your prompt")
                self._progress(words.format(word=moment.word), 1, 1)

    def show_kept(self, step: int) -> None:
        """What was known after that step is the result."""
        self._result = step
        words = self.tr("Step {step} is kept, and its word is in your prompt")
        self._progress(words.format(step=step), 1, 1)
        self._show_keep()

    def show_state(self, state: State) -> None:
        """Offer what can be done now."""
        self._state = state
        runs = state in (State.RUNNING, State.PAUSING)
        self._pause.setText(self.tr("Pause") if runs else self.tr("Resume"))
        self._pause.setEnabled(state in (State.RUNNING, State.PAUSED))
        self._stop.setEnabled(state in (State.RUNNING, State.PAUSED))
        if state is State.PAUSING:
            self._text.setText(self.tr("Pausing…"))
        elif state is State.PAUSED:
            words = self.tr("Paused after step {done}. Nothing is lost; it can go on another day")
            self._text.setText(words.format(done=len(self.plot.losses)))
        self._show_keep()

    def _lay_out(self) -> None:
        self._bar.setObjectName("teach_progress")
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(GAP)
        self._text.setObjectName("teach_status")
        self._text.setAccessibleName(self.tr("Status of the training"))
        self._keep.setPalette(calling_palette(self._keep.palette()))
        self._stop.setToolTip(
            self.tr("Leave the training; the next start offers it, and so does this window")
        )
        for name, button in (("pause", self._pause), ("stop", self._stop), ("keep", self._keep)):
            button.setObjectName(f"teach_{name}")
        bar = QHBoxLayout()
        bar.addWidget(self._player)
        bar.addStretch(1)
        for button in (self._pause, self._stop, self._keep):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.timeline)
        layout.addLayout(bar)
        layout.addWidget(self.plot)

    def _show_begun(self, moment: TrainingBegun) -> None:
        self.plot.begin(moment.losses, moment.steps)
        for sample in moment.samples:
            self.timeline.add(sample.step, sample.number, to_image(sample.picture))
        words = self.tr("Step {step} of {steps}")
        self._progress(
            words.format(step=moment.step, steps=moment.steps), moment.step, moment.steps
        )
        self._show_samples()

    def _show_class_picture(self, moment: ClassPictureMade) -> None:
        assert self._request is not None
        words = self.tr("The model draws what it knows of {name}: {done} of {total}")
        name = self._request.class_word
        self._progress(
            words.format(name=name, done=moment.done, total=moment.total),
            moment.done,
            moment.total,
        )
        if not self.timeline.samples.steps:
            self.view.show_views([(to_image(moment.picture), name)])

    def _show_step(self, moment: StepTrained) -> None:
        assert self._left is not None
        words = self.tr("Step {step} of {steps}, {time} left").format(
            step=moment.step, steps=moment.steps, time=duration(self._left.after(moment))
        )
        self._progress(words, moment.step, moment.steps)
        self.plot.add(moment.loss)

    def _show_samples(self) -> None:
        samples, column = self.timeline.samples, self.timeline.value()
        images = [samples.image(column, number) for number in range(len(samples.prompts))]
        views = zip(images, samples.prompts, strict=True)
        self.view.show_views([(image, words) for image, words in views if image is not None])
        self.plot.mark(self.timeline.step() or 0)
        self._show_keep()

    def _show_keep(self) -> None:
        step = self.timeline.step()
        self._keep.setVisible(self._state is not State.NONE)
        kept = step == self._result and self._state is State.DONE
        self._keep.setEnabled(bool(step) and not kept and self._state is not State.PAUSING)
        self._keep.setText(self._keep_words(step, kept=kept))
        self._keep.setToolTip(self.tr("The result is what was known at the selected samples"))

    def _keep_words(self, step: int | None, *, kept: bool) -> str:
        if kept:
            return self.tr("Step {step} is kept").format(step=step)
        over = self._state is State.DONE
        words = (
            self.tr("Keep step {step} instead") if over else self.tr("Stop and keep step {step}")
        )
        return words.format(step=step or "…")

    def _ask_to_keep(self) -> None:
        step = self.timeline.step()
        if step is not None:
            self.keep_requested.emit(step)

    def _progress(self, words: str, done: int, total: int) -> None:
        self._text.setText(words)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
