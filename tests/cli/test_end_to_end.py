"""The real thing: the starter model, real files, processes of their own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.picture_files import load_picture, read_settings, read_texts
from tests.cli.shell import Shell

QUICK = ("--prompt", "red apple", "--steps", "3", "--size", "64x64", "--seed", "7")


class Desk:
    """Runs `python -m sddesk` in a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "sddesk", "--home", "home", "--device", "cpu", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def __call__(self, *words: str) -> list[str]:
        """The lines on stdout of a command that succeeds."""
        process = self.start(*words)
        out, err = process.communicate(timeout=150)
        assert process.returncode == 0, err
        assert all(line.startswith("sddesk: ") for line in err.splitlines())
        return out.splitlines()

    def pixels(self, name: str) -> str:
        return load_picture(self.folder / name).pixel_hash()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """With two pictures made from one seed and the next, by one process."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    lines = desk("render", *QUICK, "--count", "2", "--out", "a.png", "--json")
    facts = [json.loads(line) for line in lines]
    assert [fact["path"] for fact in facts] == ["a-1.png", "a-2.png"]
    assert [fact["tape"] for fact in facts] == ["a-1.tape.safetensors", "a-2.tape.safetensors"]
    assert [fact["seed"] for fact in facts] == [7, 8]
    return desk


def test_pictures_tapes_and_settings_are_on_disk(desk: Desk) -> None:
    files = sorted(path.name for path in desk.folder.iterdir() if path.is_file())
    assert files == ["a-1.png", "a-1.tape.safetensors", "a-2.png", "a-2.tape.safetensors"]
    assert not (desk.home / "pictures").exists()
    assert desk.pixels("a-1.png") != desk.pixels("a-2.png")
    settings = read_settings(desk.folder / "a-1.png")
    assert settings is not None
    wanted = {"version": 1, "prompt": "red apple", "steps": 3, "seed": 7, "width": 64}
    assert wanted.items() <= settings.items()
    texts = read_texts(desk.folder / "a-1.png")
    assert texts["parameters"].startswith("red apple\nSteps: 3, Sampler: ")


def test_tapes_are_described(desk: Desk, shell: Shell) -> None:
    _, out, _ = shell("inspect", desk.folder / "a-2.tape.safetensors", "--json")
    facts: dict[str, Any] = json.loads(out)
    assert (facts["kind"], facts["recorded"], facts["settings"]["seed"]) == ("tape", 3, 8)


def test_an_unchanged_branch_is_the_picture_itself_in_a_new_process(desk: Desk) -> None:
    (line,) = desk("branch", "a-1.png", "--at", "1")
    path = Path(line)
    assert path.parent == desk.home / "pictures"
    assert load_picture(path).pixel_hash() == desk.pixels("a-1.png")
    assert path.with_name(f"{path.stem}.tape.safetensors").exists()


def test_a_seed_is_the_same_picture_alone_or_in_a_series(desk: Desk) -> None:
    words = (*QUICK[:-1], "8", "--no-tape", "--out", "again/")
    (line,) = desk("render", *words)
    assert desk.pixels(line) == desk.pixels("a-2.png")
    assert [path.suffix for path in (desk.folder / "again").iterdir()] == [".png"]


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
def test_ctrl_c_keeps_what_is_finished(desk: Desk) -> None:
    process = desk.start("render", *QUICK, "--count", "500", "--out", "series/")
    assert process.stdout is not None
    first = process.stdout.readline().rstrip("\n")
    process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "sddesk: interrupted"
    printed = [first, *rest.splitlines()]
    assert sorted(printed) == sorted(
        f"series/{p.name}" for p in (desk.folder / "series").glob("*.png")
    )
    assert all(load_picture(desk.folder / name) for name in printed)
    assert not list((desk.folder / "series").glob("*.part"))
