"""The menu bar: every command of the window with its keys and its place."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QMenu

from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.prompt_weights import STEP
from sddesk.core.training.experiments import EXPERIMENTS as TRAINING_EXPERIMENTS
from sddesk.ui.canvas.commands import CanvasCommands
from sddesk.ui.canvas_alone import CanvasAlone
from sddesk.ui.commands import Commands
from sddesk.ui.workspace import Workspace

_Slot = Callable[..., Any] | SignalInstance


class Menus(QObject):
    """Puts the commands into menus; what they do is decided by those who connect.

    Signals:
        experiment_chosen(object): the `Experiment` to fill in and run.
        teach_requested(): a word is to be taught.
        teaching_chosen(object): the `TrainingExperiment` to fill in and run.
        preferences_requested(): the preferences are to be shown.
        shortcuts_requested(): the list of shortcuts is to be shown.
        language_requested(): the language of prompts is to be explained.
        about_requested(): the program is to tell about itself.
        animate_requested(): the steps of what is on show are to become a file that moves.
    """

    experiment_chosen = Signal(object)
    teach_requested = Signal()
    teaching_chosen = Signal(object)
    preferences_requested = Signal()
    shortcuts_requested = Signal()
    language_requested = Signal()
    about_requested = Signal()
    animate_requested = Signal()

    def __init__(self, workspace: Workspace, commands: Commands) -> None:
        super().__init__(workspace)
        self._workspace, self._commands = workspace, commands
        self._fill_file()
        self._fill_prompt()
        self._fill_generate()
        self._fill_canvas()
        self._fill_picture()
        self._fill_history()
        self._fill_view()
        self._fill_experiments()
        self._fill_help()

    def _menu(self, title: str) -> QMenu:
        menu = self._workspace.shell.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def _fill_file(self) -> None:
        space, menu, add = self._workspace, self._menu(self.tr("&File")), self._commands.add
        menu.addAction(add("open", self.tr("&Open picture…"), space.open_requested, "Ctrl+O"))
        drawing = space.drawing_file
        for name, title, slot, keys in (
            ("save_drawing", self.tr("Save &drawing"), drawing.save, "Ctrl+S"),
            ("save_drawing_as", self.tr("Save dra&wing as…"), drawing.save_as, ""),
        ):
            menu.addAction(add(name, title, partial(_call, slot), *filter(None, [keys])))
        menu.addSeparator()
        space.save_action = add(
            "save_as", self.tr("Save picture &as…"), space.save_requested, "Ctrl+Shift+S"
        )
        space.save_action.setEnabled(False)
        menu.addAction(space.save_action)
        menu.addAction(add("show_folder", self.tr("Show pictures &folder"), space.folder_requested))
        menu.addSeparator()
        menu.addAction(
            add("preferences", self.tr("&Preferences…"), self.preferences_requested, "Ctrl+,")
        )
        menu.addSeparator()
        menu.addAction(add("quit", self.tr("&Quit"), space.shell.close, "Ctrl+Q"))

    def _fill_prompt(self) -> None:
        menu, add, panel = self._menu(self.tr("P&rompt")), self._commands.add, self._workspace.panel
        history = panel.history
        rows: list[tuple[str, str, Callable[..., Any], str]] = [
            ("prompt_back", self.tr("&Earlier prompt"), history.back, "Alt+Up"),
            ("prompt_forward", self.tr("&Later prompt"), history.forward, "Alt+Down"),
            ("swap_prompts", self.tr("&Swap with negative prompt"), panel.swap, "Ctrl+Shift+X"),
        ]
        for name, title, slot, keys in rows:
            menu.addAction(add(name, title, slot, keys))
        menu.addSeparator()
        weights = (
            ("weight_up", self.tr("&Raise the weight of a word"), STEP, "Ctrl+Up"),
            ("weight_down", self.tr("&Lower the weight of a word"), -STEP, "Ctrl+Down"),
        )
        for name, title, step, keys in weights:
            menu.addAction(add(name, title, partial(panel.change_weight, step), keys))
        concepts = self._workspace.concepts
        remove, view = concepts.remove_selected, concepts.view
        add("concept_remove", self.tr("Remove the selected concept"), remove, "Del", scope=view)
        menu.addSeparator()
        menu.addAction(add("teach", self.tr("&Teach a word…"), self.teach_requested, "Ctrl+T"))
        styles = menu.addMenu(self._workspace.panel.styles.menu())
        styles.setText(self.tr("S&tyles"))

    def _fill_generate(self) -> None:
        menu, add = self._menu(self.tr("&Generate")), self._commands.add
        panel, queue = self._workspace.panel, self._workspace.queue
        rows: list[tuple[str, str, _Slot, tuple[str, ...]]] = [
            (
                "generate",
                self.tr("&Generate"),
                panel.generate_requested,
                ("Ctrl+Return", "Ctrl+Enter"),
            ),
            (
                "generate_first",
                self.tr("Generate &before all that waits"),
                panel.generate_first_requested,
                ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
            ),
            (
                "negative_pair",
                self.tr("&With and without the negative prompt"),
                panel.pair_requested,
                (),
            ),
            ("forever", self.tr("Generate &forever"), queue.forever, ()),
            ("pause", self.tr("&Pause after this picture"), queue.pause, ("Ctrl+P",)),
            ("stop_after", self.tr("&Stop after this picture"), queue.stop_after_this, ()),
            ("cancel", self.tr("&Cancel"), panel.cancel_requested, ("Esc",)),
            ("cancel_all", self.tr("Cancel a&ll"), panel.cancel_all_requested, ("Shift+Esc",)),
        ]
        for name, title, slot, keys in rows:
            menu.addAction(add(name, title, slot, *keys))
        menu.addSeparator()
        form = panel.form
        menu.addAction(add("last_seed", self.tr("Use the last seed &again"), form.keep_seed))
        menu.addAction(add("next_seed", self.tr("Use the &next seed"), form.step_seed))

    def _fill_canvas(self) -> None:
        init, menu = self._workspace.init, self._menu(self.tr("&Canvas"))
        self.canvas = CanvasCommands(self._commands, menu, init.view, init.toolbox, init.bar)
        self.canvas.add("canvas_paste", self.tr("&Paste as a layer"), init.paste, "Ctrl+V")
        drawing = self._workspace.drawing_file
        self.canvas.add("canvas_save_as", self.tr("&Save as…"), drawing.save_as, "Ctrl+Shift+S")
        self.canvas.add("canvas_new", self.tr("&New drawing"), drawing.new, "Ctrl+N")

    def _fill_picture(self) -> None:
        menu, add = self._menu(self.tr("P&icture")), self._commands.add
        space = self._workspace
        view = space.view
        rows: list[tuple[str, str, _Slot, str]] = [
            ("fit", self.tr("&Fit"), lambda: space.looked_at().fit(), "Ctrl+0"),
            ("actual_size", self.tr("&100 %"), lambda: space.looked_at().actual_size(), "Ctrl+1"),
            ("zoom_in", self.tr("Zoom &in"), lambda: space.looked_at().zoom_in(), "Ctrl++"),
            ("zoom_out", self.tr("Zoom &out"), lambda: space.looked_at().zoom_out(), "Ctrl+-"),
            (
                "use_as_init",
                self.tr("&Use as sketch"),
                space.use_shown_as_init,
                "Ctrl+Shift+U",
            ),
        ]
        actions = [add(name, title, slot, keys) for name, title, slot, keys in rows]
        copy = add("copy_picture", self.tr("&Copy"), view.copy, "Ctrl+C", scope=view)
        settings = add("copy_settings", self.tr("Copy &settings"), space.info.copy)
        reveal = self._commands.actions()["show_folder"]
        actions += [copy, settings, space.save_action, reveal]
        menu.addActions(actions)
        view.addActions([action for action in actions if action is not copy])
        play = space.steps.player.toggle
        menu.addSeparator()
        menu.addAction(add("play", self.tr("&Play or stop the steps"), play, "Ctrl+Space"))
        steps = space.steps
        branch = add("branch", self.tr("&Branch here"), steps.branch_here, "B", scope=steps)
        menu.addAction(branch)
        page, title = space.grid_page, self.tr("Branch from this c&ell")
        menu.addAction(add("branch_cell", title, page.branch_here, "B", scope=page.view))
        animate = self.tr("&Animate the steps…")
        menu.addAction(add("animate", animate, self.animate_requested, "Ctrl+Shift+A"))

    def _fill_history(self) -> None:
        menu, add, panel = (
            self._menu(self.tr("&History")),
            self._commands.add,
            self._workspace.history,
        )
        rows: list[tuple[str, str, _Slot, str]] = [
            ("history_open", self.tr("&Show with its steps"), panel.open_selected, ""),
            ("recall_all", self.tr("Take over &all settings"), partial(panel.recall, "all"), "A"),
            (
                "recall_prompt",
                self.tr("Take over the &prompt"),
                partial(panel.recall, "prompt"),
                "P",
            ),
            ("recall_seed", self.tr("Take over the &seed"), partial(panel.recall, "seed"), "S"),
            ("favourite", self.tr("&Favourite"), panel.toggle_favourite, "F"),
            ("history_animate", self.tr("A&nimate side by side…"), panel.animate, ""),
            ("history_init", self.tr("&Use as init image"), panel.use_as_init, "U"),
            ("compare", self.tr("&Compare"), panel.compare, "C"),
            ("delete_pictures", self.tr("&Delete"), panel.delete_selected, "Del"),
        ]
        for name, title, slot, keys in rows:
            found = [keys] if keys else []
            menu.addAction(add(name, title, slot, *found, scope=panel.view))
        page = self._workspace.compare_page
        mode = self.tr("Compare in another &way")
        menu.addAction(add("compare_mode", mode, page.next_mode, "M", scope=page))
        panel.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        menu.addSeparator()
        undo = add("undo_delete", self.tr("&Undo delete"), panel.undo_delete, "Ctrl+Shift+Z")
        menu.addAction(undo)

    def _fill_view(self) -> None:
        menu, add, space = self._menu(self.tr("&View")), self._commands.add, self._workspace
        docks = space.docks
        for name, action in docks.toggle_actions().items():
            self._commands.adopt(f"show_{name}", action)
            menu.addAction(action)
        menu.addSeparator()
        self._canvas_alone = CanvasAlone(space)
        toggle = self._canvas_alone.toggle
        menu.addAction(add("canvas_alone", self.tr("&Canvas alone"), toggle, "F8"))
        alone = add("pictures_alone", self.tr("Pictures &alone"), self._toggle_alone, "F9")
        menu.addAction(alone)
        for widget in space.alone_keys():  # elsewhere Tab goes on to the next control
            name = f"pictures_alone_{widget.objectName()}"
            title = self.tr("Pictures alone, from {place}").format(place=widget.accessibleName())
            add(name, title, self._toggle_alone, "Tab", scope=widget)
        menu.addAction(add("full_screen", self.tr("&Full screen"), space.toggle_full_screen, "F11"))
        menu.addAction(add("reset_layout", self.tr("&Reset layout"), docks.reset))

    def _fill_experiments(self) -> None:
        menu = self._menu(self.tr("E&xperiments"))
        for experiment in EXPERIMENTS:
            action = menu.addAction(self.tr(experiment.title))
            action.setObjectName(f"experiment_{experiment.name}")
            action.setToolTip(self.tr(experiment.remark))
            action.triggered.connect(partial(self.experiment_chosen.emit, experiment))
        menu.addSeparator()
        for lesson in TRAINING_EXPERIMENTS:
            action = menu.addAction(self.tr(lesson.title))
            action.setObjectName(f"experiment_{lesson.name}")
            action.setToolTip(self.tr(lesson.remark))
            action.triggered.connect(partial(self.teaching_chosen.emit, lesson))

    def _fill_help(self) -> None:
        menu, add = self._menu(self.tr("&Help")), self._commands.add
        keys = ("Shift+?", "?", "F1")
        language = self.tr("The language of &prompts…")
        menu.addAction(add("prompt_language", language, self.language_requested))
        shortcuts = self.tr("&Keyboard shortcuts…")
        menu.addAction(add("shortcuts", shortcuts, self.shortcuts_requested, *keys))
        menu.addAction(add("about", self.tr("&About SD Desk"), self.about_requested))

    def _toggle_alone(self) -> None:
        docks = self._workspace.docks
        docks.set_pictures_alone(alone=not docks.pictures_alone())


def _call(slot: Callable[[], Any], _checked: bool = False) -> None:
    """Without what the action says of its tick."""
    slot()
