"""The dialogs that menus ask for; none of them holds up the window."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from sddesk.core.paths import AppPaths
from sddesk.core.settings import Settings
from sddesk.core.styles import Style
from sddesk.ui.about import show_about
from sddesk.ui.commands import Commands
from sddesk.ui.menus import Menus
from sddesk.ui.preferences import Preferences
from sddesk.ui.prompt_help import PromptHelp
from sddesk.ui.shortcut_list import ShortcutList
from sddesk.ui.styles_menu import StylesDialog
from sddesk.ui.theme import choose_theme
from sddesk.ui.workspace import Workspace


class Dialogs(QObject):
    """Opens dialogs, and takes over at once what is changed in them.

    Signals:
        changed(): `settings`, or the styles, are different.
    """

    changed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        commands: Commands,
        menus: Menus,
        settings: Settings,
        paths: AppPaths,
    ) -> None:
        super().__init__(workspace)
        self.settings = settings
        self._workspace, self._commands, self._paths = workspace, commands, paths
        styles = workspace.panel.styles
        styles.set_styles(settings.styles)
        styles.edit_requested.connect(self.edit_styles)
        menus.preferences_requested.connect(self.show_preferences)
        menus.shortcuts_requested.connect(self.show_shortcuts)
        menus.language_requested.connect(self.show_language)
        menus.about_requested.connect(self.show_about)
        if settings.theme != "system":
            choose_theme(settings.theme)

    def show_preferences(self) -> None:
        """Let the user change what has no other place."""
        shell, paths = self._workspace.shell, self._paths
        dialog = Preferences(self.settings, paths.pictures, paths.models, shell)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(self._adopt)
        dialog.show()

    def show_shortcuts(self) -> None:
        """Let the user search and change keys."""
        ShortcutList(self._commands, self._workspace.shell).show()

    def show_language(self) -> None:
        """Explain what prompts can say."""
        PromptHelp(self._workspace.shell).show()

    def edit_styles(self) -> None:
        """Let the user make styles."""
        panel = self._workspace.panel
        dialog = StylesDialog(
            panel.styles.styles, panel.prompt.text(), panel.negative.text(), self._workspace.shell
        )
        dialog.styles_changed.connect(self._adopt_styles)
        dialog.show()

    def show_about(self) -> None:
        """Tell what the program is."""
        show_about(self._workspace.shell)

    def _adopt(self, settings: Settings) -> None:
        if settings.theme != self.settings.theme:
            choose_theme(settings.theme)
        self.settings = settings
        self.changed.emit()

    def _adopt_styles(self, styles: Sequence[Style]) -> None:
        self._workspace.panel.styles.set_styles(styles)
        self.changed.emit()
