"""Where things lie: under one folder when asked for, else where the system wants them."""

from pathlib import Path

import pytest

from sddesk.core.paths import RESOURCES, app_paths


@pytest.fixture(autouse=True)
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDDESK_HOME", raising=False)


def test_home_holds_everything(tmp_path: Path) -> None:
    paths = app_paths(tmp_path)
    for path in (paths.settings, paths.pictures, paths.models, paths.cache, paths.log):
        assert path.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []  # nothing is made before it is needed


def test_the_environment_and_who_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDDESK_HOME", str(tmp_path / "environment"))
    assert app_paths().pictures == tmp_path / "environment" / "pictures"
    assert app_paths(tmp_path / "option").pictures == tmp_path / "option" / "pictures"


def test_relative_homes_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert app_paths(Path("here")).pictures == tmp_path / "here" / "pictures"


def test_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert app_paths(Path("~/desk")).pictures == tmp_path / "desk" / "pictures"
    assert app_paths(Path("~no-such-user/desk")).pictures.name == "pictures"


def test_an_empty_variable_means_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDDESK_HOME", "")
    assert "SD Desk" in str(app_paths().pictures)


def test_models_of_the_user_come_first(tmp_path: Path) -> None:
    folders = app_paths(tmp_path).model_folders
    assert folders == (tmp_path / "models", RESOURCES / "models")
    assert (RESOURCES / "models").is_dir()
