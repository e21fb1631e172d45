"""From the sketch to a picture of a picture with mouse and pen, and back by a click in the tree."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from sddesk.core.ancestry import Node
from sddesk.core.canvas.compositing import flatten
from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.infotext import request_json
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.recall import recall
from sddesk.core.settings import FormState
from sddesk.core.sketches import FOLDER
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.desk import Desk
from sddesk.ui.lineage_view import LineageView, Row, laid_out
from tests.fakes import FakeRunner, plain_picture
from tests.tiny import make_tiny_sd
from tests.ui.test_canvas import drag, pen

OpenDesk = Callable[..., Desk]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def write(path: Path, picture: Picture, request: GenerationRequest) -> None:
    run = {"picture_hash": picture.pixel_hash()}
    save_png(path, picture, {"sddesk": request_json(request, run)})


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner(write=write)


def nodes(desk: Desk) -> list[Node]:
    return [row.node for row in desk.workspace.lineage._rows]


def generate(qtbot: QtBot, desk: Desk, count: int) -> None:
    """With the keys, until the tree has so many nodes."""
    desk.shell.activateWindow()
    desk.workspace.init.view.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, CONTROL)

    def grown() -> None:
        told = [(node.is_sketch, node.parent, node.seed) for node in nodes(desk)]
        assert len(told) == count, (told, desk.workspace.messages.text())

    qtbot.waitUntil(grown, timeout=20_000)


def set_seed(desk: Desk, seed: int) -> None:
    """Of the next picture; the fake runner names and shades its pictures by it."""
    panel = desk.workspace.panel
    panel.set_state(replace(panel.state(), seed=seed))


def go_back(qtbot: QtBot, desk: Desk, place: int) -> None:
    """With a click."""
    view = desk.workspace.lineage
    desk.workspace.docks.show("lineage")
    spot = view.visualItemRect(view.item(place)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def three_nodes(qtbot: QtBot, desk: Desk) -> tuple[Picture, tuple[str, ...]]:
    """Paint with pen and mouse, generate, use the result, generate; the sketch, the hashes."""
    view = desk.workspace.init.view
    pen(view, (60, 60, 0.4), (250, 300, 0.7), (450, 80, 1.0))
    drag(qtbot, view, (60, 400), (250, 420), (440, 400))
    sketch = flatten(view.studio.state)
    generate(qtbot, desk, 2)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_U, CONTROL | SHIFT)
    panel = desk.workspace.panel
    panel.set_state(FormState(prompt="again", seed=2, steps=4, strength=0.5, width=64, height=64))
    generate(qtbot, desk, 3)
    paths = [node.path for node in nodes(desk)]
    recalled = [recall(path) for path in paths[1:] if path is not None]
    first, second = recalled
    assert first is not None
    assert second is not None
    assert first.parent is not None
    assert first.own is not None
    assert second.parent == first.own  # by the pixels of the picture itself
    return sketch, (first.parent, first.own)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    desk = open_desk()
    desk.workspace.panel.set_state(FormState(prompt="one", seed=1, steps=4, width=64, height=64))
    return desk


def test_three_nodes_and_back(qtbot: QtBot, desk: Desk, paths: AppPaths) -> None:
    init = desk.workspace.init
    sketch, hashes = three_nodes(qtbot, desk)
    first, second, third = nodes(desk)
    assert (first.is_sketch, second.is_sketch, third.is_sketch) == (True, False, False)
    folder = paths.pictures / FOLDER
    qtbot.waitUntil(lambda: {path.stem for path in folder.glob("[!.]*.ora")} == set(hashes))
    qtbot.waitUntil(lambda: desk.workspace.lineage.thumbnail(first) is not None)

    desk.workspace.panel.set_state(FormState(prompt="other", seed=9, width=64, height=64))
    go_back(qtbot, desk, 1)
    qtbot.waitUntil(lambda: desk.workspace.panel.state().prompt == "one")
    assert desk.workspace.panel.state().seed == 1
    assert flatten(init.studio.state) == sketch
    assert desk.session.result is not None
    assert desk.session.result.path == second.path
    assert desk.workspace.messages.text() == ""

    go_back(qtbot, desk, 2)
    qtbot.waitUntil(lambda: desk.workspace.panel.state().prompt == "again")
    assert len(init.studio.state.layers) == 2
    go_back(qtbot, desk, 0)
    qtbot.waitUntil(lambda: flatten(init.studio.state) == sketch)
    init.studio.undo()
    assert len(init.studio.state.layers) == 2


def test_what_was_drawn_over_a_picture_descends_from_it(qtbot: QtBot, desk: Desk) -> None:
    three_nodes(qtbot, desk)
    drag(qtbot, desk.workspace.init.view, (10, 10), (500, 500))
    set_seed(desk, 3)
    generate(qtbot, desk, 5)
    kinds = [(node.is_sketch, node.parent) for node in nodes(desk)]
    assert kinds == [(True, None), (False, 0), (False, 1), (True, 1), (False, 3)]


def test_a_step_of_a_picture_descends_from_it(qtbot: QtBot, desk: Desk) -> None:
    generate(qtbot, desk, 1)
    desk.workspace.steps.timeline.setValue(2)
    desk.workspace.use_shown_as_init()
    state = desk.workspace.init.studio.state
    assert (state.width, state.height) == (512, 512)  # of the picture's shape, not the preview's
    set_seed(desk, 3)
    generate(qtbot, desk, 3)
    assert [(n.is_sketch, n.parent) for n in nodes(desk)] == [(False, None), (True, 0), (False, 1)]


def test_a_drawing_that_no_file_has_is_asked_about(qtbot: QtBot, desk: Desk) -> None:
    sketch, _ = three_nodes(qtbot, desk)
    drag(qtbot, desk.workspace.init.view, (10, 10), (500, 500))
    go_back(qtbot, desk, 0)
    found: list[QMessageBox] = []
    qtbot.waitUntil(lambda: bool(found.extend(desk.shell.findChildren(QMessageBox)) or found))
    qtbot.mouseClick(found[0].button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert flatten(desk.workspace.init.studio.state) != sketch


def test_a_real_pipeline_makes_three_nodes(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    from sddesk.service import Service

    model = make_tiny_sd(paths.models / "tiny")
    desk = open_desk(lambda: Service(paths, "cpu"))
    form = FormState(prompt="one", seed=1, steps=4, width=64, height=64, model=model.path.name)
    desk.workspace.panel.set_state(form)
    three_nodes(qtbot, desk)
    assert [node.is_sketch for node in nodes(desk)] == [True, False, False]


def test_a_chain_runs_straight_and_others_stand_aside() -> None:
    parents = [None, 0, 1, 1, 3, 0]
    made = [Node(Path(f"{i}.png"), parent, seed=str(i)) for i, parent in enumerate(parents)]
    rows = laid_out(made)
    assert [(row.node.seed, row.lane, row.above, row.passing) for row in rows] == [
        ("0", 0, None, ()),
        ("5", 1, 0, (0,)),
        ("1", 0, 0, ()),
        ("2", 1, 0, (0,)),
        ("3", 0, 0, ()),
        ("4", 0, 0, ()),
    ]
    assert [row.below for row in rows] == [True, False, True, False, True, False]
    assert laid_out([]) == []
    assert isinstance(rows[0], Row)


def test_an_empty_tree_says_what_will_be_there(qtbot: QtBot) -> None:
    view = LineageView()
    qtbot.addWidget(view)
    view.resize(236, 320)

    def dark() -> int:
        image = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        return sum(image.pixelColor(x, y).lightness() < 200 for x in range(236) for y in range(60))

    assert dark() > 50
    view.close_thumbnails()


def test_the_experiment_makes_a_picture_of_the_picture(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    chain = next(one for one in EXPERIMENTS if one.name == "chain")
    desk.menus.experiment_chosen.emit(chain)
    qtbot.waitUntil(lambda: len(nodes(desk)) == 3, timeout=20_000)
    first, second = runner.requests
    assert first.init is not None
    assert second.init is not None
    assert second.prompt == "a low poly bench under a tree in a park"
    shown = plain_picture(first.width, first.height, first.seed)
    assert second.init == shown
    assert [node.is_sketch for node in nodes(desk)] == [True, False, False]
