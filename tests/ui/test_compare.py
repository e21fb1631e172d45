"""Comparing in the real window: from the history, in pairs, by divider, in turns, by difference."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from sddesk.core.infotext import request_json
from sddesk.core.messages import JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.prompt_words import Piece, Word
from sddesk.core.settings import FormState, Settings
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.compare.view import BESIDE, BLINK, DIVIDER, HEAT
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner, plain_picture
from tests.ui.conftest import OpenDesk

LONG = 100_000  # ms: torch is imported and a model loaded
FORM = FormState(prompt="red apple", steps=4, seed=7, width=64, height=64)


def click(desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def write(path: Path, picture: Picture, request: GenerationRequest) -> None:
    save_png(path, picture, {"sddesk": request_json(request, {})})


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner(write=write)


def painted(folder: Path, *pictures: Picture) -> list[Path]:
    paths = [folder / f"{number}.png" for number in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        save_png(path, picture, {})
    return paths


def compared(qtbot: QtBot, desk: Desk, paths: list[Path]) -> None:
    desk.workspace.history.compare_requested.emit(paths)
    qtbot.waitUntil(lambda: [side.path for side in desk.compare.sides] == paths)
    page = desk.workspace.compare_page
    assert not page.isHidden()
    assert desk.workspace.pictures.isHidden()


def colour(desk: Desk, x: float, y: float = 0.5) -> int:
    """The grey of the view at a place, as shares of its width and height."""
    view = desk.workspace.compare_page.view
    image = view.grab().toImage()
    return QColor(
        image.pixel(round(x * (image.width() - 1)), round(y * (image.height() - 1)))
    ).red()


@pytest.fixture
def pair(qtbot: QtBot, desk: Desk, tmp_path: Path) -> Desk:
    wide = [plain_picture(400, 100, 50), plain_picture(400, 100, 200)]
    compared(qtbot, desk, painted(tmp_path, *wide))
    return desk


def test_pictures_that_all_lack_steps_say_so_and_what_to_do(pair: Desk) -> None:
    note = pair.workspace.compare_page.note()
    assert note.startswith("Only the finished pictures can be compared, for want of tapes")
    assert "make them again" in note


def test_the_strip_of_the_picture_makes_room(pair: Desk) -> None:
    steps = pair.workspace.steps
    assert steps.timeline.isHidden()
    assert steps.is_open()  # and is so at the next start
    click(pair, "compare_close")
    assert not steps.timeline.isHidden()
    pair.workspace.compare_page.show()
    click(pair, "fold_steps")  # whoever wants it has it
    assert not steps.timeline.isHidden()
    click(pair, "fold_steps")
    click(pair, "compare_close")
    assert steps.timeline.isHidden()


def test_a_divider_is_dragged_and_moved_by_keys(qtbot: QtBot, pair: Desk) -> None:
    view = pair.workspace.compare_page.view
    assert view.dividers() == (0.5,)
    assert (colour(pair, 0.3), colour(pair, 0.7)) == (50, 200)
    middle = QPoint(view.width() // 2, view.height() // 2)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, QPoint(view.width() // 5, middle.y()))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 5, middle.y()))
    assert view.dividers()[0] == pytest.approx(0.2, abs=0.02)
    assert colour(pair, 0.3) == 200
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.dividers()[0] == pytest.approx(0.22, abs=0.02)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.width() * 0.22), 5))
    qtbot.mouseMove(view, QPoint(view.width() * 2, 5))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert view.dividers() == (1.0,)  # at the edge, and still in sight
    assert view._line_at(1.0) < view.width()


def test_pictures_take_turns(qtbot: QtBot, pair: Desk) -> None:
    click(pair, "compare_blink")
    view = pair.workspace.compare_page.view
    assert colour(pair, 0.5) == 50
    with qtbot.waitSignal(view.turned):
        pass
    assert colour(pair, 0.5) == 200
    view.calm = True
    click(pair, "compare_divider")
    click(pair, "compare_blink")
    assert not view._timer.isActive()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.turn() == 1


def test_differences_are_told_in_numbers(qtbot: QtBot, pair: Desk) -> None:
    click(pair, "compare_heat")
    (layer,) = pair.workspace.compare_page.view._layers
    assert layer.label == "A and B differ by up to 150 of 255, 150.0 in the mean"
    assert layer.image is not None
    assert layer.image.pixelColor(1, 1).lightness() > 150  # nowhere else is more


def test_the_same_picture_differs_nowhere(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    compared(qtbot, desk, painted(tmp_path, *[plain_picture(64, 64, 9)] * 2))
    click(desk, "compare_heat")
    (layer,) = desk.workspace.compare_page.view._layers
    assert layer.label == "A and B are the same"


def test_four_pictures_are_zoomed_together(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    compared(qtbot, desk, painted(tmp_path, *[plain_picture(64, 64, 50 * i) for i in range(4)]))
    page = desk.workspace.compare_page
    assert len(page.view.dividers()) == 3
    click(desk, "compare_beside")
    areas = page.view._areas()
    assert len(areas) == 4
    before = page.view.zoom()
    point = QPointF(areas[1].center())
    wheel = QWheelEvent(
        point,
        page.view.mapToGlobal(point),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    page.view.wheelEvent(wheel)
    assert page.view.zoom() != before
    sizes = {page.view._whole(area).size().toTuple() for area in areas}
    assert len(sizes) == 1
    desk.commands.actions()["fit"].trigger()
    assert page.view.zoom().fits
    desk.commands.actions()["zoom_in"].trigger()
    assert not page.view.zoom().fits
    assert page.mode() == BESIDE
    desk.commands.actions()["compare_mode"].trigger()
    assert page.mode() == DIVIDER
    click(desk, "compare_heat")
    assert len(page.view._layers) == 3


def test_pictures_of_different_sizes_and_shapes(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    small, large = plain_picture(64, 64, 10), plain_picture(128, 128, 20)
    wide, one = plain_picture(128, 64, 30), plain_picture(1, 1, 0)
    compared(qtbot, desk, painted(tmp_path, small, large, wide, one))
    for mode in (DIVIDER, BLINK, BESIDE, HEAT):
        desk.workspace.compare_page.set_mode(mode)
        desk.workspace.compare_page.view.grab()
    sized, shaped, _ = desk.workspace.compare_page.view._layers
    assert "differ by up to 10 of 255" in sized.label
    assert "different shapes" in shaped.words


@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_to_four_can_be_compared(qtbot: QtBot, desk: Desk, tmp_path: Path, count: int) -> None:
    paths = painted(tmp_path, *[plain_picture(8, 8, 1)] * count)
    desk.workspace.history.compare_requested.emit(paths)
    assert "Two to four pictures" in desk.workspace.messages.text()
    assert desk.workspace.compare_page.isHidden()


def test_a_broken_picture_is_told_and_nothing_is_lost(
    qtbot: QtBot, pair: Desk, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    before = pair.compare.sides
    pair.workspace.history.compare_requested.emit([broken, tmp_path / "0.png"])
    qtbot.waitUntil(lambda: pair.workspace.messages.text() != "")
    assert pair.compare.sides is before


def test_the_pair_with_and_without_the_negative_prompt(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    desk.workspace.panel.set_state(FORM)
    desk.commands.actions()["negative_pair"].trigger()
    qtbot.waitUntil(lambda: all(side.path for side in desk.compare.sides))
    one, other = runner.requests
    assert (one.negative_prompt, other.negative_prompt) == ("", "yellow circle")
    assert (one.seed, one.prompt) == (other.seed, other.prompt) == (7, "red apple")
    assert desk.workspace.panel.negative.text() == "yellow circle"
    table = desk.workspace.compare_page.table
    assert table.rowCount() == 1
    assert table.verticalHeaderItem(0).text() == "Negative prompt"
    assert [table.item(0, x).text() for x in range(2)] == ["", "yellow circle"]  # pyright: ignore[reportOptionalMemberAccess]
    click(desk, "compare_close")
    assert desk.workspace.compare_page.isHidden()
    assert not desk.workspace.pictures.isHidden()
    assert desk.compare.sides == []


def test_the_pair_with_and_without_a_word(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.workspace.panel.set_state(FORM)
    word = Word("red", (Piece("red", 5, 1),), 0)
    desk.tokens.without_requested.emit(word)
    qtbot.waitUntil(lambda: all(side.path for side in desk.compare.sides))
    assert [request.prompt for request in runner.requests] == ["red apple", "apple"]
    assert len({request.seed for request in runner.requests}) == 1
    desk.tokens.without_requested.emit(Word("pear", (), 0))
    assert "not in the prompt" in desk.workspace.messages.text()


def test_a_picture_that_is_asked_for_or_opened_takes_its_place(
    qtbot: QtBot, pair: Desk, tmp_path: Path
) -> None:
    pair.pictures.show_only(tmp_path / "0.png")
    qtbot.waitUntil(pair.workspace.compare_page.isHidden)
    assert not pair.workspace.pictures.isHidden()
    compared(qtbot, pair, [tmp_path / "0.png", tmp_path / "1.png"])
    pair.workspace.panel.set_state(FORM)
    click(pair, "generate")
    qtbot.waitUntil(pair.workspace.compare_page.isHidden)
    assert not pair.workspace.pictures.isHidden()


def real_service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def test_recorded_steps_are_scrubbed_together_and_part(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths, tmp_path: Path
) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    desk.tokens.without_requested.emit(Word("red", (Piece("red", 5, 1),), 0))
    sides = desk.compare.sides
    qtbot.waitUntil(lambda: all(side.path for side in sides), timeout=LONG)
    made = [side.path for side in sides if side.path is not None]
    click(desk, "compare_close")
    compared(qtbot, desk, made)
    sides = desk.compare.sides
    qtbot.waitUntil(lambda: all(len(side.frames) == 4 for side in sides), timeout=LONG)
    page = desk.workspace.compare_page
    page.slider.setValue(2)
    for side, layer in zip(sides, page.view._layers, strict=True):
        assert layer.image == side.image_at(2, "predicted")
    click(desk, "compare_noisy")
    for side, layer in zip(sides, page.view._layers, strict=True):
        assert layer.image == side.image_at(2, "noisy")
    qtbot.waitUntil(lambda: not page.plot.isHidden())
    assert "parts from A at step" in page.note()
    assert "half as far apart as they ever come" in page.plot.toolTip()
    assert len(page.plot._distances) == 4
    with qtbot.waitSignal(page.plot.step_chosen):
        qtbot.mouseClick(page.plot, Qt.MouseButton.LeftButton, pos=QPoint(2, 5))
    assert page.slider.value() == 1
    alone = painted(tmp_path, plain_picture(64, 64, 1))
    compared(qtbot, desk, [made[0], *alone])
    assert page.note().startswith("Finished at each step")
    assert "make it again" in page.note()


def test_tapes_of_one_step(qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths) -> None:
    form = replace(FORM, steps=1)
    desk = open_desk(lambda: real_service(paths), Settings(form=form))
    desk.tokens.without_requested.emit(Word("red", (Piece("red", 5, 1),), 0))
    sides = desk.compare.sides
    qtbot.waitUntil(lambda: all(side.path for side in sides), timeout=LONG)
    made = [side.path for side in sides if side.path is not None]
    click(desk, "compare_close")
    compared(qtbot, desk, made)
    sides = desk.compare.sides
    qtbot.waitUntil(lambda: all(len(side.frames) == 1 for side in sides), timeout=LONG)
    page = desk.workspace.compare_page
    assert (page.slider.minimum(), page.slider.maximum()) == (1, 2)
    page.slider.setValue(1)
    for side, layer in zip(sides, page.view._layers, strict=True):
        assert layer.image == side.image_at(1, "predicted")
    qtbot.waitUntil(lambda: len(page.plot._distances) == 1)
    page.plot.grab()
