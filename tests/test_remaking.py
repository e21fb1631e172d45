"""Branching from pictures whose tapes were dropped: computed again first, and said so."""

from pathlib import Path
from typing import Any

import pytest

from sddesk.core.messages import (
    Destination,
    Event,
    Failed,
    Generate,
    ImageSaved,
    Notice,
    PictureMade,
    Started,
)
from sddesk.core.paths import AppPaths, app_paths
from sddesk.core.picture_files import load_picture, read_settings, save_png
from sddesk.core.problems import ProblemError
from sddesk.core.remaking import branch_request, picture_request
from sddesk.core.tapes import read_tape_facts, tape_beside
from sddesk.core.values import GenerationRequest, ModelRef, Picture
from sddesk.service import Service

INIT = Picture(64, 64, bytes(range(256)) * 48)


class Desk:
    """A service, its pictures, and what it said."""

    def __init__(self, home: Path, model: ModelRef) -> None:
        self.paths: AppPaths = app_paths(home)
        self.model = model
        link = self.paths.models / "tiny"
        link.parent.mkdir(parents=True)
        link.symlink_to(model.path)
        self.service = Service(self.paths, "cpu")
        self.events: list[Event] = []

    def make(self, request: GenerationRequest, name: str, quota: int | None = None) -> Path:
        self.events.clear()
        to = Destination(self.paths.pictures, name, tape_quota=quota)
        self.service.run(Generate(1, request, to), self.events.append, lambda: False)
        saved = [event for event in self.events if isinstance(event, ImageSaved)]
        return saved[0].path if saved else Path()

    def branch(self, path: Path, step: int, name: str) -> Path:
        return self.make(branch_request(path, step, self.paths), name)

    def told(self) -> list[str]:
        return [event.problem.what() for event in self.events if isinstance(event, Notice)]


@pytest.fixture
def desk(tmp_path: Path, tiny_sd: ModelRef) -> Desk:
    return Desk(tmp_path, tiny_sd)


def a_request(desk: Desk, **changes: Any) -> GenerationRequest:
    values: dict[str, Any] = {"model": desk.model, "prompt": "red apple", "seed": 3, "steps": 5}
    values |= {"guidance_scale": 5.0, "sampler": "Euler a", "width": 64, "height": 64}
    return GenerationRequest(**(values | changes))


@pytest.mark.parametrize("init", [None, INIT])
def test_a_dropped_tape_is_computed_again_and_said_so(desk: Desk, init: Picture | None) -> None:
    if init is not None:
        save_png(desk.paths.pictures / "sketch.png", init, {})
    first = desk.make(a_request(desk, init=init, strength=0.8), "a.png")
    before = first.read_bytes()
    tape_beside(first).unlink()
    second = desk.branch(first, 2, "b.png")
    assert desk.told() == ["The steps of this picture were deleted to make room: a.png"]
    assert sum(isinstance(event, Started) for event in desk.events) == 2
    assert load_picture(second) == load_picture(first)
    assert first.read_bytes() == before
    assert read_tape_facts(tape_beside(first)).recorded == (5 if init is None else 4)
    desk.branch(first, 2, "c.png")
    assert not desk.told()


def test_a_whole_line_of_dropped_tapes(desk: Desk) -> None:
    first = desk.make(a_request(desk), "a.png")
    changed = branch_request(first, 1, desk.paths)
    second = desk.make(a_request(desk, prompt="blue bird", branch=changed.branch), "b.png")
    assert load_picture(second) != load_picture(first)
    for path in (first, second):
        tape_beside(path).unlink()
    third = desk.branch(second, 3, "c.png")
    assert [text[-5:] for text in desk.told()] == ["a.png", "b.png"]
    assert load_picture(third) == load_picture(second)


def test_dropped_for_quota(desk: Desk) -> None:
    first = desk.make(a_request(desk), "a.png")
    desk.make(a_request(desk, seed=4), "b.png", quota=1)
    assert not tape_beside(first).exists()
    assert load_picture(desk.branch(first, 4, "c.png")) == load_picture(first)


def test_another_picture_comes_out(desk: Desk) -> None:
    first = desk.make(a_request(desk), "a.png")
    settings = first.read_bytes()
    save_png(first, INIT, {"sddesk": _json(first)})
    tape_beside(first).unlink()
    kept = first.read_bytes()
    assert kept != settings
    desk.branch(first, 2, "b.png")
    (failed,) = [event for event in desk.events if isinstance(event, Failed)]
    assert "cannot be computed again here" in failed.problem.title
    assert first.read_bytes() == kept
    assert not tape_beside(first).exists()
    assert not (desk.paths.pictures / "b.png").exists()


def _json(path: Path) -> str:
    import json

    return json.dumps(read_settings(path))


def test_what_stands_in_the_way(desk: Desk, tmp_path: Path) -> None:
    first = desk.make(a_request(desk, init=INIT, strength=0.8), "a.png")
    with pytest.raises(ProblemError, match="not on the tape"):
        branch_request(first, 4, desk.paths)
    tape_beside(first).unlink()
    with pytest.raises(ProblemError, match="started from"):
        branch_request(first, 2, desk.paths)
    second = desk.make(a_request(desk), "b.png")
    tape_beside(second).unlink()
    with pytest.raises(ProblemError, match="not on the tape"):
        branch_request(second, 5, desk.paths)
    (desk.paths.models / "tiny").unlink()
    with pytest.raises(ProblemError, match="is not here, or has changed"):
        branch_request(second, 2, desk.paths)
    found = picture_request(second, desk.paths, a_request(desk))  # whose model is known
    assert (found.model, found.seed, found.branch) == (desk.model, 3, None)
    save_png(tmp_path / "foreign.png", INIT, {})
    with pytest.raises(ProblemError, match="no tape"):
        branch_request(tmp_path / "foreign.png", 2, desk.paths)
    for text in ("{", '{"version": 1}', '{"prompt": 3}'):
        save_png(tmp_path / "bad.png", INIT, {"sddesk": text})
        with pytest.raises(ProblemError, match="settings are damaged"):
            branch_request(tmp_path / "bad.png", 2, desk.paths)


def test_settings_in_a_circle(desk: Desk) -> None:
    first = desk.make(a_request(desk), "a.png")
    settings = _json(first).replace('"branch": null', '"branch": {"tape": "a", "step": 1}')
    name = tape_beside(first).name
    save_png(first, load_picture(first), {"sddesk": settings.replace('"a"', f'"{name}"')})
    tape_beside(first).unlink()
    desk.branch(first, 2, "b.png")
    assert [event for event in desk.events if isinstance(event, Failed)]
    assert not any(isinstance(event, PictureMade) for event in desk.events)
