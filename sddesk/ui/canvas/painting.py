"""Brush, colours and tool as they were left, for the next start."""

import math
from dataclasses import asdict, replace
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from sddesk.core.canvas.brush import MAX_BRUSH, Brush
from sddesk.core.canvas.layers import Color
from sddesk.ui.canvas.studio import RECENT, Colors, Options
from sddesk.ui.canvas.toolbox import Toolbox

_MOST = {"size": MAX_BRUSH, "curve": 3.0}  # all others are shares


class Painting(QObject):
    """Brings back what was remembered, as far as it makes sense, and tells what is to be.

    Signals:
        changed(): brush, eraser, colours, options or tool are others.
    """

    changed = Signal()

    def __init__(self, toolbox: Toolbox, remembered: dict[str, Any]) -> None:
        super().__init__(toolbox)
        self._toolbox, self._studio = toolbox, toolbox.studio
        self._bring_back(remembered)
        self._studio.brush_changed.connect(self.changed)
        self._studio.colors_changed.connect(self.changed)
        toolbox.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        studio, colors = self._studio, self._studio.colors
        return {
            "tool": self._toolbox.name,
            "brush": asdict(studio.brush),
            "eraser": asdict(studio.eraser),
            "options": asdict(studio.options),
            "colors": [list(color) for color in (colors.front, colors.back, *colors.recent)],
        }

    def _bring_back(self, values: dict[str, Any]) -> None:
        studio = self._studio
        colors = _colors(values.get("colors"))
        if len(colors) >= 2:
            studio.colors = Colors(colors[0], colors[1], colors[2 : 2 + RECENT])
        studio.options = replace(studio.options, **_fitting(values.get("options"), studio.options))
        for name, usual in (("brush", studio.brush), ("eraser", studio.eraser)):
            brush = replace(usual, **_fitting(values.get(name), usual))
            studio.set_brush(brush, erases=name == "eraser")
        studio.colors_changed.emit()
        self._toolbox.begin_with(str(values.get("tool")))


def _fitting(values: Any, usual: Brush | Options) -> dict[str, Any]:
    """What of the values the brush or the options can take."""
    result: dict[str, Any] = {}
    known = asdict(usual)
    for name, value in _object(values).items():
        if isinstance(known.get(name), bool):
            fits = isinstance(value, bool)
        elif name == "tolerance":
            fits = type(value) is int and 0 <= value <= 255
        else:
            number = type(value) in (int, float) and math.isfinite(value)
            fits = name in known and number and 0 <= value <= _MOST.get(name, 1.0)
        if fits:
            result[name] = value
    return result


def _object(values: Any) -> dict[str, Any]:
    return cast(dict[str, Any], values) if isinstance(values, dict) else {}


def _colors(values: Any) -> list[Color]:
    listed = cast(list[Any], values) if isinstance(values, list) else []
    return [(value[0], value[1], value[2]) for value in listed if _is_color(value)]


def _is_color(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(cast(list[Any], value)) == 3
        and all(type(share) is int and 0 <= share <= 255 for share in cast(list[Any], value))
    )
