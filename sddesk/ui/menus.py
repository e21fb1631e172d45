"""The menu bar: every command of the window with its keys and its place."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from sddesk.core.experiments import EXPERIMENTS
from sddesk.ui.commands import Commands
from sddesk.ui.workspace import Workspace


class Menus(QObject):
    """Puts the commands into menus; what they do is decided by those who connect.

    Signals:
        experiment_chosen(object): the `Experiment` to fill in and run.
        preferences_requested(): the preferences are to be shown.
        shortcuts_requested(): the list of shortcuts is to be shown.
        about_requested(): the program is to tell about itself.
    """

    experiment_chosen = Signal(object)
    preferences_requested = Signal()
    shortcuts_requested = Signal()
    about_requested = Signal()

    def __init__(self, workspace: Workspace, commands: Commands) -> None:
        super().__init__(workspace)
        self._workspace, self._commands = workspace, commands
        self._fill_file()
        self._fill_prompt()
        self._fill_picture()
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
        styles = menu.addMenu(self._workspace.panel.styles.menu())
        styles.setText(self.tr("S&tyles"))

    def _fill_picture(self) -> None:
        menu, add, panel = (
            self._menu(self.tr("P&icture")),
            self._commands.add,
            self._workspace.panel,
        )
        generate = add(
            "generate", self.tr("&Generate"), panel.generate_requested, "Ctrl+Return", "Ctrl+Enter"
        )
        cancel = add("cancel", self.tr("&Cancel"), panel.cancel_requested, "Esc")
        every = add("cancel_all", self.tr("Cancel a&ll"), panel.cancel_all_requested, "Shift+Esc")
        menu.addActions([generate, cancel, every])
        self.picture_menu = menu

    def _fill_view(self) -> None:
        menu, add, space = self._menu(self.tr("&View")), self._commands.add, self._workspace
        docks = space.docks
        for name, action in docks.toggle_actions().items():
            self._commands.adopt(f"show_{name}", action)
            menu.addAction(action)
        menu.addSeparator()
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

    def _fill_help(self) -> None:
        menu, add = self._menu(self.tr("&Help")), self._commands.add
        keys = ("Shift+?", "?", "F1")
        shortcuts = self.tr("&Keyboard shortcuts…")
        menu.addAction(add("shortcuts", shortcuts, self.shortcuts_requested, *keys))
        menu.addAction(add("about", self.tr("&About SD Desk"), self.about_requested))

    def _toggle_alone(self) -> None:
        docks = self._workspace.docks
        docks.set_pictures_alone(alone=not docks.pictures_alone())
