"""All that works in one window: put together, started and ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QTimer

from sddesk.core.messages import JobRunner
from sddesk.core.models import FoundModel, find_models, look_at
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.settings import Settings
from sddesk.core.values import ModelRef
from sddesk.ui.animation.animating import Animating
from sddesk.ui.animation.scene import grid_on_show
from sddesk.ui.background import Background
from sddesk.ui.branching import Branching
from sddesk.ui.canvas.draft import Draft
from sddesk.ui.canvas.painting import Painting
from sddesk.ui.commands import Commands
from sddesk.ui.compare.compare import Compare
from sddesk.ui.concepts.concepts import Concepts
from sddesk.ui.dialogs import Dialogs
from sddesk.ui.experiments import Experiments
from sddesk.ui.grid_desk import GridDesk
from sddesk.ui.lessons import Lessons
from sddesk.ui.lineage import Lineage
from sddesk.ui.menus import Menus
from sddesk.ui.picture_files import PictureFiles
from sddesk.ui.queue_file import QueueFile
from sddesk.ui.session import Session
from sddesk.ui.settings_keeper import SettingsKeeper
from sddesk.ui.shell import Shell
from sddesk.ui.sketch_experiments import SketchExperiments
from sddesk.ui.token_counter import TokenCounter
from sddesk.ui.words.token_reader import TokenReader
from sddesk.ui.words.word_maps import WordMaps
from sddesk.ui.worker import Worker
from sddesk.ui.workspace import Workspace

_BREATH_MS = 50  # time for the full window to be painted, before imports compete with it
_LIMIT_MS = 10_000  # an import of torch takes seconds and cannot be interrupted
_BACKGROUND_LIMIT_S = 3


class Desk(QObject):
    """The content of the window, its session, and the threads beside it.

    Signals: none.
    """

    def __init__(
        self,
        shell: Shell,
        paths: AppPaths,
        settings: Settings,
        make_runner: Callable[[], JobRunner],
        files: Sequence[Path] = (),
    ) -> None:
        super().__init__()
        self.shell = shell
        self.ended_cleanly: bool | None = None
        self._paths, self._settings = paths, settings
        self._models: list[FoundModel] = []
        placed = self._placed()
        self.workspace = Workspace(shell, settings.prompt_history, paths.cache, placed.pictures)
        self.commands = Commands(shell, settings.shortcuts)
        self.menus = Menus(self.workspace, self.commands)
        self.dialogs = Dialogs(self.workspace, self.commands, self.menus, settings, paths)
        self.workspace.panel.set_state(settings.form)
        self.workspace.steps.set_choice(settings.timeline_frames)
        self.workspace.steps.set_open(is_open=settings.timeline_open)
        self._apply(settings)
        self.workspace.docks.restore(settings.layout)
        self.background, self._search = Background(self), Background(self)
        self.worker = Worker(make_runner)
        self.session = Session(self.workspace, self.worker, placed, settings.tape_quota)
        self.pictures = PictureFiles(self.workspace, self.session, self.background, placed.pictures)
        self.session.jobs.check_safety = settings.safety_checker
        self.branching = Branching(
            self.workspace,
            self.session,
            self.background,
            self._placed,
            self.pictures.show_only,
        )
        self.concepts = Concepts(self.workspace, paths, settings)
        self.grid_desk = GridDesk(
            self.workspace, self.session, self.background, self.pictures, self.branching, paths
        )
        self.workspace.queue.use(self.session.jobs)
        self._queue_file = QueueFile(paths.settings.with_name("queue.json"), self.session.jobs)
        for file in files:
            self.pictures.open(file)
        self._keeper = SettingsKeeper(paths.settings, settings, self._current, self.background)
        self._watch()
        self._add_descent()
        QTimer.singleShot(_BREATH_MS, self._start)

    def tell(self, topic: str, problem: Problem | None) -> None:
        """Show a problem of the start, if there is one."""
        if problem is not None:
            self.workspace.messages.show_problem(topic, problem)

    def _watch(self) -> None:
        drawing = self._paths.settings.with_name("drawing.ora")
        self._draft = Draft(self.workspace.init.studio, self.workspace.drawing_file, drawing)
        self._draft.failed.connect(partial(self.tell, "drawing"))
        panel, collection = self.workspace.panel, self.concepts.collection
        background, wildcards = self.background, self._paths.wildcards
        for field in (panel.prompt, panel.negative):
            counter = TokenCounter(field, panel.form, collection.switched, background, wildcards)
            collection.changed.connect(counter.recount)
        self._add_words()
        self._keeper.failed.connect(partial(self.tell, "settings"))
        panel.changed.connect(self._keeper.touch)
        self.workspace.steps.choice_changed.connect(self._keeper.touch)
        self.workspace.docks.changed.connect(self._keeper.touch)
        self._painting = Painting(self.workspace.init.toolbox, self._settings.painting)
        self._painting.changed.connect(self._keeper.touch)
        self.commands.changed.connect(self._keeper.touch)
        self.dialogs.changed.connect(self._adopt)
        self.workspace.init.changed.connect(self._keeper.touch)
        self.session.saved.connect(self.workspace.history.picture_saved)
        self.pictures.model_dropped.connect(self._use_model)
        self._connect_concepts()
        self._connect_queue()
        self._connect_animating()
        space, concepts = self.workspace, self.concepts
        self.lessons = Lessons(self.menus, space, self.session, concepts, self._placed)
        self.shell.closing.connect(self._close)

    def _add_words(self) -> None:
        """What is told of the words: their tokens, and where the network looked for them."""
        space, background = self.workspace, self.background
        switched, wildcards = self.concepts.collection.switched, self._paths.wildcards
        self.tokens = TokenReader(space.panel, switched, background, wildcards)
        self.word_maps = WordMaps(space, self.session, background, self._placed)
        self.compare = Compare(space, self.session, background, self.pictures.model_with)
        self.tokens.without_requested.connect(self.compare.with_and_without_word)

    def _connect_concepts(self) -> None:
        concepts, pictures = self.concepts, self.pictures
        self.session.finish = concepts.finish
        concepts.collection.changed.connect(self.tokens.read_again)
        pictures.concept_dropped.connect(concepts.take)
        pictures.concepts_dropped.connect(concepts.add_folder)
        pictures.recalled.connect(concepts.restore)
        concepts.changed.connect(self._keeper.touch)
        self.branching.asking.connect(concepts.help_with)

    def _connect_animating(self) -> None:
        space, folders = self.workspace, lambda: self._placed().model_folders
        grid = partial(grid_on_show, self.grid_desk.grids, space.grid_page)
        self.animating = Animating(space, self.session, self.background, folders, grid)
        self.menus.animate_requested.connect(self.animating.open)
        space.history.animate_requested.connect(self.animating.open_files)

    def _add_descent(self) -> None:
        """What starts from sketches, and who was made from whom; the history knows it first."""
        space, session = self.workspace, self.session
        self.lineage = Lineage(space, session, self.pictures)
        sketches, grids = SketchExperiments(space, session, self.background), self.grid_desk.grids
        ways = sketches, self.compare, self.word_maps
        self._experiments = Experiments(space, self.concepts, grids, *ways)
        self.menus.experiment_chosen.connect(self._experiments.run)

    def _connect_queue(self) -> None:
        queue, file = self.workspace.queue, self._queue_file
        queue.resume_requested.connect(file.resume)
        queue.discard_requested.connect(file.discard)
        file.still_wanted = self.grid_desk.keeper.still_wanted
        file.resumed.connect(self.grid_desk.keeper.resumed)
        file.found.connect(self._ask_about_queue)
        file.failed.connect(partial(self.tell, "queue"))

    def _ask_about_queue(self, pictures: int) -> None:
        self.workspace.queue.ask_to_resume(pictures)
        self.workspace.docks.show("queue")

    def _start(self) -> None:
        """Everything that takes time, now that the window is up."""
        if self.ended_cleanly is not None:
            return
        self.worker.start(QThread.Priority.LowPriority)
        self._find_models()
        self.concepts.collection.scan()
        self.workspace.history.start()
        self._draft.load()
        self.lessons.look_for_unfinished(self.background)

    def _find_models(self) -> None:
        work = partial(_models_in, self._placed().model_folders, self._settings.models)
        self._search.run(work, self._models_found, self._no_models)

    def _models_found(self, found: list[FoundModel]) -> None:
        self._models = found
        if not self.workspace.panel.form.set_models(found):
            self.tell("model", _gone(self._settings.form.model or ""))
        self.pictures.models_arrived(found)
        self.session.models_arrived()
        self._queue_file.load(found)
        self.grid_desk.keeper.load(found)

    def _use_model(self, model: ModelRef) -> None:
        """A model folder was dropped: offer it beside the others, and choose it."""
        form = self.workspace.panel.form
        known = [found for found in self._models if found.path != model.path]
        self._models = [*known, FoundModel(model.path, model, None)]
        others = [path for path in self._settings.models if path != str(model.path)]
        self._settings = replace(self._settings, models=[*others, str(model.path)])
        self._keeper.touch()
        form.set_models(self._models)
        form.model.choose(model.path.name)
        self.pictures.models_arrived(self._models)

    def _no_models(self, problem: Problem) -> None:
        self.tell("model", problem)
        self._models_found([])

    def _adopt(self) -> None:
        """The preferences were changed."""
        before = self._settings
        self._settings = replace(self.dialogs.settings, models=before.models)
        self._keeper.touch()
        now = self._settings
        self.session.set_destination(self._placed().pictures, now.tape_quota)
        self.session.jobs.check_safety = now.safety_checker
        self.pictures.folder = self._placed().pictures
        self.workspace.history.set_folder(self._placed().pictures)
        self._apply(now)
        if now.models_folder != before.models_folder:
            self._find_models()

    def _apply(self, settings: Settings) -> None:
        """What of the preferences can be seen."""
        self.workspace.steps.set_decoding(decodes=settings.decode_frames)
        self.workspace.panel.progress.set_calm(calm=settings.reduce_motion)
        self.workspace.compare_page.view.calm = settings.reduce_motion
        self.shell.setAnimated(not settings.reduce_motion)

    def _placed(self) -> AppPaths:
        """The paths with the folders of the preferences."""
        settings = self._settings
        return self._paths.with_folders(settings.pictures_folder, settings.models_folder)

    def _current(self) -> Settings:
        """The settings as they are now."""
        space = self.workspace
        return replace(
            self._settings,
            form=space.panel.state(),
            timeline_frames=space.steps.choice(),
            timeline_open=space.steps.is_open(),
            window=self.shell.geometry_text(),
            layout=space.docks.state_text(),
            shortcuts=dict(self.commands.bindings()),
            prompt_history=list(space.panel.history.prompts()),
            painting=self._painting.values(),
            styles=list(space.panel.styles.styles),
            concept_folders=list(self.concepts.folders),
            concepts=self.concepts.collection.switches(),
        )

    def _close(self) -> None:
        """Save what is to be remembered, stop all work, end all threads."""
        if self.ended_cleanly is not None:
            return
        self.ended_cleanly = False
        self.workspace.init.studio.settling.settle()
        self.animating.close()
        self._search.close(0)
        self.workspace.init.background.close(_BACKGROUND_LIMIT_S)
        self.background.close(_BACKGROUND_LIMIT_S)
        self.session.sketching.close(_BACKGROUND_LIMIT_S)
        self.lineage.close(_BACKGROUND_LIMIT_S)
        self.workspace.history.close_index()
        self.concepts.close()
        self._keeper.close()
        self._queue_file.close()
        self.grid_desk.keeper.close()
        self._draft.close()
        self.workspace.drawing_file.close(_BACKGROUND_LIMIT_S)
        self.ended_cleanly = self.worker.close(_LIMIT_MS)


def _models_in(folders: tuple[Path, ...], more: Sequence[str]) -> list[FoundModel]:
    """All models of the folders, and those that were dropped from elsewhere, if they are there."""
    found = find_models(folders)
    elsewhere = [Path(path) for path in more if Path(path).is_dir()]
    known = {one.path for one in found}
    return [*found, *(look_at(path) for path in elsewhere if path not in known)]


def _gone(model: str) -> Problem:
    return Problem(
        "The model of last time is not here", model, "another one was chosen in its place"
    )
