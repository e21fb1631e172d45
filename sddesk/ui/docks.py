"""The panels around the pictures: docked, hidden, floating, remembered, put back."""

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

_VERSION = 6  # of the arrangement: raise it when docks are added, so that old states are dropped
_Area = Qt.DockWidgetArea


class Docks(QObject):
    """All docks of the main window; the first state that is asked for is the default.

    Signals:
        changed(): something was moved, shown or hidden.
        alone_ended(): the docks are back, after the middle of the window was alone.
    """

    changed = Signal()
    alone_ended = Signal()

    def __init__(self, shell: QMainWindow) -> None:
        super().__init__(shell)
        self._shell = shell
        self._docks: dict[str, QDockWidget] = {}
        self._default: QByteArray | None = None
        self._before_alone: QByteArray | None = None
        shell.setDockNestingEnabled(True)
        shell.setCorner(Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        shell.setCorner(Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea)
        # Many docks share the narrow edge: written along it, their titles are never cut.
        shell.setTabPosition(_Area.RightDockWidgetArea, QTabWidget.TabPosition.East)

    def add(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        """Put `widget` into a dock at the edge `area`; `name` is how it is remembered.

        It shares the place of the dock that is there: one below the other, even for a moment, they
        would make the window higher.
        """
        dock = QDockWidget(title, self._shell)
        dock.setObjectName(f"dock_{name}")
        dock.setAccessibleName(title)
        dock.setWidget(widget)
        # Qt moves a dock behind its tab off the screen, where the Tab key would still go to it.
        dock.visibilityChanged.connect(widget.setVisible)
        there = (d for d in self._docks.values() if self._shell.dockWidgetArea(d) == area)
        first = next(there, None)
        self._shell.addDockWidget(area, dock)
        if first is not None:
            self._shell.tabifyDockWidget(first, dock)
        dock.show()  # else it counts as hidden until the next event, and the default would too
        for signal in (dock.visibilityChanged, dock.dockLocationChanged, dock.topLevelChanged):
            signal.connect(self._announce)
        self._docks[name] = dock
        return dock

    def show(self, name: str) -> None:
        """Bring the dock to the front."""
        self._docks[name].show()
        self._docks[name].raise_()

    def remember_default(self) -> None:
        """What is there now is what `reset` goes back to."""
        self._default = self._shell.saveState(_VERSION)

    def reset(self) -> None:
        """Everything back in its place."""
        self.set_pictures_alone(alone=False)
        if self._default is not None:
            self._shell.restoreState(self._default, _VERSION)

    def restore(self, text: str) -> None:
        """Arrange the docks as they were; text that is damaged or outdated changes nothing."""
        state = QByteArray.fromBase64(text.encode(errors="replace"))
        if self._shell.restoreState(state, _VERSION):
            # Before the docks are laid out for the first time, Qt takes their sizes wrongly.
            QTimer.singleShot(0, self, lambda: self._shell.restoreState(state, _VERSION))

    def state_text(self) -> str:
        """The arrangement, as text for the settings."""
        state = self._before_alone or self._shell.saveState(_VERSION)
        return bytes(state.toBase64().data()).decode("ascii")

    def pictures_alone(self) -> bool:
        """Whether all docks are hidden to leave the pictures alone."""
        return self._before_alone is not None

    def set_pictures_alone(self, *, alone: bool, but: str = "") -> None:
        """Hide all docks `but` one, or bring back those that were there."""
        if alone and self._before_alone is None:
            self._before_alone = self._shell.saveState(_VERSION)
            for name, dock in self._docks.items():
                dock.setVisible(name == but)
        elif not alone and self._before_alone is not None:
            state, self._before_alone = self._before_alone, None
            self._shell.restoreState(state, _VERSION)
            self.alone_ended.emit()

    def toggle_actions(self) -> dict[str, QAction]:
        """One checkable action for each dock, by its name."""
        return {name: dock.toggleViewAction() for name, dock in self._docks.items()}

    def _announce(self) -> None:
        self.changed.emit()
