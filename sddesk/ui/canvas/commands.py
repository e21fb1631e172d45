"""The commands of the canvas with their keys, which hold while the canvas has the focus."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from sddesk.core.canvas import operations as ops
from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.options_bar import TOOLS, OptionsBar
from sddesk.ui.canvas.size_dialog import SizeDialog
from sddesk.ui.canvas.toolbox import Toolbox
from sddesk.ui.commands import Commands

_Slot = Callable[..., Any]


class CanvasCommands(QObject):
    """Puts the canvas's commands into a menu and the list of shortcuts.

    Signals: none.
    """

    def __init__(
        self, commands: Commands, menu: QMenu, view: CanvasView, box: Toolbox, bar: OptionsBar
    ) -> None:
        super().__init__(view)
        self._commands, self._menu = commands, menu
        self._view, self._box, self._studio = view, box, view.studio
        tools = menu.addMenu(self.tr("&Tools"))
        for name, _, key in TOOLS:
            self._add(tools, f"tool_{name}", bar.titles[name], partial(box.choose, name), key)
        self._fill_brush()
        self._fill_edit()
        self._fill_look()

    def add(self, name: str, title: str, slot: _Slot, key: str) -> None:
        """One more, at the end of the menu."""
        self._add(self._menu, name, title, slot, key)

    def _add(self, menu: QMenu, name: str, title: str, slot: _Slot, *keys: str) -> None:
        keys = tuple(key for key in keys if key)
        menu.addAction(self._commands.add(name, title, lambda: slot(), *keys, scope=self._view))

    def _fill_brush(self) -> None:
        menu, studio = self._menu.addMenu(self.tr("&Brush and colour")), self._studio
        for name, title, slot, key in (
            ("brush_smaller", self.tr("Smaller"), partial(self._size, 1 / 1.2), "["),
            ("brush_larger", self.tr("Larger"), partial(self._size, 1.2), "]"),
            ("brush_softer", self.tr("Softer"), partial(self._step, "hardness", -0.1), "{"),
            ("brush_harder", self.tr("Harder"), partial(self._step, "hardness", 0.1), "}"),
            ("brush_thinner", self.tr("Less opacity"), partial(self._step, "opacity", -0.1), "<"),
            ("brush_thicker", self.tr("More opacity"), partial(self._step, "opacity", 0.1), ">"),
            ("swap_colors", self.tr("Swap the colours"), studio.swap_colors, "X"),
            ("default_colors", self.tr("Black on white"), studio.default_colors, "D"),
        ):
            self._add(menu, name, title, slot, key)

    def _fill_edit(self) -> None:
        menu, do = self._menu, self._studio.do
        self._add(menu, "canvas_undo", self.tr("&Undo"), self._undo, "Ctrl+Z")
        self._add(menu, "canvas_redo", self.tr("&Redo"), self._studio.redo, "Ctrl+Shift+Z")
        menu.addSeparator()
        move = self._box.move_tool
        for name, title, slot, key in (
            ("select_all", self.tr("Select &all"), partial(do, ops.set_selection, None), "Ctrl+A"),
            ("clear_selected", self.tr("&Clear"), partial(self._studio.make, ops.cleared), "Del"),
            ("flip_across", self.tr("Flip the layer"), partial(self._flip, move, False), ""),
            ("flip_over", self.tr("Turn it upside down"), partial(self._flip, move, True), ""),
            ("new_layer", self.tr("New &layer"), partial(do, ops.add_layer), "Ctrl+Shift+N"),
            ("canvas_size", self.tr("Canvas si&ze…"), self._ask_size, "Ctrl+Alt+C"),
        ):
            self._add(menu, name, title, slot, key)

    def _fill_look(self) -> None:
        menu, view = self._menu, self._view
        menu.addSeparator()
        for name, title, slot, keys in (
            ("canvas_fit", self.tr("&Fit"), view.fit, ("Ctrl+0",)),
            ("canvas_actual", self.tr("100 %"), view.actual_size, ("Ctrl+1",)),
            ("canvas_closer", self.tr("Zoom in"), view.zoom_in, ("Ctrl++", "Ctrl+=", "+")),
            ("canvas_farther", self.tr("Zoom out"), view.zoom_out, ("Ctrl+-", "-")),
            ("canvas_mirror", self.tr("&Mirror the view"), view.mirror, ("H",)),
        ):
            self._add(menu, name, title, slot, *keys)
        menu.addSeparator()

    def _undo(self) -> None:
        """What hovers above the layer is laid back first."""
        if not self._box.tool.cancel():
            self._studio.undo()

    def _flip(self, move, upright: bool) -> None:
        if self._box.name != "move":
            self._box.choose("move")
        move.flip(upright=upright)

    def _ask_size(self) -> None:
        state = self._studio.state
        dialog = SizeDialog(state.width, state.height, self._view.window())
        dialog.chosen.connect(self._resize)
        dialog.open()

    def _resize(self, width: int, height: int) -> None:
        self._studio.make(partial(ops.resized, width=width, height=height), self._view.fit)

    def _size(self, factor: float) -> None:
        brush = self._brush()
        step = max(1.0, abs(brush.size * factor - brush.size))
        size = brush.size + (step if factor > 1 else -step)
        self._studio.set_brush(replace(brush, size=size), erases=self._box.erases)

    def _step(self, what: str, way: float) -> None:
        brush = self._brush()
        value = round(getattr(brush, what) + way, 3)
        self._studio.set_brush(replace(brush, **{what: value}), erases=self._box.erases)

    def _brush(self):
        return self._studio.eraser if self._box.erases else self._studio.brush
