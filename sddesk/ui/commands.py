"""Everything that has a name and a key: one list for menus, buttons and the shortcut list."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Commands(QObject):
    """The actions of the window by name, with the user's own keys.

    Signals:
        changed(): a command has other keys now.
    """

    changed = Signal()

    def __init__(self, window: QWidget, bindings: Mapping[str, str]) -> None:
        super().__init__(window)
        self._window = window
        self._wanted = dict(bindings)
        self._actions: dict[str, QAction] = {}
        self._defaults: dict[str, list[QKeySequence]] = {}

    def add(
        self,
        name: str,
        title: str,
        slot: Callable[..., Any] | SignalInstance | None,
        *keys: str,
        scope: QWidget | None = None,
    ) -> QAction:
        """One more command; with `scope`, its keys work in that widget alone."""
        action = QAction(title, scope or self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if scope is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        (scope or self._window).addAction(action)
        if slot is not None:
            action.triggered.connect(slot)
        self.adopt(name, action)
        return action

    def adopt(self, name: str, action: QAction) -> None:
        """Take an action that a widget made for itself into the list."""
        self._actions[name] = action
        action.setObjectName(f"command_{name}")
        self._defaults[name] = action.shortcuts()
        if name in self._wanted:
            action.setShortcuts(QKeySequence.listFromString(self._wanted[name]))

    def actions(self) -> dict[str, QAction]:
        """All commands, in the order in which they were added."""
        return self._actions

    def bind(self, name: str, keys: QKeySequence) -> list[str]:
        """Give a command another key; the names of those that lost it."""
        losers = [] if keys.isEmpty() else self.users_of(keys, besides=name)
        for loser in losers:
            left = [key for key in self._actions[loser].shortcuts() if key != keys]
            self._set(loser, left)
        self._set(name, [] if keys.isEmpty() else [keys])
        self.changed.emit()
        return losers

    def users_of(self, keys: QKeySequence, besides: str) -> list[str]:
        """The names of other commands with these keys that would get in the way."""
        here = self._actions[besides]
        return [
            name
            for name, action in self._actions.items()
            if name != besides and keys in action.shortcuts() and _overlap(here, action)
        ]

    def reset(self, name: str | None = None) -> None:
        """Give one command, or all, the keys they came with."""
        for each in [name] if name is not None else list(self._actions):
            self._set(each, self._defaults[each])
        self.changed.emit()

    def bindings(self) -> dict[str, str]:
        """The keys that the user chose, by command."""
        return self._wanted

    def _set(self, name: str, keys: list[QKeySequence]) -> None:
        self._actions[name].setShortcuts(keys)
        if keys == self._defaults[name]:
            self._wanted.pop(name, None)
        else:
            self._wanted[name] = QKeySequence.listToString(keys)


def plain_title(action: QAction) -> str:
    """The words of an action without the mark of its menu letter."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")


def _overlap(one: QAction, other: QAction) -> bool:
    """Whether their keys can be meant at the same time: two widgets have keys of their own."""
    window = Qt.ShortcutContext.WindowShortcut
    if window in (one.shortcutContext(), other.shortcutContext()):
        return True
    return one.parent() is other.parent()
