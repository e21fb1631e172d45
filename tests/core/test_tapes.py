"""Tapes without torch: found beside pictures, described, turned into requests, or refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.infotext import request_values
from sddesk.core.models import read_model
from sddesk.core.picture_files import save_png
from sddesk.core.problems import ProblemError
from sddesk.core.tapes import find_tape, is_tape, read_branch_request, read_tape_facts, tape_beside
from sddesk.core.values import BranchPoint, GenerationRequest, Picture
from tests.core.helpers import (
    RECORDED,
    a_request,
    safetensors_bytes,
    tape_header,
    write_model,
    write_tape,
)

PICTURE = RECORDED
OTHER = Picture(2, 1, b"ghijkl")


@pytest.fixture
def request_made(tmp_path: Path) -> GenerationRequest:
    model = read_model(write_model(tmp_path / "models" / "tiny"))
    return a_request(
        model=model,
        prompt="grün 🍎",
        negative_prompt="blur",
        seed=2**62,
        guidance_scale=0.1 + 0.2,
        guidance_rescale=0.5,
    )


@pytest.fixture
def tape(tmp_path: Path, request_made: GenerationRequest) -> Path:
    return write_tape(tmp_path / "a.tape.safetensors", request_made)


def test_names() -> None:
    assert tape_beside(Path("folder/a.b.png")) == Path("folder/a.b.tape.safetensors")
    assert is_tape(Path("a.tape.safetensors"))
    assert not is_tape(Path("a.safetensors"))


def test_found_by_itself_and_by_its_picture(tape: Path, tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", PICTURE, {})
    assert find_tape(tape) == tape
    assert find_tape(tmp_path / "a.png") == tape


def test_a_tape_of_another_picture_is_not_taken(tape: Path, tmp_path: Path) -> None:
    """A picture made again without a tape, or painted over, has nothing to do with the old one."""
    save_png(tmp_path / "a.png", OTHER, {})
    with pytest.raises(ProblemError, match="belongs to another"):
        find_tape(tmp_path / "a.png")
    assert find_tape(tape) == tape


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    save_png(tmp_path / "alone.png", PICTURE, {})
    (tmp_path / "letter.txt").write_text("Dear friend")
    for name, message in (
        ("none.png", "No such file"),
        ("none.tape.safetensors", "No such file"),
        ("alone.png", "no tape beside"),
        ("letter.txt", "not a picture"),
        (".", "folder"),
    ):
        with pytest.raises(ProblemError, match=message):
            find_tape(tmp_path / name)


def test_facts(tape: Path, request_made: GenerationRequest) -> None:
    facts = read_tape_facts(tape)
    assert facts.recorded == 20
    assert facts.settings == request_values(request_made)
    assert facts.run["model_path"] == str(request_made.model.path)


def test_other_safetensors_files_are_no_tapes(tmp_path: Path) -> None:
    path = tmp_path / "lora.safetensors"
    path.write_bytes(safetensors_bytes({"a": ("F32", [1], b"1234")}))
    with pytest.raises(ProblemError, match="not a tape"):
        read_tape_facts(path)


@pytest.mark.parametrize(
    "change",
    [
        "[" * 100_000,
        "[]",
        "{}",
        {"version": 2},
        {"settings": 7},
        {"settings": None},
        {"run": [1]},
        {"recorded": "many"},
        {"recorded": 1e999},
        {"recorded": 0},
        {"recorded": -3},
    ],
    ids=lambda value: str(value)[:30],
)
def test_damaged_headers(tape: Path, request_made: GenerationRequest, change: Any) -> None:
    header = change if isinstance(change, str) else tape_header(request_made, **change)
    write_tape(tape, request_made, header)
    with pytest.raises(ProblemError, match="damaged") as caught:
        read_tape_facts(tape)
    assert caught.value.problem.hint


def test_a_cut_tape(tape: Path) -> None:
    tape.write_bytes(tape.read_bytes()[:-1])
    with pytest.raises(ProblemError, match="damaged"):
        read_tape_facts(tape)


@pytest.mark.parametrize("step", [0, 7, 19])
def test_the_request_that_made_it(
    tape: Path, request_made: GenerationRequest, tmp_path: Path, step: int
) -> None:
    request = read_branch_request(tape, step, (tmp_path / "models",))
    assert request.branch == BranchPoint(tape, step)
    assert replace(request, branch=None, strength=0.6) == request_made


def test_with_its_init_image(request_made: GenerationRequest, tmp_path: Path) -> None:
    made = replace(request_made, init=PICTURE, strength=0.5, width=2, height=1)
    tape = write_tape(tmp_path / "i.tape.safetensors", made, tape_header(made, recorded=10))
    request = read_branch_request(tape, 9, (tmp_path / "models",))
    assert replace(request, branch=None) == made
    with pytest.raises(ProblemError, match="not on the tape"):
        read_branch_request(tape, 10, (tmp_path / "models",))


@pytest.mark.parametrize("step", [-1, 20, 10**30])
def test_steps_that_were_not_recorded(tape: Path, tmp_path: Path, step: int) -> None:
    with pytest.raises(ProblemError, match="not on the tape") as caught:
        read_branch_request(tape, step, (tmp_path / "models",))
    assert "0 to 19" in caught.value.problem.hint


@pytest.mark.parametrize("key", ["model", "prompt", "seed", "steps", "width", "guidance_scale"])
@pytest.mark.parametrize("value", ["missing", None, [], "nonsense"])
def test_damaged_settings(
    tape: Path, request_made: GenerationRequest, tmp_path: Path, key: str, value: Any
) -> None:
    settings = request_values(request_made)
    settings[key] = value
    if value == "missing":
        del settings[key]
    if (key, value) == ("prompt", "nonsense"):
        return
    write_tape(tape, request_made, tape_header(request_made, settings=settings))
    with pytest.raises(ProblemError, match="damaged"):
        read_branch_request(tape, 3, (tmp_path / "models",))


def test_an_init_image_that_is_none(request_made: GenerationRequest, tmp_path: Path) -> None:
    made = replace(request_made, init=PICTURE, strength=0.5)
    tape = write_tape(tmp_path / "i.tape.safetensors", made)
    data = tape.read_bytes().replace(b'"shape": [1, 2, 3]', b'"shape": [9, 2, 3]')
    tape.write_bytes(data)
    with pytest.raises(ProblemError, match="damaged"):
        read_branch_request(tape, 3, (tmp_path / "models",))


def test_the_model_is_found_by_its_weights_wherever_it_is_now(
    tape: Path, request_made: GenerationRequest, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere" / "renamed"
    elsewhere.parent.mkdir()
    request_made.model.path.rename(elsewhere)
    assert read_branch_request(tape, 3, (elsewhere.parent,)).model.path == elsewhere
    with pytest.raises(ProblemError, match="model that recorded this tape"):
        read_branch_request(tape, 3, (tmp_path / "models",))


def test_a_model_outside_of_the_folders_is_found_where_it_was(tape: Path) -> None:
    assert read_branch_request(tape, 3, ()).branch == BranchPoint(tape, 3)


def test_of_two_equal_models_it_is_the_one_that_recorded(
    request_made: GenerationRequest, tmp_path: Path
) -> None:
    copy = write_model(tmp_path / "models" / "a copy")
    model = read_model(copy)
    assert model.fingerprint == request_made.model.fingerprint
    for made in (request_made, replace(request_made, model=model)):
        tape = write_tape(tmp_path / "b.tape.safetensors", made)
        assert read_branch_request(tape, 3, (tmp_path / "models",)).model == made.model


def test_a_changed_model_is_not_the_same(
    tape: Path, request_made: GenerationRequest, tmp_path: Path
) -> None:
    weights = safetensors_bytes({"w": ("F32", [2], b"changed!")})
    (request_made.model.path / "unet" / "model.safetensors").write_bytes(weights)
    with pytest.raises(ProblemError, match="has changed"):
        read_branch_request(tape, 3, (tmp_path / "models",))


def test_steps_that_have_gone_bad_are_noticed(tape: Path) -> None:
    data = bytearray(tape.read_bytes())
    data[-2] ^= 1
    tape.write_bytes(data)
    with pytest.raises(ProblemError, match="not what was recorded"):
        read_tape_facts(tape)
