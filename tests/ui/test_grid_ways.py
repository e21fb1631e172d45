"""Ways out of a grid and into it: branches of cells, grids of branches, what is measured."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QMenu
from pytestqt.qtbot import QtBot

from sddesk.core.axes import Axis
from sddesk.core.measures import curves
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, read_settings
from sddesk.core.settings import Settings
from sddesk.core.sheet_reading import read_sheet
from sddesk.core.values import Picture
from sddesk.ui.branch_dialog import BranchDialog
from sddesk.ui.desk import Desk
from sddesk.ui.grid_measures import _goes_down
from tests.fakes import FakeRunner
from tests.ui.concept_steps import add, type_prompt
from tests.ui.conftest import OpenDesk
from tests.ui.test_grid import (
    FORM,
    LONG,
    click,
    done,
    fill,
    real_service,
    runner,
    type_axes,
)

__all__ = ["runner"]  # fixtures


@pytest.fixture
def real(open_desk: OpenDesk, paths: AppPaths) -> Desk:
    return open_desk(lambda: real_service(paths), Settings(form=FORM))


def the_dialog(qtbot: QtBot, desk: Desk) -> BranchDialog:
    qtbot.waitUntil(lambda: len(desk.shell.findChildren(BranchDialog)) == 1)
    return desk.shell.findChildren(BranchDialog)[0]


def press(dialog: BranchDialog, name: str) -> None:
    button = dialog.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def saved(desk: Desk) -> Path | None:
    return None if desk.session.result is None else desk.session.result.path


def test_a_branch_from_a_cell(qtbot: QtBot, real: Desk) -> None:
    fill(qtbot, real, "guidance=1,9")
    qtbot.waitUntil(lambda: done(real, 2), timeout=LONG)
    page = real.workspace.grid_page
    page.slider.setValue(3)
    real.shell.activateWindow()
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    qtbot.keyClick(page.view, Qt.Key.Key_B)
    dialog = the_dialog(qtbot, real)
    assert dialog.request().guidance_scale == 9
    assert dialog.request().branch is not None
    assert dialog.request().branch.step == 3  # type: ignore[union-attr]
    press(dialog, "branch_go_on")
    jobs = real.session.jobs
    qtbot.waitUntil(lambda: not real.workspace.pictures.isHidden() and jobs.is_idle(), timeout=LONG)
    result, cell = real.session.result, real.grid_desk.grids.cells[1, 0]
    assert result is not None
    assert cell.path is not None
    assert result.picture == cell.picture
    settings = read_settings(result.path or Path())
    assert settings is not None
    assert settings["branch"]["tape"].startswith(cell.path.stem)


def test_a_grid_from_a_step_shares_the_steps_before(
    qtbot: QtBot, real: Desk, paths: AppPaths
) -> None:
    real.session.generate()
    qtbot.waitUntil(lambda: saved(real) is not None, timeout=LONG)
    first = saved(real)
    assert first is not None
    real.workspace.steps.timeline.setValue(3)
    real.workspace.steps.branch_here()
    press(the_dialog(qtbot, real), "branch_grid")
    panel = real.workspace.grid
    assert not panel._base.isHidden()
    assert "first 3 steps" in panel._base_text.text()
    type_axes(real, "branch=1,3", "guidance=1,7")
    qtbot.waitUntil(lambda: "4 pictures, 8 network evaluations" in panel.work_text())
    type_axes(real, "seed=1,3", None)
    qtbot.waitUntil(lambda: "A branch keeps this setting" in panel.work_text())
    type_axes(real, "branch=1,3", f"guidance=1,{FORM.guidance_scale or 7}")
    qtbot.waitUntil(lambda: "4 pictures" in panel.work_text())
    click(qtbot, real, "fill_grid")
    qtbot.waitUntil(lambda: done(real, 4), timeout=LONG)
    cells = real.grid_desk.grids.cells
    assert cells[0, 0].picture != cells[1, 0].picture
    unchanged = real.grid_desk.grids.grid
    assert unchanged is not None
    if unchanged.base.guidance_scale == 7:
        assert cells[0, 1].picture == cells[1, 1].picture == load_picture(first)
    click(qtbot, real, "drop_base")
    qtbot.waitUntil(lambda: "begin the grid on its timeline" in panel.work_text())
    assert panel._base.isHidden()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_of_a_cell(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(FakeRunner, Settings(form=FORM))
    fill(qtbot, desk, "seed=30,40")
    qtbot.waitUntil(lambda: done(desk, 2))
    view = desk.workspace.grid_page.view
    spot = view._place(1, 0).center().toPoint()
    asked: list[tuple[int, ...]] = []
    desk.workspace.grid_page.branch_requested.connect(lambda *what: asked.append(what))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.mapToGlobal(spot))
    QApplication.sendEvent(view, event)
    (menu,) = view.findChildren(QMenu)
    menu.actions()[1].trigger()
    assert asked == [(1, 0, 5)]
    menu.close()
    outside = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(view, outside)


class Shades(FakeRunner):
    """A runner whose pictures have more contrast, the more guidance there is."""

    def _finish(self, job, emit):  # type: ignore[no-untyped-def]
        from sddesk.core.messages import Finished, PictureMade

        high = int(job.request.guidance_scale) * 10 + 5
        pixels = bytes((0, 0, 0, high, high, high)) * (64 * 64 // 2)
        emit(PictureMade(job.id, Picture(64, 64, pixels), job.request))
        return Finished(job.id)


def test_contrast_is_a_curve_over_guidance(qtbot: QtBot, open_desk: OpenDesk) -> None:
    desk = open_desk(Shades, Settings(form=FORM))
    fill(qtbot, desk, "guidance=1,5,20", "seed=1,2")
    qtbot.waitUntil(lambda: done(desk, 6))
    page = desk.workspace.grid_page
    assert page.plot.isHidden()
    box = desk.shell.findChild(QComboBox, "grid_measure")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("contrast"))
    qtbot.waitUntil(lambda: None not in page.plot.mean() and len(page.plot.mean()) == 3)
    assert not page.plot.isHidden()
    mean = [value for value in page.plot.mean() if value is not None]
    assert mean == sorted(mean)
    assert mean[2] == pytest.approx(205 / 255 / 2, abs=1e-3)
    assert page.plot.accessibleName() == "Contrast over guidance"
    assert "20: 0.402" in page.plot.toolTip()
    assert "contrast 0.402" in page.view._words((2, 0))
    page.plot.grab()
    page.view.grab()
    box.setCurrentIndex(0)
    assert page.plot.isHidden()


def test_curves_go_along_the_axis_of_numbers() -> None:
    values = {(0, 0): 1.0, (0, 1): 2.0, (1, 0): 3.0}
    assert curves(values, (2, 2), down=True) == ([[1.0, 3.0], [2.0, None]], [1.5, 3.0])
    assert curves(values, (2, 2), down=False) == ([[1.0, 2.0], [3.0, None]], [2.0, 2.0])
    guidance, seeds, words = (
        Axis("guidance", (1, 5)),
        Axis("seed", (1, 2)),
        Axis("word", ("a", "b")),
    )
    assert _goes_down(guidance, seeds)
    assert not _goes_down(seeds, guidance)
    assert not _goes_down(words, guidance)
    assert _goes_down(words, words)
    assert not _goes_down(Axis("guidance", (1,)), seeds)
    assert _goes_down(seeds, None)


def test_the_weight_of_a_word_that_the_prompt_says_is_an_axis(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path, tmp_path: Path
) -> None:
    add(qtbot, desk, doodle)
    rows = desk.shell.findChild(QComboBox, "rows_axis")
    assert isinstance(rows, QComboBox)
    assert rows.findData("concept:doodle") < 0
    type_prompt(desk, "a cat by Mr Doodle")
    qtbot.waitUntil(lambda: rows.findData("concept:doodle") >= 0)
    rows.setCurrentIndex(rows.findData("concept:doodle"))
    desk.workspace.grid.rows.suggest_around()
    axis = desk.workspace.grid.rows.axis()
    assert axis == Axis("concept:doodle", (0.0, 0.5, 1.0, 1.5))
    desk.workspace.grid.columns.set_axis(None)
    click(qtbot, desk, "fill_grid")
    qtbot.waitUntil(lambda: done(desk, 4))
    weights = {use.weight for request in runner.requests for use in request.concepts}
    assert weights == {0.0, 0.5, 1.0, 1.5}
    desk.grid_desk.sheets.save(tmp_path / "sheet.png")
    qtbot.waitUntil((tmp_path / "sheet.png").exists)
    sheet = read_sheet(tmp_path / "sheet.png")
    assert [cell.settings.concepts[0].weight for cell in sheet.cells] == [0.0, 0.5, 1.0, 1.5]
