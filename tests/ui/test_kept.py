"""What survives a restart, and what is said when it could not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sddesk.core.paths import AppPaths
from sddesk.core.settings import FormState, Settings, load_settings, save_settings
from sddesk.ui.desk import Desk

OpenDesk = Callable[..., Desk]
FORM = FormState(
    prompt='a "red" apple,\nsays: hello',
    negative_prompt="blur",
    model="starter",
    sampler="Heun",
    steps=33,
    guidance_scale=2.25,
    width=512,
    height=768,
    seed=2**60,
    count=4,
)


def read(paths: AppPaths) -> Settings:
    settings, problem = load_settings(paths.settings)
    assert problem is None
    return settings


def test_prompt_and_settings_survive_a_restart(open_desk: OpenDesk, paths: AppPaths) -> None:
    first = open_desk()
    first.workspace.panel.set_state(FORM)
    first.workspace.steps.set_choice("noisy")
    first.shell.close()
    settings = read(paths)
    assert settings.form == FORM
    second = open_desk(settings=settings)
    assert second.workspace.panel.state() == FORM
    assert second.workspace.steps.choice() == "noisy"
    assert second.shell.geometry_text()


def test_values_of_the_model_stay_the_models(open_desk: OpenDesk, paths: AppPaths) -> None:
    open_desk().shell.close()
    form = read(paths).form
    assert (form.steps, form.sampler, form.width, form.seed) == (None, None, None, None)


def test_values_are_kept_until_the_models_are_found(open_desk: OpenDesk) -> None:
    usual = FormState(width=512, height=512, steps=25, guidance_scale=7.0, model="starter")
    assert open_desk(settings=Settings(form=usual)).workspace.panel.state() == usual


def test_settings_are_saved_a_moment_after_a_change(
    qtbot: QtBot, desk: Desk, paths: AppPaths
) -> None:
    desk.workspace.panel.prompt.edit.setPlainText("typed")
    qtbot.waitUntil(lambda: paths.settings.exists() and read(paths).form.prompt == "typed")


def test_what_took_a_broken_files_place_is_written_again(
    open_desk: OpenDesk, paths: AppPaths
) -> None:
    save_settings(paths.settings, Settings(form=FORM))
    load_settings(paths.settings)
    paths.settings.write_bytes(b'{"version": 1, "form": {"prom')
    settings, problem = load_settings(paths.settings)
    assert problem is not None
    desk = open_desk(settings=settings)
    desk.tell("settings", problem)
    assert "The settings could not be read" in desk.workspace.messages.text()
    assert "settings.broken.json" in desk.workspace.messages.text()
    desk.shell.close()
    assert read(paths).form == FORM


def test_absurd_numbers_do_not_keep_the_window_from_opening(open_desk: OpenDesk) -> None:
    absurd = FormState(steps=10**15, width=-5, count=10**12, guidance_scale=1e300, sampler="none")
    state = open_desk(settings=Settings(form=absurd, window="!!", timeline_frames="x"))
    assert state.workspace.panel.state().steps == 1000


def test_a_model_that_is_gone_is_told(open_desk: OpenDesk) -> None:
    desk = open_desk(settings=Settings(form=FormState(model="was-here-yesterday")))
    assert "was-here-yesterday" in desk.workspace.messages.text()
    assert desk.workspace.panel.form.model.key() == "starter"


def test_a_disk_that_refuses_is_told(
    qtbot: QtBot, open_desk: OpenDesk, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    paths.settings.parent.mkdir(parents=True, exist_ok=True)
    paths.settings.mkdir()
    (paths.settings / "in the way").touch()
    desk.workspace.panel.prompt.edit.setPlainText("typed")
    qtbot.waitUntil(lambda: str(paths.settings) in desk.workspace.messages.text())


def test_broken_models_are_listed_but_cannot_be_chosen(
    open_desk: OpenDesk, paths: AppPaths
) -> None:
    broken = paths.models / "half-a-model"
    broken.mkdir(parents=True)
    (broken / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    box = open_desk().workspace.panel.form.model
    index = next(i for i in range(box.count()) if "half-a-model" in box.itemText(i))
    item = box.model().index(index, 0)
    from PySide6.QtCore import Qt

    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "incomplete" in item.data(Qt.ItemDataRole.ToolTipRole)
    assert box.key() == "starter"


def made_by_us(path: Path, **changes: object) -> Path:
    import json

    from sddesk.core.picture_files import save_png
    from tests.fakes import plain_picture

    values: dict[str, object] = {
        "version": 1,
        "prompt": "from a file",
        "negative_prompt": "",
        "seed": 99,
        "steps": 11,
        "guidance_scale": 4.5,
        "guidance_rescale": 0.0,
        "sampler": "LMS",
        "width": 80,
        "height": 72,
        "model": {"name": "Starter", "fingerprint": "of another time"},
        "init": None,
        "strength": None,
        "branch": None,
    }
    save_png(path, plain_picture(80, 72, 9), {"sddesk": json.dumps(values | changes)})
    return path


def test_a_picture_of_ours_restores_its_settings(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(files=(made_by_us(tmp_path / "a.png"),))
    qtbot.waitUntil(lambda: desk.workspace.panel.prompt.text() == "from a file")
    state = desk.workspace.panel.state()
    assert (state.seed, state.steps, state.guidance_scale, state.sampler) == (99, 11, 4.5, "LMS")
    assert (state.width, state.height) == (80, 72)
    (view,) = desk.workspace.view.shown.views
    assert view.image.width() == 80
    assert "a.png" in desk.workspace.view.accessibleDescription()
    assert "The model has changed" in desk.workspace.messages.text()


def test_what_the_window_cannot_restore_is_told(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk()
    model = desk.workspace.panel.form.model.ref()
    assert model is not None
    known = {"name": model.name, "fingerprint": model.fingerprint}
    picture = made_by_us(tmp_path / "b.png", model=known, init={"pixel_hash": "x"})
    desk.workspace.open_chosen.emit(picture)
    qtbot.waitUntil(lambda: "an init image" in desk.workspace.messages.text())


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("foreign.png", None, "carries no settings"),
        ("no-picture.png", b"hello", "This is not a picture"),
        ("missing.png", b"", "No such file"),
        ("damaged.png", {"steps": "many"}, "settings are damaged"),
    ],
)
def test_any_other_file_is_told(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path, name: str, data: object, words: str
) -> None:
    from sddesk.core.picture_files import save_png
    from tests.fakes import plain_picture

    file = tmp_path / name
    if data is None:
        save_png(file, plain_picture(8, 8, 3), {})
    elif isinstance(data, dict):
        made_by_us(file, **data)
    elif data:
        assert isinstance(data, bytes)
        file.write_bytes(data)
    desk = open_desk(files=(file,))
    qtbot.waitUntil(lambda: words in desk.workspace.messages.text())
    assert name in desk.workspace.messages.text()
    assert desk.workspace.panel.prompt.text() == ""
