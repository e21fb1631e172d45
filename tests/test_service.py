"""The service: one job in, a stream of events out, files on disk."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sddesk.core.messages import (
    AttentionMapped,
    Cancelled,
    DecodeFrame,
    Destination,
    Event,
    Failed,
    Finished,
    FrameDecoded,
    Generate,
    ImageSaved,
    Loading,
    MapAttention,
    ModelReady,
    Notice,
    OpenTape,
    PictureMade,
    Preload,
    Started,
    StepDone,
)
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.problems import disk_problem
from sddesk.core.tapes import find_tape, read_branch_request
from sddesk.core.values import GenerationRequest, ModelRef, Picture
from sddesk.engine import saving
from sddesk.service import Service
from tests.tiny import add_safety_checker, make_tiny_sd


class Desk:
    """A service with a home of its own, and the events that it sent."""

    def __init__(self, home: Path, model: ModelRef) -> None:
        self.paths: AppPaths = app_paths(home)
        self.model = model
        self.service = Service(self.paths, "cpu")
        self.events: list[Event] = []

    def request(self, **changes: Any) -> GenerationRequest:
        values: dict[str, Any] = {
            "model": self.model,
            "prompt": "red apple",
            "seed": 1,
            "steps": 4,
            "guidance_scale": 5.0,
            "sampler": "Euler a",
            "width": 64,
            "height": 64,
        }
        return GenerationRequest(**{**values, **changes})

    def generate(self, request: GenerationRequest, to: Destination | None = None) -> list[Event]:
        self.events.clear()
        destination = to or Destination(self.paths.pictures)
        self.service.run(Generate(7, request, destination), self.events.append, lambda: False)
        return list(self.events)


@pytest.fixture
def desk(tmp_path: Path, tiny_sd: ModelRef) -> Desk:
    return Desk(tmp_path / "home", tiny_sd)


def one(events: list[Event], kind: type) -> Any:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, events
    return found[0]


def test_events_come_in_order(desk: Desk) -> None:
    events = desk.generate(desk.request())
    kinds = [type(event) for event in events]
    expected = [*[Loading] * 4, ModelReady, Started, *[StepDone] * 4]
    assert kinds == [*expected, PictureMade, ImageSaved, Finished]
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [(step.step, step.steps) for step in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert steps[-1].seconds_left == 0
    again = [type(event) for event in desk.generate(desk.request())]
    assert Loading not in again


def test_picture_settings_and_tape_are_on_disk(desk: Desk) -> None:
    events = desk.generate(desk.request(prompt="rød 🍎", negative_prompt="blue, green"))
    saved = one(events, ImageSaved)
    assert saved.path.parent == desk.paths.pictures
    assert saved.tape == find_tape(saved.path)
    with Image.open(saved.path) as image:
        texts = dict(image.info)
        pixels = Picture(*image.size, image.tobytes())
    assert pixels == one(events, PictureMade).picture
    lines = texts["parameters"].split("\n")
    assert lines[:2] == ["rød 🍎", "Negative prompt: blue, green"]
    assert "Sampler: Euler a" in lines[2]
    assert "RNG: CPU" in lines[2]
    settings = json.loads(texts["sddesk"])
    assert settings["version"] == 1
    assert settings["prompt"] == "rød 🍎"
    assert settings["seed"] == 1
    assert settings["run"]["device"] == "cpu"
    assert str(desk.model.path) not in texts["sddesk"]  # pictures are shared, paths are private


def test_same_pixels_with_one_job_or_five(desk: Desk, tmp_path: Path, tiny_sd: ModelRef) -> None:
    alone = Desk(tmp_path / "other", tiny_sd).generate(desk.request(seed=3))
    five = [desk.generate(desk.request(seed=seed)) for seed in range(1, 6)]
    pictures = [one(events, PictureMade).picture for events in five]
    assert pictures[2] == one(alone, PictureMade).picture
    assert len({picture.pixel_hash() for picture in pictures}) == 5


def test_a_branch_from_the_saved_tape(desk: Desk) -> None:
    first = desk.generate(desk.request())
    tape = one(first, ImageSaved).tape
    request = read_branch_request(tape, 2, (desk.model.path.parent,))
    events = desk.generate(request)
    assert one(events, PictureMade).picture == one(first, PictureMade).picture
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [step.seconds_left is None for step in steps] == [True, True, False, False]
    assert json.loads(_texts(one(events, ImageSaved).path)["sddesk"])["branch"]["step"] == 2


def test_a_branch_from_steps_that_have_gone_bad_is_refused(desk: Desk) -> None:
    saved = one(desk.generate(desk.request()), ImageSaved)
    folders = (desk.model.path.parent,)
    request = read_branch_request(saved.tape, 2, folders)
    data = bytearray(saved.tape.read_bytes())
    data[-7] ^= 0x40
    saved.tape.write_bytes(data)
    failed = one(desk.generate(request), Failed)
    assert "The tape is damaged" in failed.problem.title


def test_a_picture_without_tape_takes_the_earlier_ones_tape_away(desk: Desk) -> None:
    folder = desk.paths.pictures
    first = one(desk.generate(desk.request(), Destination(folder, "a.png")), ImageSaved)
    assert first.tape.exists()
    other = desk.request(seed=2)
    saved = one(desk.generate(other, Destination(folder, "a.png", tape=False)), ImageSaved)
    assert saved.path == first.path
    assert not first.tape.exists()


def test_recorded_steps_are_shown_again_without_a_network(desk: Desk) -> None:
    events = desk.generate(desk.request(sampler="Heun"))
    live = [event for event in events if isinstance(event, StepDone)]
    tape = one(events, ImageSaved).tape
    later = Service(desk.paths, "cpu")  # after a restart
    again: list[Event] = []
    later.run(OpenTape(9, tape, desk.model), again.append, lambda: False)
    assert not [event for event in again if isinstance(event, Loading)]
    assert isinstance(again[0], Started)
    assert isinstance(again[-1], Finished)
    shown = [event for event in again if isinstance(event, StepDone)]
    assert [(s.step, s.steps, s.noisy, s.predicted, s.noise_level) for s in shown] == [
        (s.step, s.steps, s.noisy, s.predicted, s.noise_level) for s in live
    ]


def test_a_step_through_the_real_decoder(desk: Desk) -> None:
    events = desk.generate(desk.request(sampler="DDIM"))
    tape = one(events, ImageSaved).tape
    made = one(events, PictureMade).picture
    seen: list[Event] = []
    for step, predicted in ((4, True), (1, False)):
        job = DecodeFrame(9, tape, desk.model, step, predicted)
        desk.service.run(job, seen.append, lambda: False)
    frames = [event for event in seen if isinstance(event, FrameDecoded)]
    assert [(f.step, f.predicted) for f in frames] == [(4, True), (1, False)]
    assert (frames[0].picture.width, frames[0].picture.height) == (made.width, made.height)
    assert frames[0].picture != frames[1].picture
    gone = DecodeFrame(10, tape, desk.model, 5, predicted=True)
    desk.service.run(gone, seen.append, lambda: False)
    assert isinstance(seen[-1], Failed)
    missing = OpenTape(11, tape.with_name("none.tape.safetensors"), desk.model)
    desk.service.run(missing, seen.append, lambda: False)
    assert isinstance(seen[-1], Failed)


def test_maps_of_recorded_steps_in_the_order_asked_for(desk: Desk) -> None:
    saved = one(desk.generate(desk.request()), ImageSaved)
    asked = read_branch_request(saved.tape, 0, (desk.model.path.parent,))
    events: list[Event] = []
    desk.service.run(MapAttention(9, asked, (3, 1)), events.append, lambda: False)
    maps = [event.maps for event in events if isinstance(event, AttentionMapped)]
    assert [found.step for found in maps] == [3, 1]
    assert [found.words for found in maps] == [(("red", 0), ("apple", 0))] * 2
    assert isinstance(events[-1], Finished)
    for wrong in ((0,), (5,)):
        desk.service.run(MapAttention(9, asked, wrong), events.append, lambda: False)
        assert "not on the tape" in one(events[-1:], Failed).problem.title
    saved.tape.unlink()
    desk.service.run(MapAttention(9, asked, (1,)), events.append, lambda: False)
    assert "No such file" in one(events[-1:], Failed).problem.title


def test_maps_are_cancelled_between_blocks(desk: Desk) -> None:
    saved = one(desk.generate(desk.request()), ImageSaved)
    asked = read_branch_request(saved.tape, 0, (desk.model.path.parent,))
    events: list[Event] = []
    calls = iter([False] * 30)
    desk.service.run(MapAttention(9, asked, (1, 2)), events.append, lambda: next(calls, True))
    assert isinstance(events[-1], Cancelled)


def _texts(path: Path) -> dict[str, str]:
    with Image.open(path) as image:
        return {str(key): str(value) for key, value in image.info.items()}


def test_words_beyond_the_window_count(desk: Desk) -> None:
    prompts = ("apple " * 40 + "pear", "apple " * 40 + "car")
    made = [one(desk.generate(desk.request(prompt=p)), PictureMade).picture for p in prompts]
    assert made[0] != made[1]


def test_a_lora_that_is_only_named_is_told(desk: Desk) -> None:
    events = desk.generate(desk.request(prompt="an apple <lora:ink:0.5>"))
    assert "ink" in one(events, Failed).problem.detail


def test_lcm_on_an_ordinary_model_is_said(desk: Desk) -> None:
    events = desk.generate(desk.request(sampler="LCM"))
    assert "LCM" in one(events, Notice).problem.title
    one(events, Finished)


def test_bad_requests_fail_and_the_next_one_works(desk: Desk) -> None:
    for change in ({"steps": 0}, {"width": 65}, {"guidance_scale": float("nan")}):
        assert not one(desk.generate(desk.request(**change)), Failed).problem.ours
    one(desk.generate(desk.request()), Finished)


def test_preload_and_cancel(desk: Desk) -> None:
    desk.service.run(Preload(1, desk.model), desk.events.append, lambda: False)
    assert isinstance(desk.events[-1], Finished)
    desk.events.clear()
    job = Generate(2, desk.request(), Destination(desk.paths.pictures))
    desk.service.run(job, desk.events.append, lambda: True)
    assert isinstance(desk.events[-1], Cancelled)
    assert not desk.paths.pictures.exists()
    one(desk.generate(desk.request()), Finished)


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
def test_the_models_own_safety_checker(tmp_path: Path, *, refuses: bool, wanted: bool) -> None:
    make_tiny_sd(tmp_path / "model")
    desk = Desk(tmp_path / "home", add_safety_checker(tmp_path / "model", refuses=refuses))
    job = Generate(7, desk.request(), Destination(desk.paths.pictures), wanted)
    desk.service.run(job, desk.events.append, lambda: False)
    picture: Picture = one(desk.events, PictureMade).picture
    hidden = refuses and wanted
    assert (picture.pixels == bytes(64 * 64 * 3)) is hidden
    assert any(isinstance(event, Notice) for event in desk.events) is hidden
    with Image.open(one(desk.events, ImageSaved).path) as saved:
        assert saved.convert("RGB").tobytes() == picture.pixels


def test_a_model_without_checker_is_not_checked(desk: Desk) -> None:
    job = Generate(7, desk.request(), Destination(desk.paths.pictures), check_safety=True)
    desk.service.run(job, desk.events.append, lambda: False)
    assert any(one(desk.events, PictureMade).picture.pixels)


def test_a_damaged_checker_is_told_and_nothing_unchecked_is_shown(tmp_path: Path) -> None:
    make_tiny_sd(tmp_path / "model")
    model = add_safety_checker(tmp_path / "model", refuses=False)
    (model.path / "safety_checker" / "model.safetensors").write_bytes(b"nothing")
    desk = Desk(tmp_path / "home", model)
    job = Generate(7, desk.request(), Destination(desk.paths.pictures), check_safety=True)
    desk.service.run(job, desk.events.append, lambda: False)
    assert "safety checker" in one(desk.events, Failed).problem.title
    assert not any(isinstance(event, PictureMade) for event in desk.events)


def test_the_model_is_changed_between_jobs(desk: Desk, tmp_path: Path) -> None:
    from tests.tiny import make_tiny_sd

    other = make_tiny_sd(tmp_path / "other-model", seed=5)
    first = one(desk.generate(desk.request()), PictureMade).picture
    second = one(desk.generate(desk.request(model=other)), PictureMade).picture
    third = one(desk.generate(desk.request()), PictureMade).picture
    assert first == third != second


def test_an_unwritable_folder_fails_and_keeps_the_picture(desk: Desk, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    events = desk.generate(desk.request(), Destination(blocked / "in"))
    one(events, PictureMade)  # the window still has it
    assert not one(events, Failed).problem.ours
    assert blocked.read_text() == "not a folder"


def test_a_disk_that_fills_up_with_the_tape_still_gets_the_picture(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _data: bytes) -> None:
        raise disk_problem(OSError(errno.ENOSPC, "No space left"), f"writing {path}")

    monkeypatch.setattr(saving, "write_bytes_atomically", full)
    events = desk.generate(desk.request())
    saved = one(events, ImageSaved)
    assert saved.tape is None
    assert saved.path.exists()
    assert "full" in one(events, Failed).problem.title


def test_tapes_have_a_quota_and_the_oldest_go_first(desk: Desk) -> None:
    size = one(desk.generate(desk.request()), ImageSaved).tape.stat().st_size
    to = Destination(desk.paths.pictures, tape_quota=int(2.5 * size))
    saved = [one(desk.generate(desk.request(seed=seed), to), ImageSaved) for seed in range(2, 6)]
    assert [event.tape.exists() for event in saved] == [False, False, True, True]
    assert all(event.path.exists() for event in saved)


def test_an_unforeseen_error_is_ours_and_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sddesk.service.generate", lambda *_: 1 / 0)
    problem = one(desk.generate(desk.request()), Failed).problem
    assert problem.ours
    assert "ZeroDivisionError" in caplog.text


def test_no_memory_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 1 TB")

    monkeypatch.setattr("sddesk.service.generate", fail)
    problem = one(desk.generate(desk.request()), Failed).problem
    assert "memory" in problem.title
    assert not problem.ours


def test_the_service_needs_no_qt() -> None:
    code = "import sys, sddesk.service; assert not [m for m in sys.modules if 'PySide' in m]"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
