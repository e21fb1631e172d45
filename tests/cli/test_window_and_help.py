"""Command lines that open the window, and help."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.values import Picture
from tests.cli.shell import Shell


class TestWindow:
    """`sddesk [FILE…]`."""

    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[AppPaths, str, Any]]:
        calls: list[tuple[AppPaths, str, Any]] = []
        app = types.ModuleType("sddesk.app")
        app.run_window = lambda *words: calls.append(words) or 0  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "sddesk.app", app)
        return calls

    def test_alone(self, shell: Shell, opened: list[Any]) -> None:
        assert shell() == (0, "", "")
        ((paths, device, files),) = opened
        assert paths.pictures == shell.home / "pictures"
        assert (device, files) == ("auto", ())

    def test_with_files_and_a_device(self, shell: Shell, opened: list[Any], tmp_path: Path) -> None:
        for name in ("a.png", "render"):
            save_png(tmp_path / name, Picture(1, 1, b"abc"), {})
        assert shell("--device", "cpu", "a.png", "./render")[0] == 0
        assert opened[0][1:] == ("cpu", (Path("a.png"), Path("render")))

    @pytest.mark.parametrize("word", ["none.png", "rendr", "", "."])
    def test_what_is_neither_file_nor_command(
        self, shell: Shell, opened: list[Any], word: str
    ) -> None:
        code, _, err = shell(word)
        assert code == 2
        assert "no such command or file" in err
        assert opened == []


def test_help_and_version(shell: Shell) -> None:
    for words in (["--help"], ["-h"], ["render", "--help"], ["branch", "-h"], ["--version"]):
        code, out, err = shell(*words)
        assert (code, err) == (0, "")
        assert "sddesk" in out
    assert shell("--version")[1].startswith("sddesk ")
    assert all(word in shell("--help")[1] for word in ("render", "branch", "inspect", "models"))
