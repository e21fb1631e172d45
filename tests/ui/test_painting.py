"""Brush, colours and tool are as they were left at the next start."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QToolButton
from pytestqt.qtbot import QtBot

from sddesk.core.paths import AppPaths
from sddesk.core.settings import Settings, load_settings
from sddesk.ui.canvas.studio import Colors, Options
from sddesk.ui.desk import Desk

OpenDesk = Callable[..., Desk]


def remembered(paths: AppPaths) -> Settings:
    settings, problem = load_settings(paths.settings)
    assert problem is None
    return settings


def test_they_survive_a_restart(qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths) -> None:
    first = open_desk()
    init = first.workspace.init
    init.view.setFocus()
    for key in "]]]{<":
        qtbot.keyClicks(init.view, key)
    init.studio.set_color((1, 2, 3))
    init.studio.note_color()
    init.studio.swap_colors()
    filled = init.bar.findChild(QCheckBox, "brush_filled")
    assert filled is not None
    filled.click()
    brush = init.studio.brush
    assert (brush.size, brush.hardness, brush.opacity) == (21, 0.7, 0.9)
    qtbot.keyClicks(init.view, "E]")
    eraser = init.studio.eraser
    first.shell.close()
    again = open_desk(settings=remembered(paths)).workspace.init
    assert again.toolbox.name == "eraser"
    button = again.bar.findChild(QToolButton, "tool_eraser")
    assert button is not None
    assert button.isChecked()
    assert (again.studio.brush, again.studio.eraser) == (brush, eraser)
    assert again.studio.options == Options(filled=True)
    assert again.studio.colors == Colors((255, 255, 255), (1, 2, 3), [(1, 2, 3)])


def test_they_are_kept_a_moment_after_a_change(qtbot: QtBot, desk: Desk, paths: AppPaths) -> None:
    desk.workspace.init.studio.set_color((7, 8, 9))

    def kept() -> Any:
        return remembered(paths).painting["colors"][0] if paths.settings.exists() else None

    qtbot.waitUntil(lambda: kept() == [7, 8, 9])


@pytest.mark.parametrize(
    "nonsense",
    [
        {"tool": 5, "brush": [], "eraser": None, "options": "x", "colors": {"front": 1}},
        {
            "tool": "axe",
            "brush": {"size": "huge", "flow": True, "smoothing": 7.0, "pressure_size": 1},
            "eraser": {"hardness": float("nan"), "opacity": -1, "curve": 1e9, "sharp": 1},
            "options": {"tolerance": 2.5, "filled": None},
            "colors": [[1, 2], [0, 0, 256], [True, 0, 0], 5, [3, 3, 3]],
        },
    ],
)
def test_what_makes_no_sense_stays_usual(
    open_desk: OpenDesk, paths: AppPaths, nonsense: dict[str, Any]
) -> None:
    usual = open_desk()._painting.values()
    assert open_desk(settings=Settings(painting=nonsense))._painting.values() == usual
