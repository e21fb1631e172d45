"""`--evolution` and `--frames`, with the real service on a tiny model."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sddesk.cli import main
from sddesk.core.animation.mp4 import read_mp4
from sddesk.core.values import ModelRef
from tests.cli.shell import RENDER, Shell

Run = list[str]


@pytest.fixture
def words(tiny_sd: ModelRef, tmp_path: Path) -> Run:
    model = ["--model", str(tiny_sd.path), "--steps", "3", "--seed", "1", "--device", "cpu"]
    return ["--home", str(tmp_path / "home"), "render", "--prompt", "red apple", *model]


def frames_of(path: Path) -> list[Image.Image]:
    found: list[Image.Image] = []
    with Image.open(path) as file:
        for number in range(getattr(file, "n_frames", 1)):
            file.seek(number)
            found.append(file.convert("RGB"))
    return found


@pytest.mark.parametrize("suffix", ["webp", "png", "apng"])
def test_one_frame_a_step_and_the_last_is_the_picture(
    suffix: str, words: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, film = tmp_path / "out.png", tmp_path / f"film.{suffix}"
    assert main([*words, "--out", str(out), "--evolution", str(film)]) == 0
    assert capfd.readouterr().out == f"{out}\n{film}\n"
    frames = frames_of(film)
    assert len(frames) == 3
    with Image.open(out) as picture:
        assert frames[-1].tobytes() == picture.convert("RGB").tobytes()
    assert len({frame.tobytes() for frame in frames}) == 3


def test_frames_are_those_of_the_real_decoder(
    words: Run, tmp_path: Path, tiny_sd: ModelRef
) -> None:
    from sddesk.core.messages import DecodeFrame, Event, FrameDecoded
    from sddesk.core.paths import app_paths
    from sddesk.service import Service

    out, film = tmp_path / "out.png", tmp_path / "film.webp"
    chosen = ["--out", str(out), "--evolution", str(film), "--frames", "noisy"]
    assert main([*words, *chosen]) == 0
    events: list[Event] = []
    job = DecodeFrame(1, tmp_path / "out.tape.safetensors", tiny_sd, 2, predicted=False)
    Service(app_paths(tmp_path / "home"), "cpu").run(job, events.append, lambda: False)
    decoded = next(event for event in events if isinstance(event, FrameDecoded))
    assert frames_of(film)[1].tobytes() == decoded.picture.pixels


def test_both_json_and_no_tape(
    words: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, film = tmp_path / "out.png", tmp_path / "film.gif"
    chosen = ["--evolution", str(film), "--frames", "both", "--no-tape", "--json"]
    assert main([*words, "--out", str(out), *chosen]) == 0
    picture, evolution = map(json.loads, capfd.readouterr().out.splitlines())
    assert picture["tape"] is None
    assert evolution == {"path": str(film), "evolution": True, "frames": 3}
    assert frames_of(film)[0].size == (128, 64)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.gif", "home", "out.png"]


def test_one_for_each_picture(words: Run, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    assert main([*words, "--count", "2", "--out", f"{tmp_path}/", "--evolution", str(film)]) == 0
    films = sorted(tmp_path.glob("*.mp4"))
    assert [path.name for path in films] == ["film-1.mp4", "film-2.mp4"]
    (*_, last) = read_mp4(films[0], (512, 512))
    assert last.size == (256, 256)  # the model's 64×64, enlarged


def test_a_grid_in_lockstep(words: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheet, film = tmp_path / "sheet.png", tmp_path / "film.webp"
    words[words.index("render")] = "grid"
    axes = ["--rows", "guidance=1,5", "--columns", "steps=2,3"]
    assert main([*words, *axes, "--out", str(sheet), "--evolution", str(film)]) == 0
    assert capfd.readouterr().out == f"{sheet}\n{film}\n"
    frames = frames_of(film)
    assert len(frames) == 3
    with Image.open(sheet) as whole:
        assert np.array_equal(np.asarray(frames[-1]), np.asarray(whole.convert("RGB")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.webp", "home", "sheet.png"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--evolution", "a.avi"], "no kind of animation"),
        (["--evolution", "a"], "no kind of animation"),
        (["--frames", "both"], "--frames is given without --evolution"),
        (["--evolution", "a.webp", "--frames", "all"], "invalid choice"),
        (["--evolution", "a.png", "--out", "a.png"], "the same file"),
        (["--evolution", "a.png", "--out", "a.png", "--count", "2"], "the same file"),
    ],
)
def test_what_cannot_be_is_told_before_any_work(shell: Shell, words: Run, told: str) -> None:
    code, out, err = shell(*RENDER, *words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert not shell.made


def test_a_place_that_cannot_be_written(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, _, err = shell(*RENDER, "--evolution", str(tmp_path / "file" / "a.webp"))
    assert code == 2
    assert err.startswith("sddesk: error: ")
    assert not shell.made
