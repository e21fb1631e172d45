"""`sddesk train`: what is asked for arrives, wrong values are told before torch is imported."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.messages import Train
from sddesk.core.training.runs import run_of
from sddesk.core.training.values import Sample, TrainingRequest
from tests.cli.shell import Shell
from tests.fakes import FakeRunner
from tests.starter import WIDTH
from tests.training.teaching import draw_pictures


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return draw_pictures(tmp_path / "images")


def trained(shell: Shell) -> Train:
    """The one job that the runner was given."""
    assert isinstance(shell.runner, FakeRunner)
    (job,) = (job for job in shell.runner.jobs if isinstance(job, Train))
    return job


def request_of(shell: Shell, *words: str | Path) -> TrainingRequest:
    code, _, err = shell("train", *words)
    assert code == 0, err
    return trained(shell).request


def test_an_inversion_as_the_contract_writes_it(shell: Shell, images: Path, tmp_path: Path) -> None:
    options = ("--word", "<disc>", "--init", "ball", "--vectors", "3", "--style", "--steps", "9")
    out = tmp_path / "new" / "disc.safetensors"
    code, said, err = shell(
        "train", "inversion", "--images", images, *options, "--seed", "7", "--out", out
    )
    assert (code, said) == (0, f"{out}\n"), err
    request = trained(shell).request
    assert (request.method, request.word, request.initialiser) == ("inversion", "<disc>", "ball")
    assert (request.vectors, request.style, request.steps, request.seed) == (3, True, 9, 7)
    assert [picture.path.name for picture in request.pictures] == ["0.png", "1.png", "2.png"]
    assert request.side == request.model.defaults.width


def test_a_dreambooth_as_the_contract_writes_it(shell: Shell, images: Path, tmp_path: Path) -> None:
    options = ("--word", "qzx", "--class", "ball", "--rank", "3", "--prior", "5", "--steps", "9")
    extra = ("--mirror", "--text-encoder", "--layers", "all", "--sample", "a {word} ball")
    out = tmp_path / "disc.safetensors"
    words = ("train", "dreambooth", "--images", images, *options, *extra)
    code, said, _ = shell(*words, "--json", "--out", out)
    assert code == 0
    request = trained(shell).request
    result = json.loads(said)
    assert (result["path"], result["word"], result["seed"]) == (str(out), "qzx", request.seed)
    assert (request.class_word, request.rank, request.alpha, request.prior) == ("ball", 3, 3, 5)
    assert request.text_encoder
    assert request.layers == "all"
    assert request.samples == (Sample("a {word} ball", 1),)
    assert all(picture.mirror for picture in request.pictures)


def test_the_same_command_goes_on_with_the_seed_that_was_drawn(
    shell: Shell, images: Path, tmp_path: Path
) -> None:
    words = (
        "inversion",
        "--images",
        images,
        "--word",
        "<disc>",
        "--out",
        tmp_path / "a.safetensors",
    )
    first = request_of(shell, *words)
    run = run_of(first, shell.home / "trainings")
    run.keep(first)
    run.checkpoint(1).parent.mkdir()
    shell.runner = FakeRunner()
    assert request_of(shell, *words) == first
    older = replace(first, min_snr=5.0)  # of a version that had another default
    run.empty()
    run = run_of(older, shell.home / "trainings")
    run.keep(older)
    run.checkpoint(1).parent.mkdir()
    shell.runner = FakeRunner()
    assert request_of(shell, *words) == older


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--images": "nowhere"}, "No such file or folder"),
        ({"--images": "empty"}, "There is no picture to learn from"),
        ({"--images": "broken"}, "None of the pictures can be read"),
        ({"--images": "thousand"}, "These are too many pictures"),
        ({"--out": "a.ckpt"}, "use FILE.safetensors"),
        ({"--out": "folder.safetensors"}, "There is a folder of that name"),
        ({"--word": "two words"}, "That is no word"),
        ({"--steps": "0"}, "number of steps is not possible"),
        ({"--steps": "many"}, "not a whole number"),
        ({"--rate": "nan"}, "learning rate is not possible"),
        ({"--rank": "1000"}, "rank is not possible"),
        ({"--model": "none"}, "There is no such model"),
        ({"--seed": "-1"}, "seed is not possible"),
        ({"--side": "63"}, "size cannot be trained"),
        ({"--vectors": "2"}, "--vectors has no meaning in dreambooth"),
        ({"--class": None}, "--class is missing"),
        ({"--word": None}, "required: --word"),
        ({"--layers": "few"}, "invalid choice"),
    ],
)
def test_wrong_values_are_one_line_and_exit_code_2(
    changes: dict[str, str | None], said: str, shell: Shell, images: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.safetensors").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"no picture")
    (tmp_path / "thousand").mkdir()
    for i in range(1000):
        (tmp_path / "thousand" / f"{i}.png").touch()
    options: dict[str, Any] = {
        "--images": images,
        "--word": "qzx",
        "--class": "ball",
        "--out": "a.safetensors",
    }
    given = {name: value for name, value in (options | changes).items() if value is not None}
    code, out, err = shell("train", "dreambooth", *(w for pair in given.items() for w in pair))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert not shell.made  # the service was never needed


def test_what_is_odd_is_warned_about(shell: Shell, images: Path, tmp_path: Path) -> None:
    (images / "z.png").write_bytes(b"no picture")
    out = tmp_path / "a.safetensors"
    _, _, err = shell("train", "inversion", "--images", images, "--word", "cat", "--out", out)
    assert "z.png" in err
    assert "This word has a meaning already: cat" in err


def test_a_word_of_the_collection_is_refused(shell: Shell, images: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    (shell.home / "concepts").mkdir(parents=True)
    save_file({"<disc>": torch.ones(1, WIDTH)}, shell.home / "concepts" / "disc.safetensors")
    words = ("train", "inversion", "--images", images, "--word", "<disc>", "--out")
    code, _, err = shell(*words, tmp_path / "a.safetensors")
    assert code == 2
    assert "There is a concept with this word already" in err
    assert shell(*words, shell.home / "concepts" / "disc.safetensors")[0] == 0  # learned anew


def test_values_are_checked_before_torch_is_imported(images: Path, tmp_path: Path) -> None:
    words = ["train", "inversion", "--images", str(images), "--word", "", "--out", "a.safetensors"]
    program = (
        "import sys; from sddesk.cli import main\n"
        f"code = main({words!r}); sys.exit(90 if 'torch' in sys.modules else code)"
    )
    environment = {**os.environ, "SDDESK_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 2, done.stderr
    assert "That is no word" in done.stderr


def test_what_was_trained_is_told_and_stays_when_it_is_taken_in(
    shell: Shell, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import save_file

    from sddesk.core.concepts.index import ConceptIndex
    from sddesk.core.concepts.library import take_in

    facts = {"method": "inversion", "step": 4}
    note = {"sddesk_training": json.dumps(facts)}
    save_file({"<disc>": torch.ones(1, WIDTH)}, tmp_path / "disc.safetensors", note)
    card = take_in(
        tmp_path / "disc.safetensors", shell.home / "concepts", ConceptIndex(tmp_path / "index")
    )
    for path in (tmp_path / "disc.safetensors", card.path):
        code, said, _ = shell("inspect", path, "--json")
        assert code == 0
        assert json.loads(said)["training"] == facts
