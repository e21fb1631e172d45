"""End to end: the real button in the real window, the real engine, files on disk."""

import json
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.settings import FormState, Settings
from sddesk.core.tapes import find_tape, read_tape_facts
from tests.ui.conftest import OpenDesk


def real_service(paths: AppPaths) -> JobRunner:
    """What the program itself makes in the worker's thread."""
    from sddesk.service import Service

    return Service(paths, "cpu")


def pictures(paths: AppPaths) -> list[Path]:
    return sorted(paths.pictures.glob("[!.]*.png"))


def test_a_click_makes_a_picture_with_settings_and_tape(
    open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths
) -> None:
    form = FormState(prompt="red apple", steps=4, seed=7)
    desk = open_desk(lambda: real_service(paths), Settings(form=form))
    button = desk.shell.findChild(QPushButton, "generate")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(pictures(paths)) == 1, timeout=100_000)
    path = pictures(paths)[0]
    with Image.open(path) as image:
        settings = json.loads(str(image.info["sddesk"]))
        assert "Seed: 7" in str(image.info["parameters"])
    assert (settings["prompt"], settings["seed"], settings["steps"]) == ("red apple", 7, 4)
    assert read_tape_facts(find_tape(path)).recorded == 4


def test_closing_in_mid_step_ends_cleanly(
    open_desk: OpenDesk, qtbot: QtBot, paths: AppPaths
) -> None:
    form = FormState(prompt="red apple", steps=500, seed=7, sampler="Euler")
    desk = open_desk(lambda: real_service(paths), Settings(form=form))
    button = desk.shell.findChild(QPushButton, "generate")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    begun = desk.shell.findChild(QWidget, "timeline")
    assert begun is not None
    qtbot.waitUntil(lambda: begun.property("maximum") > 1, timeout=100_000)
    desk.shell.close()
    assert desk.ended_cleanly
    assert not pictures(paths)
