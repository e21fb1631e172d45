"""The drawing is there again after a restart, a crash and a broken file."""

from collections.abc import Callable

import numpy as np
from pytestqt.qtbot import QtBot

from sddesk.core.canvas.compositing import flatten
from sddesk.core.paths import AppPaths
from sddesk.ui.desk import Desk
from tests.fakes import plain_picture

OpenDesk = Callable[..., Desk]


def drawn(desk: Desk) -> np.ndarray:
    return np.asarray(flatten(desk.workspace.init.studio.state))


def loaded(desk: Desk) -> bool:
    return desk._draft._loaded


def test_closing_keeps_the_drawing(qtbot: QtBot, open_desk: OpenDesk) -> None:
    first = open_desk()
    qtbot.waitUntil(lambda: loaded(first))
    first.workspace.init.set_picture(plain_picture(40, 24, 120))
    before = drawn(first)
    first.shell.close()
    second = open_desk()
    qtbot.waitUntil(lambda: loaded(second) and not second.workspace.init.studio.blank)
    assert np.array_equal(drawn(second), before)


def test_it_is_written_while_it_is_drawn(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    desk = open_desk()
    qtbot.waitUntil(lambda: loaded(desk))
    desk.workspace.init.set_picture(plain_picture(40, 24, 120))
    qtbot.waitUntil(paths.settings.with_name("drawing.ora").exists, timeout=9000)


def test_an_emptied_drawing_does_not_come_back(qtbot: QtBot, open_desk: OpenDesk) -> None:
    first = open_desk()
    qtbot.waitUntil(lambda: loaded(first))
    first.workspace.init.set_picture(plain_picture(8, 8, 1))
    first.shell.close()
    second = open_desk()
    qtbot.waitUntil(lambda: not second.workspace.init.studio.blank)
    second.workspace.init.clear()
    second.shell.close()
    third = open_desk()
    qtbot.waitUntil(lambda: loaded(third))
    assert third.workspace.init.init() is None


def test_a_broken_file_is_set_aside_and_told(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    path = paths.settings.with_name("drawing.ora")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK nothing")
    desk = open_desk()
    qtbot.waitUntil(lambda: "drawing" in desk.workspace.messages.text())
    assert path.with_name("drawing.broken.ora").read_bytes() == b"PK nothing"
