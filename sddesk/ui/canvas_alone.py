"""The canvas with nothing but its colours and layers beside it, for as long as somebody draws."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sddesk.ui.workspace import Workspace


class CanvasAlone(QObject):
    """Gives the canvas the room of everything else, and all of that back.

    Signals: none.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._covered: QWidget | None = None  # what lay where the canvas is, if anything did
        self._on = False
        workspace.docks.alone_ended.connect(self._end)
        for asked in (workspace.panel.generate_requested, workspace.panel.generate_first_requested):
            asked.connect(self.leave)  # the picture that comes is to be seen

    def toggle(self) -> None:
        """Leave the canvas alone in the window, or bring everything back."""
        if self._on:
            self.leave()
        else:
            self._begin()

    def leave(self) -> None:
        """Bring everything back."""
        if self._on:
            self._workspace.docks.set_pictures_alone(alone=False)

    def _begin(self) -> None:
        space = self._workspace
        space.docks.set_pictures_alone(alone=False)  # pictures alone hide the colours, too
        space.docks.set_pictures_alone(alone=True, but="drawing")
        self._on = True
        self._covered = next((page for page in self._pages() if not page.isHidden()), None)
        if self._covered is not None:
            self._covered.hide()
        space.pictures.show()
        space.view.hide()
        space.init.view.setFocus()

    def _end(self) -> None:
        if not self._on:
            return
        self._on, space = False, self._workspace
        space.view.show()
        if self._covered is not None and all(page.isHidden() for page in self._pages()):
            self._covered.show()
            space.pictures.hide()

    def _pages(self) -> tuple[QWidget, ...]:
        return self._workspace.grid_page, self._workspace.compare_page
