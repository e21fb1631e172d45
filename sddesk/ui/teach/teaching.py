"""From pictures and a form to a training, and from what it comes to into the prompt."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.messages import TrainingEstimated
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.training.experiments import TrainingExperiment
from sddesk.core.training.runs import run_of
from sddesk.core.training.values import ConceptSaved, TrainingMoment, TrainingRequest
from sddesk.ui.background import Background
from sddesk.ui.session import Session
from sddesk.ui.teach.course import Course, State, Task
from sddesk.ui.teach.dataset import Dataset
from sddesk.ui.teach.examining import Unfinished, Verdict, examine, give_face, keep
from sddesk.ui.teach.memory_question import MemoryQuestion
from sddesk.ui.teach.offers import Offers
from sddesk.ui.teach.teach_window import TeachWindow
from sddesk.ui.workspace import Workspace

_SETTLE_MS = 300  # while one types
_TOPIC = "teach"


class Teaching(QObject):
    """Joins the window for teaching with the worker.

    Signals:
        learned(object, object): the `Path` of a concept that is new or anew, and its request.
    """

    learned = Signal(object, object)

    def __init__(
        self, workspace: Workspace, session: Session, paths: Callable[[], AppPaths]
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._paths = workspace, session, paths
        self._background = Background(self)
        self.dataset = Dataset(self)
        self.window = TeachWindow(workspace.shell, self.dataset, self._background)
        self.course = Course(session.jobs, self)
        self._memory = MemoryQuestion(session.jobs, self)
        self._offers = Offers(self.window, self._background, paths)
        self._verdict: Verdict | None = None
        self._when_paused: Callable[[], None] | None = None
        self._begins_by_itself = False  # as soon as an experiment's pictures are there
        self._reading = 0
        self._not_read: list[Problem] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._examine)
        self._connect()
        self._model_changed()

    def show(self) -> None:
        """Bring the window up."""
        self.window.show()
        self.window.activateWindow()
        if not self.course.is_open:
            self._offers.look()

    def go_on(self, found: Unfinished) -> None:
        """Bring the window up, and take up what was left at an earlier time."""
        self.window.show()
        self.window.activateWindow()
        self._go_on_with(found)

    def in_short(self) -> str:
        """The training that is open and how far it is, in a few words; empty if there is none."""
        task = self.course.task
        if task is None or not self.course.is_open:
            return ""
        words = self.tr("Teaching {word}: step {step} of {steps}")
        if self.course.state is State.PAUSED:
            words = self.tr("Teaching {word}: paused after step {step}")
        done, request = len(self.window.run.plot.losses), task.request
        return words.format(word=request.word, step=done, steps=request.steps)

    def run_experiment(self, experiment: TrainingExperiment) -> None:
        """Fill in what the experiment says, and train."""
        self.show()
        if self.course.is_open:
            title = self.tr("A training is still open")
            hint = self.tr("stop it first; it can be gone on with later")
            self._tell(Problem(title, self._word(), hint))
            return
        model = self._workspace.panel.form.model.ref()
        if model is not None:
            self._background.run(partial(experiment.request, model), self._fill_in, self._tell)

    def close(self) -> None:
        """The program ends."""
        self._settle.stop()
        self.dataset.close()
        self._background.close(1)

    def _connect(self) -> None:
        window, course, dataset = self.window, self.course, self.dataset
        window.form.changed.connect(self._settle.start)
        dataset.changed.connect(self._settle.start)
        dataset.reading.connect(self._note_reading)
        dataset.failed.connect(self._not_taken)
        window.editor.failed.connect(self._tell)
        window.begin_requested.connect(self.begin)
        self._offers.taken.connect(self._go_on_with)
        self._offers.failed.connect(self._tell)
        self._memory.asked.connect(window.forget_memory)
        self._memory.answered.connect(self._show_memory)
        self._memory.failed.connect(self._tell)
        window.run.pause_requested.connect(self._pause_or_resume)
        window.run.stop_requested.connect(self._stop)
        window.run.keep_requested.connect(self._keep)
        course.moment.connect(self._on_moment)
        course.loading.connect(window.run.show_loading)
        course.changed.connect(self._course_changed)
        course.failed.connect(self._tell)
        self._workspace.panel.form.model_changed.connect(self._model_changed)

    # Before the start

    def _fill_in(self, request: TrainingRequest) -> None:
        """Train this as soon as all of it is in its place."""
        self.window.form.show_request(request)
        self.dataset.load(request.pictures)
        self._begins_by_itself = True

    def _model_changed(self) -> None:
        model = self._workspace.panel.form.model.ref()
        if model is not None:
            self.window.form.set_model(model)

    def _note_reading(self, waiting: int) -> None:
        if waiting > self._reading:  # others are dropped: what was wrong with these is past
            for problem in self._not_read:
                self.window.messages.clear(problem.title)
            self._not_read = []
        self._reading = waiting
        self._settle.start()

    def _examine(self) -> None:
        request = self.window.form.request(self.dataset.pictures())
        self.window.editor.show_request(request)
        if request is None or self.course.is_open:
            return
        self.dataset.set_side(request.side)
        work = partial(examine, request, self._paths())
        self._background.run(work, self._examined, self._tell)

    def _examined(self, verdict: Verdict) -> None:
        if self._settle.isActive() or self.course.is_open:  # it is another one by now
            return
        self._verdict = verdict
        self.window.show_verdict(verdict.problem, verdict.warnings)
        if self._begins_by_itself and not self._reading:
            self._begins_by_itself = False
            self.begin()
        elif verdict.problem is None:
            self._memory.ask(verdict.request)

    def _show_memory(self, answer: TrainingEstimated) -> None:
        if not self.course.is_open:
            self.window.show_memory(answer.memory, answer.free)

    # The training

    def begin(self) -> None:
        """Train what the form says, if nothing is against it."""
        verdict = self._verdict
        if verdict is None or verdict.problem is not None or self.course.is_open:
            return
        run = run_of(verdict.request, self._paths().trainings)
        self._begin(Task(verdict.request, run, verdict.out))

    def _begin(self, task: Task) -> None:
        self.window.messages.clear(_TOPIC)
        self.window.run.begin(task.request)
        self.window.show_run()
        self._offers.hide()
        self.course.begin(task)

    def _pause_or_resume(self) -> None:
        if self.course.state is State.PAUSED:
            self.window.messages.clear(_TOPIC)
            self.course.resume()
        else:
            self.course.pause()

    def _stop(self) -> None:
        self._do_when_paused(self._leave)

    def _leave(self) -> None:
        self.course.forget()
        self.window.show_pictures()
        self._offers.look()

    def _keep(self, step: int) -> None:
        self._do_when_paused(partial(self._keep_now, step))

    def _keep_now(self, step: int) -> None:
        task = self.course.task
        assert task is not None
        work = partial(keep, task.run, step, task.out)
        self._background.run(work, lambda _: self._kept(task, step), self._tell)

    def _kept(self, task: Task, step: int) -> None:
        self.course.end()
        self.window.run.show_kept(step)
        self._announce(task)

    def _do_when_paused(self, work: Callable[[], None]) -> None:
        """At once, or when the step that is being made has been given up."""
        if self.course.state is State.RUNNING:
            self._when_paused = work
            self.course.pause()
        else:
            work()

    def _course_changed(self) -> None:
        state = self.course.state
        self.window.set_training(is_open=self.course.is_open)
        self.window.run.show_state(state)
        if state in (State.PAUSED, State.DONE):
            work, self._when_paused = self._when_paused, None
            if work is not None:
                work()
        if not self.course.is_open:
            self._settle.start()

    def _on_moment(self, moment: TrainingMoment) -> None:
        self.window.run.show_moment(moment)
        task, steps = self.course.task, self.window.run.timeline.samples.steps
        if isinstance(moment, ConceptSaved) and task is not None:
            work = partial(give_face, task.run, steps[-1] if steps else 0, task.out)
            self._background.run(work, lambda _: self._announce(task), self._tell)

    def _announce(self, task: Task) -> None:
        words = self.tr("The model has learned {word}").format(word=task.request.word)
        hint = self.tr("it is among your concepts, and in your prompt")
        self._workspace.messages.show_note(_TOPIC, Problem(words, task.out.name, hint))
        self.learned.emit(task.out, task.request)

    def _go_on_with(self, found: Unfinished) -> None:
        if not self.course.is_open:
            self.window.form.show_request(found.request)
            self.dataset.load(found.request.pictures)
            self._begin(Task(found.request, found.run, found.out))

    def _not_taken(self, problem: Problem) -> None:
        """Name all that were dropped and not taken, not just the last."""
        self._not_read.append(problem)
        alike = [one.detail for one in self._not_read if one.title == problem.title]
        names = "\n".join(dict.fromkeys(alike))
        self.window.messages.show_problem(problem.title, replace(problem, detail=names))

    def _word(self) -> str:
        return "" if self.course.task is None else self.course.task.request.word

    def _tell(self, problem: Problem) -> None:
        self.window.messages.show_problem(_TOPIC, problem)
