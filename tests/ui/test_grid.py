"""The grid in the real window: described, filled, scrubbed in lockstep, zoomed, saved, dropped."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sddesk.core.axes import parse_axis
from sddesk.core.messages import Failed, Generate, Job, JobRunner
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.problems import Problem
from sddesk.core.settings import FormState, Settings
from sddesk.core.sheet_reading import read_sheet
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.desk import Desk
from sddesk.ui.list_dialog import ListDialog
from tests.fakes import Emit, FakeRunner
from tests.ui.conftest import OpenDesk

FORM = FormState(prompt="red apple", steps=4, seed=7, width=64, height=64)
LONG = 100_000  # ms: torch is imported and a model loaded


def type_axes(desk: Desk, rows: str, columns: str | None) -> None:
    desk.workspace.grid.set_axes(parse_axis(rows), None if columns is None else parse_axis(columns))


def click(qtbot: QtBot, desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def fill(qtbot: QtBot, desk: Desk, rows: str, columns: str | None = None) -> None:
    type_axes(desk, rows, columns)
    click(qtbot, desk, "fill_grid")


def finished(desk: Desk) -> int:
    return sum(cell.picture is not None for cell in desk.workspace.grid_page.view.cells.values())


def done(desk: Desk, pictures: int) -> bool:
    """Nothing is to be made any more, and so many cells have their picture."""
    jobs = desk.session.jobs
    return finished(desk) == pictures and jobs.is_idle() and not jobs.queue.waiting


def write(path: Path, picture: Picture, request: GenerationRequest) -> None:
    from sddesk.core.infotext import request_json

    save_png(path, picture, {"sddesk": request_json(request, {})})


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner(write=write)


@pytest.fixture
def form(desk: Desk) -> Desk:
    desk.workspace.panel.set_state(FORM)
    return desk


def test_the_work_is_counted_while_one_types(qtbot: QtBot, form: Desk) -> None:
    panel = form.workspace.grid
    type_axes(form, "guidance=1,2.5,5", "seed=1,2,3,4")
    qtbot.waitUntil(lambda: "12 pictures, 48 network evaluations" in panel.work_text())
    type_axes(form, "sampler=Heun,PNDM", None)
    qtbot.waitUntil(lambda: "2 pictures, 12 network evaluations" in panel.work_text())
    form.workspace.panel.set_state(FormState(prompt="red apple", steps=10, width=64, height=64))
    qtbot.waitUntil(lambda: "2 pictures, 30 network evaluations" in panel.work_text())
    values = form.shell.findChild(QLineEdit, "rows_values")
    assert isinstance(values, QLineEdit)
    values.setText("Heun,Nonsense")
    qtbot.waitUntil(lambda: "There is no such sampler" in panel.work_text())
    button = form.shell.findChild(QAbstractButton, "fill_grid")
    assert isinstance(button, QAbstractButton)
    assert not button.isEnabled()


def test_the_time_is_told_as_soon_as_a_picture_was_made(qtbot: QtBot, form: Desk) -> None:
    form.session.generate()
    qtbot.waitUntil(form.session.jobs.is_idle)
    type_axes(form, "guidance=1,2.5,5", None)
    qtbot.waitUntil(lambda: "network evaluations, about" in form.workspace.grid.work_text())


def test_the_remedy_for_much_guidance_is_one_click_away(qtbot: QtBot, form: Desk) -> None:
    type_axes(form, "guidance=1,50", None)
    button = form.shell.findChild(QAbstractButton, "add_rescale")
    assert isinstance(button, QAbstractButton)
    qtbot.waitUntil(lambda: not button.isHidden())
    button.click()
    qtbot.waitUntil(button.isHidden)
    assert form.workspace.grid.columns.axis() == parse_axis("guidance-rescale=0,0.7")


def test_values_as_a_list(qtbot: QtBot, form: Desk) -> None:
    rows = form.workspace.grid.rows
    type_axes(form, "prompt=red apple|a pear, green", None)
    rows._ask_list()
    (dialog,) = rows.findChildren(ListDialog)
    lines = dialog.findChild(QPlainTextEdit, "axis_lines")
    assert isinstance(lines, QPlainTextEdit)
    assert lines.toPlainText() == "red apple\na pear, green"
    lines.setPlainText("one, two\nthree")
    dialog._choose()
    assert rows.axis() == parse_axis("prompt=one, two|three")
    type_axes(form, "sampler=Heun", None)
    rows._ask_list()
    dialog = rows.findChildren(ListDialog)[-1]
    ticks = dialog.findChild(QListWidget, "axis_ticks")
    assert isinstance(ticks, QListWidget)
    ticks.findItems("DDIM", Qt.MatchFlag.MatchExactly)[0].setCheckState(Qt.CheckState.Checked)
    dialog._choose()
    assert rows.axis() == parse_axis("sampler=DDIM,Heun")
    type_axes(form, "steps=3", None)
    rows._ask_list()
    dialog = rows.findChildren(ListDialog)[-1]
    lines = dialog.findChild(QPlainTextEdit, "axis_lines")
    assert isinstance(lines, QPlainTextEdit)
    lines.setPlainText("3\nfour")
    dialog._choose()
    assert "not a whole number" in dialog._reason.text()
    assert rows.axis() == parse_axis("steps=3")
    dialog.reject()


def test_steps_of_two_lengths_are_explained(qtbot: QtBot, form: Desk) -> None:
    type_axes(form, "steps=20,40", None)
    remark = form.workspace.grid._remark
    qtbot.waitUntil(lambda: "is not a picture of 20 steps" in remark.text())
    type_axes(form, "guidance=1,50", None)
    qtbot.waitUntil(lambda: "contrast" in remark.text())
    type_axes(form, "seed=1,2", None)
    qtbot.waitUntil(remark.isHidden)


@pytest.mark.parametrize(
    ("order", "first"),
    [("spread", [(1.0, 1), (9.0, 3), (1.0, 3), (9.0, 1)]), ("rows", [(1.0, 1), (1.0, 2)])],
)
def test_cells_are_filled_in_a_useful_order(
    qtbot: QtBot, form: Desk, runner: FakeRunner, order: str, first: list[tuple[float, int]]
) -> None:
    box = form.shell.findChild(QComboBox, "grid_order")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(order))
    fill(qtbot, form, "guidance=1,5,9", "seed=1,2,3")
    qtbot.waitUntil(lambda: done(form, 9))
    made = [(request.guidance_scale, request.seed) for request in runner.requests]
    assert made[: len(first)] == first
    assert sorted(made) == [(g, s) for g in (1.0, 5.0, 9.0) for s in (1, 2, 3)]
    for (row, column), cell in form.workspace.grid_page.view.cells.items():
        assert cell.request is not None
        assert cell.request.guidance_scale == (1.0, 5.0, 9.0)[row]
        assert cell.request.seed == column + 1
        assert sorted(cell.frames) == [1, 2, 3, 4]
        assert cell.path == form.session.jobs.destination.folder / f"{column + 1}.png"


def shade(image: QImage | None) -> int:
    assert image is not None
    return image.pixelColor(0, 0).red()


def test_one_slider_moves_all_cells(qtbot: QtBot, form: Desk) -> None:
    fill(qtbot, form, "steps=2,4", "seed=30,40")
    qtbot.waitUntil(lambda: done(form, 4))
    page = form.workspace.grid_page
    assert page.text() == "Finished pictures"
    seen: list[list[int]] = []
    view = page.view
    for step, row in ((1, "noisy"), (3, "predicted"), (5, "predicted")):
        click(qtbot, form, f"grid_{row}")
        page.slider.setValue(step)
        places = ((0, 0), (1, 1))
        seen.append([shade(view.cells[place].image_at(view._step, view._row)) for place in places])
    # the fake's noisy frame of step s has shade s, its predicted one s + 100, its picture the seed
    assert seen == [[1, 1], [30, 103], [30, 40]]
    assert page.text() == "Finished pictures"
    page.slider.setValue(2)
    assert page.text() == "Step 2 of 4"


def test_what_is_painted_is_the_step(qtbot: QtBot, form: Desk) -> None:
    fill(qtbot, form, "seed=30,40")
    qtbot.waitUntil(lambda: done(form, 2))
    page = form.workspace.grid_page
    spot = page.view._place(1, 0).center().toPoint()
    found = [page.view.grab().toImage().pixelColor(spot).red()]
    page.slider.setValue(2)
    found.append(page.view.grab().toImage().pixelColor(spot).red())
    assert found == [40, 102]


def test_into_a_cell_and_back(qtbot: QtBot, form: Desk) -> None:
    fill(qtbot, form, "seed=30,40")
    qtbot.waitUntil(lambda: done(form, 2))
    space = form.workspace
    assert space.pictures.isHidden()
    space.grid_page.view.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(space.grid_page.view, key)
    qtbot.waitUntil(lambda: not space.pictures.isHidden())
    assert space.grid_page.view.isHidden()
    assert form.session.result is not None
    assert form.session.result.path == form.session.jobs.destination.folder / "40.png"
    click(qtbot, form, "grid_back")
    assert space.pictures.isHidden()
    assert not space.grid_page.view.isHidden()
    click(qtbot, form, "grid_close")
    assert not space.pictures.isHidden()
    assert space.grid_page.isHidden()


def test_another_picture_is_shown_in_its_own_place(qtbot: QtBot, form: Desk) -> None:
    fill(qtbot, form, "seed=30,40")
    qtbot.waitUntil(lambda: done(form, 2))
    form.session.generate()
    qtbot.waitUntil(lambda: not form.workspace.pictures.isHidden())
    assert finished(form) == 2


def test_stopping_keeps_what_is_done(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner()
    desk = open_desk(lambda: runner)
    desk.workspace.panel.set_state(FORM)
    fill(qtbot, desk, "seed=1,2")
    qtbot.waitUntil(lambda: done(desk, 2))
    runner._pause_at = 3
    fill(qtbot, desk, "seed=1,2,3,4")
    cells = desk.workspace.grid_page.view.cells
    qtbot.waitUntil(lambda: any(len(cell.frames) == 2 for cell in cells.values()))
    cells = desk.workspace.grid_page.view.cells
    click(qtbot, desk, "stop_grid")
    qtbot.waitUntil(desk.session.jobs.is_idle)
    assert not desk.session.jobs.queue.waiting
    assert sum(bool(cell.frames) for cell in cells.values()) == 1
    stop = desk.shell.findChild(QAbstractButton, "stop_grid")
    assert isinstance(stop, QWidget)
    assert not stop.isEnabled()


def test_pause_and_go_on(qtbot: QtBot, open_desk: OpenDesk) -> None:
    runner = FakeRunner(pause_at=3)
    desk = open_desk(lambda: runner)
    desk.workspace.panel.set_state(FORM)
    fill(qtbot, desk, "seed=1,2,3")
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    click(qtbot, desk, "pause_grid")
    runner.go_on.set()
    qtbot.waitUntil(desk.session.jobs.is_idle)
    assert finished(desk) == 1
    assert len(desk.session.jobs.queue.waiting) == 2
    click(qtbot, desk, "pause_grid")
    qtbot.waitUntil(lambda: done(desk, 3))


class FailsOn(FakeRunner):
    """A runner to which one seed is too much."""

    def run(self, job: Job, emit: Emit, cancelled: object) -> None:
        if isinstance(job, Generate) and job.request.seed == 2:
            emit(Failed(job.id, Problem("There is not enough memory")))
        else:
            super().run(job, emit, cancelled)  # type: ignore[arg-type]


def test_a_failed_cell_says_why_and_the_rest_goes_on(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(FailsOn)
    desk.workspace.panel.set_state(FORM)
    fill(qtbot, desk, "seed=1,2,3")
    qtbot.waitUntil(lambda: done(desk, 2))
    cells = desk.workspace.grid_page.view.cells
    assert [cells[row, 0].failure for row in range(3)] == ["", "There is not enough memory", ""]


def test_a_sheet_is_saved_and_dropped_again(
    qtbot: QtBot, form: Desk, open_desk: OpenDesk, tmp_path: Path
) -> None:
    fill(qtbot, form, "guidance=1,5", "prompt=red apple|a pear, green")
    qtbot.waitUntil(lambda: done(form, 4))
    form.grid_desk.sheets.save(tmp_path / "sheet.png")
    qtbot.waitUntil((tmp_path / "sheet.png").is_file)
    sheet = read_sheet(tmp_path / "sheet.png")
    assert [cell.file for cell in sheet.cells] == ["7.png"] * 4
    form.shell.close()
    again = open_desk()
    again.workspace.dropped.emit([tmp_path / "sheet.png"])
    qtbot.waitUntil(lambda: done(again, 4))
    assert again.workspace.grid.rows.axis() == parse_axis("guidance=1,5")
    assert again.workspace.grid.columns.axis() == parse_axis("prompt=red apple|a pear, green")
    assert again.workspace.panel.state().prompt == "red apple"
    assert again.workspace.panel.state().steps == 4
    cells = again.workspace.grid_page.view.cells
    assert cells[0, 0].picture == load_picture(form.session.jobs.destination.folder / "7.png")
    assert cells[0, 0].path is not None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("guidance", "1,2,4,6,8"), ("steps", "1,2,4,8"), ("seed", "7,8,9,10"), ("word", "red,")],
)
def test_values_around_the_current_one(form: Desk, kind: str, expected: str) -> None:
    state = FormState(prompt="red apple", steps=4, seed=7, guidance_scale=4, width=64, height=64)
    form.workspace.panel.set_state(state)
    type_axes(form, f"{kind}=1", None)
    form.workspace.grid.rows.suggest_around()
    values = form.shell.findChild(QLineEdit, "rows_values")
    assert isinstance(values, QLineEdit)
    assert values.text() == expected


def test_the_experiment_fills_the_grid_of_the_essay(
    qtbot: QtBot, desk: Desk, runner: FakeRunner
) -> None:
    action = next(
        a
        for a in desk.shell.findChildren(type(desk.commands.actions()["open"]))
        if a.objectName() == "experiment_guidance_grid"
    )
    action.trigger()
    qtbot.waitUntil(lambda: done(desk, 28), timeout=30_000)
    scales = {request.guidance_scale for request in runner.requests}
    assert scales == {1, 2.5, 5, 7.5, 10, 25, 50}
    assert len(runner.requests) == 28


def real_service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def test_a_real_cell_is_entered_at_the_same_step_and_branched(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths
) -> None:
    desk = open_desk(lambda: real_service(paths), Settings(form=FORM))
    fill(qtbot, desk, "guidance=1,9")
    qtbot.waitUntil(lambda: done(desk, 2), timeout=LONG)
    page, timeline = desk.workspace.grid_page, desk.workspace.steps.timeline
    page.slider.setValue(2)
    page.view.cell_chosen.emit(1, 0)
    qtbot.waitUntil(lambda: timeline.maximum() == 5 and timeline.value() == 2, timeout=LONG)
    timeline.setValue(3)
    click(qtbot, desk, "grid_back")
    assert page.slider.value() == 3
    cells = page.view.cells
    assert cells[0, 0].picture != cells[1, 0].picture
    path = cells[1, 0].path
    assert path is not None
    assert load_picture(path) == cells[1, 0].picture
