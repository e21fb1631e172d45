"""The drawing is there again after a restart, a crash and a broken file."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.document import blank_state
from sddesk.core.canvas.drafts import Origin, load_draft
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.openraster_reading import load_drawing
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
    assert third.workspace.init.outline() is None


def test_a_broken_file_is_set_aside_and_told(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    path = paths.settings.with_name("drawing.ora")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK nothing")
    desk = open_desk()
    qtbot.waitUntil(lambda: "drawing" in desk.workspace.messages.text())
    assert path.with_name("drawing.broken.ora").read_bytes() == b"PK nothing"


def with_file(qtbot: QtBot, desk: Desk, path: Path) -> None:
    """Draw something, and save it under that name."""
    qtbot.waitUntil(lambda: loaded(desk))
    desk.workspace.init.set_picture(plain_picture(40, 24, 120))
    add_something(desk)
    desk.workspace.drawing_file.write(path)
    qtbot.waitUntil(lambda: not desk.workspace.init.studio.unsaved)


def add_something(desk: Desk) -> None:
    desk.workspace.init.studio.do(ops.add_picture, np.full((9, 9, 4), 200, np.uint8), "more", ())


def again(qtbot: QtBot, open_desk: OpenDesk) -> Desk:
    desk = open_desk()
    qtbot.waitUntil(lambda: loaded(desk) and not desk.workspace.init.studio.blank)
    return desk


def test_a_saved_drawing_comes_back_with_its_file(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    path, first = tmp_path / "park.ora", open_desk()
    with_file(qtbot, first, path)
    first.shell.close()
    assert first.ended_cleanly
    second = again(qtbot, open_desk)
    studio, file = second.workspace.init.studio, second.workspace.drawing_file
    assert file.title() == "park.ora"
    assert not studio.unsaved
    add_something(second)
    assert file.title() == "park.ora*"
    second.shell.activateWindow()
    second.workspace.init.view.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(second.workspace.init.view, Qt.Key.Key_S, control)
    assert second.shell.findChild(QFileDialog, "save_drawing") is None
    qtbot.waitUntil(lambda: not studio.unsaved)
    assert flatten(load_drawing(path)) == flatten(studio.state)


def test_what_its_file_has_not_is_remembered(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    path, first = tmp_path / "park.ora", open_desk()
    with_file(qtbot, first, path)
    add_something(first)
    first.shell.close_unasked()
    second = again(qtbot, open_desk)
    assert second.workspace.drawing_file.title() == "park.ora*"
    assert second.workspace.init.studio.unsaved
    assert len(load_drawing(path).layers) < len(second.workspace.init.studio.state.layers)


@pytest.mark.parametrize("way", ["touched", "deleted"])
def test_a_file_that_others_changed_has_it_no_more(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path, way: str
) -> None:
    path, first = tmp_path / "park.ora", open_desk()
    with_file(qtbot, first, path)
    first.shell.close()
    later = time.time() + 60
    os.utime(path, (later, later)) if way == "touched" else path.unlink()
    second = again(qtbot, open_desk)
    assert second.workspace.drawing_file.title() == "park.ora*"


@pytest.mark.parametrize("remark", [b"", b"\xff{", b"[]", b'{"file": 3, "saved": 1}', b"7"])
def test_any_remark_in_the_draft_is_read(tmp_path: Path, remark: bytes) -> None:
    path = tmp_path / "drawing.ora"
    OraWriter().save(path, blank_state(4, 4), remark)
    state, origin = load_draft(path)
    assert (state.width, origin) == (4, Origin())
