"""What branch asks of the service."""

from pathlib import Path

import pytest

from sddesk.core.models import read_model
from sddesk.core.picture_files import save_png
from sddesk.core.values import BranchPoint
from tests.cli.shell import Shell
from tests.core.helpers import RECORDED, a_request, write_model, write_tape

TAPE = Path("a.tape.safetensors")


@pytest.fixture(autouse=True)
def recorded(shell: Shell, tmp_path: Path) -> None:
    """A picture and its tape of 20 steps."""
    model = read_model(write_model(shell.home / "models" / "tiny"))
    write_tape(tmp_path / TAPE, a_request(model=model, seed=5))
    save_png(tmp_path / "a.png", RECORDED, {})


@pytest.mark.parametrize("source", ["a.png", str(TAPE)])
@pytest.mark.parametrize("step", [0, 19])
def test_from_a_tape_or_its_picture(shell: Shell, source: str, step: int) -> None:
    code, out, err = shell("branch", source, "--at", str(step))
    work = f"{step} steps kept: {20 - step} network evaluations made, {step} saved"
    assert (code, err) == (0, f"sddesk: seed 5\nsddesk: {work}\n")
    assert out == f"{shell.home / 'pictures' / '5.png'}\n"
    (job,) = shell.jobs
    assert job.request.branch == BranchPoint(TAPE, step)
    assert (job.request.prompt, job.request.steps) == ("red apple", 20)
    assert job.destination.folder == shell.home / "pictures"


def test_into_a_file(shell: Shell) -> None:
    assert shell("branch", "a.png", "--at", "3", "--out", "b.png")[0] == 0
    destination = shell.jobs[0].destination
    assert (destination.folder, destination.name, destination.tape) == (Path(), "b.png", True)


def test_other_words_and_other_guidance_from_there_on(shell: Shell) -> None:
    words = "--prompt pear --negative blur --guidance 2.5 --guidance-rescale .7"
    assert shell("branch", "a.png", "--at", "3", *words.split())[0] == 0
    request = shell.jobs[0].request
    assert (request.prompt, request.negative_prompt) == ("pear", "blur")
    assert (request.guidance_scale, request.guidance_rescale) == (2.5, 0.7)
    assert (request.seed, request.steps, request.sampler) == (5, 20, "Euler")


def test_emptied_words_are_not_the_tapes(shell: Shell, tmp_path: Path) -> None:
    model = read_model(shell.home / "models" / "tiny")
    write_tape(tmp_path / TAPE, a_request(model=model, negative_prompt="blur"))
    shell("branch", str(TAPE), "--at", "3")
    shell("branch", str(TAPE), "--at", "3", "--negative", "", "--guidance", "0")
    requests = [job.request for job in shell.jobs]
    assert [request.negative_prompt for request in requests] == ["blur", ""]
    assert [request.guidance_scale for request in requests] == [7.0, 0.0]


@pytest.mark.parametrize("words", [("--guidance", "hot"), ("--guidance=-1",), ("--seed", "3")])
def test_what_a_branch_cannot_have(shell: Shell, words: tuple[str, ...]) -> None:
    code, out, err = shell("branch", "a.png", "--at", "3", *words)
    assert (code, out, shell.made) == (2, "", [])
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("step", ["-1", "20", "99999999999999999999"])
def test_steps_that_are_not_on_the_tape(shell: Shell, step: str) -> None:
    code, out, err = shell("branch", "a.png", "--at", step)
    assert (code, out, shell.made) == (2, "", [])
    assert "use 0 to 19" in err


def test_without_the_model(shell: Shell) -> None:
    (shell.home / "models" / "tiny" / "model_index.json").unlink()
    code, _, err = shell("branch", "a.png", "--at", "3")
    assert code == 2
    assert "model that recorded this tape" in err
    assert len(err.splitlines()) == 1
