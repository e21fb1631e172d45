"""What render asks of the service, where pictures go, and what is printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sddesk.core.canvas.layers import State, new_layer
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.messages import Event, Job, Notice
from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.problems import Problem
from sddesk.core.settings import Settings, save_settings
from tests.cli.shell import RENDER, Shell
from tests.fakes import FakeRunner, plain_picture


def test_one_path_per_line_and_the_seeds_beside(shell: Shell) -> None:
    code, out, err = shell(*RENDER, "--seed", "7", "--count", "3")
    history = shell.home / "pictures"
    assert code == 0
    assert out == "".join(f"{history / name}\n" for name in ("7.png", "8.png", "9.png"))
    assert err == "sddesk: seed 7\nsddesk: seed 8\nsddesk: seed 9\n"
    assert len(shell.made) == 1  # the model stays loaded


def test_json(shell: Shell) -> None:
    _, out, _ = shell(*RENDER, "--seed", "7", "--count", "2", "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert first["path"] == str(shell.home / "pictures" / "7.png")
    assert first["tape"] is None
    assert (first["seed"], second["seed"]) == (7, 8)
    assert first["settings"]["prompt"] == "red apple"
    assert first["settings"]["seed"] == 7


def test_a_random_seed_is_told_and_another_each_time(shell: Shell) -> None:
    _, _, first = shell(*RENDER)
    _, _, second = shell(*RENDER)
    assert first != second
    assert [f"sddesk: seed {job.request.seed}\n" for job in shell.jobs] == [first, second]


def test_defaults_come_from_the_model(shell: Shell) -> None:
    shell(*RENDER)
    request = shell.jobs[0].request
    defaults = request.model.defaults
    assert request.model.path.name == "starter"
    assert (request.width, request.height) == (defaults.width, defaults.height)
    assert (request.steps, request.sampler) == (defaults.steps, defaults.sampler)
    assert request.guidance_scale == defaults.guidance_scale
    assert (request.negative_prompt, request.guidance_rescale, request.init) == ("", 0.0, None)


def test_every_option_arrives(shell: Shell) -> None:
    words = "--negative blur --steps 3 --guidance 1.5 --guidance-rescale .7 --size 64x128"
    shell(*RENDER, *words.split(), "--sampler", "euler A", "--model", "Starter")
    request = shell.jobs[0].request
    assert (request.prompt, request.negative_prompt) == ("red apple", "blur")
    assert (request.steps, request.guidance_scale, request.guidance_rescale) == (3, 1.5, 0.7)
    assert (request.width, request.height, request.sampler) == (64, 128, "Euler a")


def test_an_init_image_is_brought_to_the_size(shell: Shell, tmp_path: Path) -> None:
    save_png(tmp_path / "init.png", plain_picture(30, 20, 9), {})
    shell(*RENDER, "--init", "init.png", "--size", "64x64")
    shell(*RENDER, "--init", "init.png", "--strength", "1")
    first, second = (job.request for job in shell.jobs)
    assert (first.init, first.strength) == (plain_picture(64, 64, 9), 0.6)
    assert second.strength == 1.0
    assert second.init is not None
    assert second.init.width == second.width


@pytest.mark.parametrize("before", [True, False])
def test_home_and_device_before_and_after(shell: Shell, tmp_path: Path, before: bool) -> None:
    other = tmp_path / "other"
    common = ["--device", "cpu", f"--home={other}"]
    words = [*common, *RENDER] if before else [*RENDER, *common]
    assert shell(*words)[0] == 0
    ((paths, device),) = shell.made
    assert device == "cpu"
    assert paths.pictures == other / "pictures"


def test_the_device_of_the_settings_unless_another_is_named(shell: Shell) -> None:
    save_settings(shell.home / "settings.json", Settings(device="mps", tape_quota=77))
    shell(*RENDER)
    shell(*RENDER, "--device", "auto")
    assert [device for _, device in shell.made] == ["mps", "auto"]
    assert shell.jobs[0].destination.tape_quota == 77


class TestTargets:
    """Where pictures go."""

    def targets(self, shell: Shell, *words: str) -> list[tuple[Path, str | None, bool, Any]]:
        assert shell(*RENDER, "--seed", "1", *words)[0] == 0
        to = [job.destination for job in shell.jobs]
        return [(place.folder, place.name, place.tape, place.tape_quota) for place in to]

    def test_the_history(self, shell: Shell) -> None:
        quota = Settings().tape_quota
        assert self.targets(shell) == [(shell.home / "pictures", None, True, quota)]

    def test_a_file(self, shell: Shell) -> None:
        assert self.targets(shell, "--out", "a/b.png") == [(Path("a"), "b.png", True, None)]
        assert not (shell.home / "pictures").exists()

    def test_without_tape(self, shell: Shell) -> None:
        assert self.targets(shell, "--out", "b.PNG", "--no-tape") == [
            (Path(), "b.PNG", False, None)
        ]

    def test_several_files(self, shell: Shell) -> None:
        assert self.targets(shell, "--out", "b.png", "--count", "2") == [
            (Path(), "b-1.png", True, None),
            (Path(), "b-2.png", True, None),
        ]

    @pytest.mark.parametrize("out", ["new/", "there", "there/"])
    def test_a_folder(self, shell: Shell, tmp_path: Path, out: str) -> None:
        (tmp_path / "there").mkdir()
        assert (
            self.targets(shell, "--out", out, "--count", "2") == [(Path(out), None, True, None)] * 2
        )


def test_what_the_user_should_know(shell: Shell) -> None:
    class Talkative(FakeRunner):
        def run(self, job: Job, emit: Callable[[Event], None], cancelled: Any) -> None:
            emit(Notice(job.id, Problem("LCM is made for others", "Starter", "expect little")))
            super().run(job, emit, cancelled)

    shell.runner = Talkative()
    code, out, err = shell(*RENDER, "--seed", "1")
    assert code == 0
    assert len(out.splitlines()) == 1
    notice, seed = err.splitlines()
    assert notice == "sddesk: warning: LCM is made for others: Starter; expect little"
    assert seed == "sddesk: seed 1"


def test_pictures_can_be_read_again_as_init(shell: Shell, tmp_path: Path) -> None:
    save_png(tmp_path / "grün ☂.png", plain_picture(64, 64, 5), {})
    assert load_picture(tmp_path / "grün ☂.png") == plain_picture(64, 64, 5)
    assert shell(*RENDER, "--init", "grün ☂.png")[0] == 0


def test_a_drawing_is_an_init_image(shell: Shell, tmp_path: Path) -> None:
    pixels = np.full((64, 64, 4), (9, 9, 9, 255), np.uint8)
    layer = new_layer("grey", pixels)
    OraWriter().save(tmp_path / "sketch.ora", State(64, 64, (layer,), layer.id))
    assert shell(*RENDER, "--init", "sketch.ora", "--size", "64x64")[0] == 0
    assert shell.jobs[-1].request.init == plain_picture(64, 64, 9)
    (tmp_path / "sketch.ora").write_bytes(b"PK")
    code, _, errors = shell(*RENDER, "--init", "sketch.ora")
    assert code == 2
    assert "The drawing is damaged" in errors
