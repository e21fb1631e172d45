"""The queue as one sees it: what is being made, what waits, and what can be done about it."""

import time
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.messages import Generate, StepDone
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.icons import icon
from sddesk.ui.images import to_image
from sddesk.ui.jobs import Jobs
from sddesk.ui.progress_panel import duration
from sddesk.ui.queue_rows import JOB, THUMB, QueueRows
from sddesk.ui.theme import GAP, calling_palette, quiet_color, set_label_color


class QueuePanel(QWidget):
    """Rows with thumbnail, prompt, seed, progress and time left; the first is being made.

    Signals:
        resume_requested(): the pictures of the last run are to be made now.
        discard_requested(): they are to be forgotten.
    """

    resume_requested = Signal()
    discard_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._jobs: Jobs | None = None
        self._list = QueueRows()
        self._empty, self._left = QLabel(self.tr("Nothing waits")), QLabel()
        self._buttons: dict[str, QToolButton] = {}
        self._ask, self._question = QWidget(), QLabel()
        self._thumb = QIcon()
        self._seconds: float | None = None
        self._running_words = ""
        self._begun = 0.0
        self._lay_out()

    def use(self, jobs: Jobs) -> None:
        """Show and change the queue of `jobs`."""
        self._jobs = jobs
        jobs.changed.connect(self._refresh)
        self._list.dropped.connect(self._place)
        self._refresh()

    def ask_to_resume(self, pictures: int) -> None:
        """Ask, without holding up anything, whether to go on with the last run's pictures."""
        words = self.tr("{count} pictures of the last time still wait")
        self._question.setText(words.format(count=pictures))
        self._ask.setVisible(pictures > 0)

    def show_begun(self, job: Generate) -> None:
        """A picture has begun: it has no thumbnail yet."""
        self._thumb, self._seconds, self._running_words = QIcon(), None, ""
        self._begun = time.monotonic()
        self._refresh()

    def show_step(self, event: StepDone) -> None:
        """The picture has come further."""
        self._seconds = event.seconds_left
        self._thumb = _icon_of(event.predicted)
        words = self.tr("step {step} of {steps}").format(step=event.step, steps=event.steps)
        self._running_words = words
        jobs = self._jobs
        current = None if jobs is None else jobs.current()
        if self._list.count() and current is not None:
            self._fill(self._list.item(0), current.request, running=True)
        self._show_left()

    # What the commands do

    def pause(self) -> None:
        """Begin no picture until `pause` is asked again."""
        if self._jobs is not None:
            queue = self._jobs.queue
            self._jobs.change(replace(queue, paused=not queue.paused))

    def forever(self) -> None:
        """Make one after the other until this is asked again."""
        if self._jobs is not None:
            queue = self._jobs.queue
            self._jobs.change(replace(queue, forever=not queue.forever))

    def stop_after_this(self) -> None:
        """Finish the current picture only."""
        if self._jobs is not None:
            self._jobs.stop_after_this()

    def earlier(self) -> None:
        """Move the selected pictures one place up."""
        self._move(-1)

    def later(self) -> None:
        """Move the selected pictures one place down."""
        self._move(1)

    def remove(self) -> None:
        """Cancel the selected pictures."""
        if self._jobs is None:
            return
        chosen, current = self._chosen(), self._jobs.current()
        self._jobs.change(self._jobs.queue.without(chosen))
        if current is not None and current.id in chosen:
            self._jobs.stop(current.id)

    def clear(self) -> None:
        """Cancel everything."""
        if self._jobs is not None:
            self._jobs.cancel_all()

    def _move(self, steps: int) -> None:
        if self._jobs is not None:
            self._jobs.change(self._jobs.queue.moved(self._chosen(), steps))

    def _place(self, job_id: int, row: int) -> None:
        if self._jobs is not None:
            first = 0 if self._jobs.current() is None else 1
            self._jobs.change(self._jobs.queue.placed(job_id, max(0, row - first)))

    def _chosen(self) -> set[int]:
        return {item.data(JOB) for item in self._list.selectedItems()}

    # Building and showing

    def _lay_out(self) -> None:
        self._make_question()
        for label in (self._empty, self._left):
            set_label_color(label, quiet_color())
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP // 2, GAP)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._ask)
        layout.addLayout(self._make_tools())
        layout.addWidget(self._empty)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._left)

    def _make_question(self) -> None:
        self._ask.setObjectName("queue_ask")
        buttons = QHBoxLayout()
        for title, signal in (
            (self.tr("Make them"), self.resume_requested),
            (self.tr("Forget them"), self.discard_requested),
        ):
            button = QPushButton(title)
            button.setAccessibleName(title)
            button.clicked.connect(signal)
            button.clicked.connect(self._ask.hide)
            buttons.addWidget(button)
        ask = QVBoxLayout(self._ask)
        ask.setContentsMargins(0, 0, 0, 0)
        self._question.setWordWrap(True)
        ask.addWidget(self._question)
        ask.addLayout(buttons)
        self._ask.hide()

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for name, picture, title, slot in (
            ("queue_pause", "pause", self.tr("Pause after this picture"), self.pause),
            ("queue_forever", "infinity", self.tr("Generate forever"), self.forever),
            ("queue_stop", "circle-stop", self.tr("Stop after this picture"), self.stop_after_this),
            ("queue_earlier", "arrow-up", self.tr("Earlier"), self.earlier),
            ("queue_later", "arrow-down", self.tr("Later"), self.later),
            ("queue_remove", "x", self.tr("Cancel the selected pictures"), self.remove),
            ("queue_clear", "trash-2", self.tr("Cancel all"), self.clear),
        ):
            button = QToolButton()
            button.setObjectName(name)
            button.setIcon(icon(picture))
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            self._buttons[name] = button
            tools.addWidget(button)
        tools.addStretch(1)
        return tools

    def _refresh(self) -> None:
        if self._jobs is None:
            return
        queue, current = self._jobs.queue, self._jobs.current()
        rows = [] if current is None else [(current.id, current.request)]
        rows += [(entry.id, entry.request) for entry in queue.waiting]
        chosen = self._chosen()
        self._list.clear()
        for number, (job_id, request) in enumerate(rows):
            item = QListWidgetItem()
            item.setData(JOB, job_id)
            self._list.addItem(item)
            self._fill(item, request, running=number == 0 and current is not None)
            item.setSelected(job_id in chosen)
        self._empty.setVisible(not rows)
        self._list.setVisible(bool(rows))
        for name, on in (("queue_pause", queue.paused), ("queue_forever", queue.forever)):
            plain = self.palette()
            self._buttons[name].setPalette(calling_palette(plain) if on else plain)
            self._buttons[name].setAutoRaise(not on)
            self._buttons[name].setAccessibleDescription(self.tr("on") if on else self.tr("off"))
        self._show_left()

    def _fill(self, item: QListWidgetItem, request: GenerationRequest, *, running: bool) -> None:
        state = self._running_words if running else ""
        words = [self.tr("seed {seed}").format(seed=request.seed), state]
        below = ", ".join(word for word in words if word)
        item.setText(f"{request.prompt or self.tr('(no prompt)')}\n{below}")
        item.setIcon(self._thumb if running and not self._thumb.isNull() else _still(request))
        item.setToolTip(request.prompt)

    def _show_left(self) -> None:
        """Time left: the current picture's, and as much for each of the others as it takes."""
        jobs = self._jobs
        waiting = 0 if jobs is None else len(jobs.queue.waiting)
        words = ""
        if jobs is not None and jobs.queue.paused:
            words = self.tr("Paused")
        elif self._seconds is not None and waiting:
            whole = time.monotonic() - self._begun + self._seconds
            words = self.tr("about {time} left for all").format(
                time=duration(self._seconds + waiting * whole)
            )
        self._left.setText(words)
        self._left.setVisible(bool(words))


def _icon_of(picture: Picture) -> QIcon:
    image = to_image(picture).scaled(
        THUMB,
        THUMB,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return QIcon(QPixmap.fromImage(image))


def _still(request: GenerationRequest) -> QIcon:
    """What is known of a picture that has not begun: what it starts from, or nothing."""
    return _icon_of(request.init) if request.init is not None else icon("image")
