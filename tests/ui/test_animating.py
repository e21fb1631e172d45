"""From a picture with its tape to a file that moves, in the window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from sddesk.core.animation.values import Look
from sddesk.core.messages import Cancelled, DecodeTape
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, read_settings
from sddesk.core.settings import FormState, Settings
from sddesk.core.tapes import tape_beside
from sddesk.core.values import ModelRef
from sddesk.ui.animation.dialog import AnimateDialog
from sddesk.ui.desk import Desk

OpenDesk = Callable[..., Desk]


@pytest.fixture
def real_desk(open_desk: OpenDesk, paths: AppPaths, tiny_sd: ModelRef, qtbot: QtBot) -> Desk:
    """A window with the tiny real pipeline, and two pictures with their tapes."""
    from shutil import copytree

    from sddesk.service import Service

    copytree(tiny_sd.path, paths.models / "tiny")
    form = FormState(prompt="red apple", model="tiny", steps=4, seed=1, count=2)
    desk = open_desk(lambda: Service(paths, "cpu"), Settings(form=form, decode_frames=False))
    desk.animating._look = Look()  # as large as they are
    desk.session.generate()
    qtbot.waitUntil(lambda: len(list(paths.pictures.glob("*.png"))) == 2, timeout=60_000)
    qtbot.waitUntil(desk.session.jobs.is_idle, timeout=60_000)
    return desk


def dialog_of(desk: Desk) -> AnimateDialog:
    assert desk.animating.dialog is not None
    return desk.animating.dialog


def made(qtbot: QtBot, desk: Desk) -> AnimateDialog:
    qtbot.waitUntil(lambda: dialog_of(desk).made() is not None, timeout=60_000)
    return dialog_of(desk)


def test_the_picture_on_show_as_webp(real_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk = real_desk
    desk.animating._look = None
    desk.menus.animate_requested.emit()
    dialog = made(qtbot, desk)
    assert "256×256, 2.5 s" in dialog.facts()  # it is small, and enlarged pixel by pixel
    assert dialog.preview.image() is not None
    dialog.save_chosen.emit(tmp_path / "a.webp")
    qtbot.waitUntil(lambda: dialog.status() == "Saved as a.webp")
    result = desk.session.result
    assert result is not None
    with Image.open(tmp_path / "a.webp") as file:
        assert file.n_frames == 4  # type: ignore[attr-defined]
        file.seek(3)
        small = file.convert("RGB").resize((64, 64), Image.Resampling.NEAREST)
        assert small.tobytes() == result.picture.pixels
        enlarged = small.resize((256, 256), Image.Resampling.NEAREST)
        assert enlarged.tobytes() == file.convert("RGB").tobytes()


def test_another_look_decodes_only_what_is_missing(real_desk: Desk, qtbot: QtBot) -> None:
    desk = real_desk
    jobs: list[DecodeTape] = []
    desk.session.jobs.happened.connect(
        lambda _, job: jobs.append(job) if isinstance(job, DecodeTape) else None
    )
    desk.menus.animate_requested.emit()
    first = made(qtbot, desk).made()
    form = dialog_of(desk).form
    form._frames.setCurrentIndex(2)  # both
    assert dialog_of(desk).made() is None
    second = made(qtbot, desk).made()
    assert first is not None
    assert second is not None
    assert second.sides == (128, 64)
    wanted = {job.id: job.frames for job in jobs}
    assert list(wanted.values()) == [
        ((1, True), (2, True), (3, True)),
        ((1, False), (2, False), (3, False)),
    ]


def test_pictures_of_the_history_side_by_side(
    real_desk: Desk, qtbot: QtBot, paths: AppPaths
) -> None:
    files = sorted(paths.pictures.glob("*.png"))
    real_desk.workspace.history.animate_requested.emit(files)
    found = made(qtbot, real_desk).made()
    assert found is not None
    assert found.sides == (64 + 2 + 64, 64)
    last = found.playback.pictures[-1]
    left = load_picture(files[0])
    assert last.pixels[: 64 * 3] == left.pixels[: 64 * 3]


def test_a_branch_beside_what_it_branched_from(
    real_desk: Desk, qtbot: QtBot, paths: AppPaths
) -> None:
    desk, known = real_desk, set(paths.pictures.glob("*.png"))
    desk.branching.branch_here(2)
    qtbot.waitUntil(lambda: desk.shell.findChild(QPushButton, "branch_go_on") is not None)
    go_on = desk.shell.findChild(QPushButton, "branch_go_on")
    assert isinstance(go_on, QPushButton)
    go_on.click()
    qtbot.waitUntil(lambda: len(list(paths.pictures.glob("*.png"))) == 3, timeout=60_000)
    qtbot.waitUntil(desk.session.jobs.is_idle)
    (branch,) = set(paths.pictures.glob("*.png")) - known
    settings = read_settings(branch)
    assert settings is not None
    assert settings["branch"]["step"] == 2
    desk.menus.animate_requested.emit()
    made(qtbot, desk)
    source = dialog_of(desk).form._source
    qtbot.waitUntil(lambda: source.findData("pair") >= 0)
    source.setCurrentIndex(source.findData("pair"))
    source.activated.emit(source.currentIndex())
    found = made(qtbot, desk).made()
    assert found is not None
    assert found.sides == (130, 64)


def test_the_grid_in_lockstep(real_desk: Desk, qtbot: QtBot) -> None:
    from sddesk.core.axes import parse_axis

    desk = real_desk
    desk.workspace.panel.set_state(FormState(prompt="red apple", model="tiny", steps=3, seed=1))
    desk.grid_desk.grids.fill_with(parse_axis("guidance=1,5"), parse_axis("seed=1,2"))
    cells = desk.workspace.grid_page.view.cells
    qtbot.waitUntil(lambda: all(cell.path for cell in cells.values()), timeout=60_000)
    qtbot.waitUntil(desk.session.jobs.is_idle)
    desk.menus.animate_requested.emit()
    found = made(qtbot, desk).made()
    assert found is not None
    assert len(found.playback.pictures) == 3
    assert found.sides[0] > 128
    assert found.sides[1] > 128


def test_without_steps_it_says_so(desk: Desk) -> None:
    desk.menus.animate_requested.emit()
    assert desk.animating.dialog is None
    assert "no picture with recorded steps" in desk.workspace.messages.text()


def test_a_tape_that_is_gone(real_desk: Desk, qtbot: QtBot) -> None:
    result = real_desk.session.result
    assert result is not None
    assert result.path is not None
    tape_beside(result.path).unlink()
    real_desk.menus.animate_requested.emit()
    qtbot.waitUntil(lambda: "no tape beside" in dialog_of(real_desk).status())
    assert dialog_of(real_desk).made() is None


def test_stop_while_decoding(real_desk: Desk, qtbot: QtBot) -> None:
    ends: list[object] = []
    desk = real_desk
    desk.session.jobs.happened.connect(lambda event, _: ends.append(event))
    desk.menus.animate_requested.emit()
    qtbot.waitUntil(lambda: any(isinstance(job, DecodeTape) for job in running(desk)))
    dialog_of(desk).cancel_requested.emit()
    qtbot.waitUntil(desk.session.jobs.is_idle)
    assert any(isinstance(event, Cancelled) for event in ends) or dialog_of(desk).made() is None
    assert dialog_of(desk).status() == "Stopped"
    again = dialog_of(desk).findChild(QPushButton, "animation_again")
    assert isinstance(again, QPushButton)
    again.click()
    made(qtbot, desk)
    assert again.isHidden()


def test_a_target_that_cannot_be_written(real_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    real_desk.menus.animate_requested.emit()
    dialog = made(qtbot, real_desk)
    (tmp_path / "file").write_bytes(b"")
    dialog.save_chosen.emit(tmp_path / "file" / "a.webp")
    qtbot.waitUntil(lambda: "path is a file" in dialog.status())
    assert dialog.made() is not None  # it can be saved elsewhere


def test_a_disk_that_is_full_when_it_is_saved(
    real_desk: Desk, qtbot: QtBot, small_disk: Path, tmp_path: Path
) -> None:
    real_desk.animating._look = Look(scale=4)
    real_desk.menus.animate_requested.emit()
    dialog = made(qtbot, real_desk)
    (small_disk / "other").write_bytes(b"x" * 60_000)
    older = small_disk / "a.webp"
    older.write_bytes(b"before")
    dialog.save_chosen.emit(older)
    qtbot.waitUntil(lambda: dialog.status().startswith("The disk is full"))
    assert dialog.status().endswith("Free some space or choose another folder")
    assert older.read_bytes() == b"before"
    assert sorted(file.name for file in small_disk.iterdir()) == ["a.webp", "other"]
    dialog.save_chosen.emit(tmp_path / "a.webp")
    qtbot.waitUntil(lambda: dialog.status() == "Saved as a.webp")


@pytest.mark.parametrize("where", ["frames", "animation"])
def test_no_place_for_temporary_files(
    where: str, real_desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = str(tmp_path / "gone")
    if where == "frames":
        monkeypatch.setattr("tempfile.tempdir", gone)
    real_desk.menus.animate_requested.emit()
    if where == "animation":
        qtbot.waitUntil(lambda: real_desk.animating._store is not None)
        monkeypatch.setattr("tempfile.tempdir", gone)
    qtbot.waitUntil(lambda: "No such file or folder" in dialog_of(real_desk).status())
    assert dialog_of(real_desk).made() is None
    monkeypatch.undo()
    if where == "animation":
        again = dialog_of(real_desk).findChild(QPushButton, "animation_again")
        assert isinstance(again, QPushButton)
        again.click()
        made(qtbot, real_desk)
    real_desk.menus.animate_requested.emit()
    made(qtbot, real_desk)


def test_the_look_of_last_time_comes_back(real_desk: Desk, qtbot: QtBot) -> None:
    real_desk.menus.animate_requested.emit()
    form = made(qtbot, real_desk).form
    form._ping_pong.setChecked(True)
    form._kind.setCurrentIndex(form._kind.findData("gif"))
    folder = Path(real_desk.animating._maker._folder.name)  # type: ignore[union-attr]
    made(qtbot, real_desk)
    dialog_of(real_desk).reject()
    assert real_desk.animating.dialog is None
    qtbot.waitUntil(lambda: not folder.exists())
    real_desk.menus.animate_requested.emit()
    assert dialog_of(real_desk).form.look().ping_pong
    assert dialog_of(real_desk).form.kind() == "gif"
    found = made(qtbot, real_desk).made()
    assert found is not None
    assert len(found.playback.pictures) == 6


def running(desk: Desk) -> list[object]:
    return list(desk.session.jobs._running.values())
