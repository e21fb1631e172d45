"""Concepts on the command line: used, checked before torch is imported, and told about."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from sddesk.core.concepts.index import ConceptIndex
from sddesk.core.concepts.library import take_in
from sddesk.core.concepts.reading import read_concept
from tests.cli.shell import RENDER, Shell
from tests.core.concepts.dialects import lora_tensors
from tests.starter import WIDTH


@pytest.fixture
def word(tmp_path: Path) -> Path:
    torch.save({"Mr Doodle": torch.ones(2, WIDTH)}, tmp_path / "doodle.bin")
    return tmp_path / "doodle.bin"


@pytest.fixture
def lora(tmp_path: Path) -> Path:
    tensors = {
        name: torch.ones(4, WIDTH) if "attn2" in name and "lora_A" in name else tensor
        for name, tensor in lora_tensors("peft").items()
    }
    save_file(tensors, tmp_path / "ink.safetensors", {"modelspec.author": "A. Painter"})
    return tmp_path / "ink.safetensors"


def test_both_arrive_with_their_weights(shell: Shell, word: Path, lora: Path) -> None:
    code, _, err = shell(*RENDER, "--concept", word, "--lora", f"{lora}:0.7")
    assert code == 0, err
    first, second = shell.jobs[0].request.concepts
    assert (first.kind, first.words, first.weight) == ("embedding", ("Mr Doodle",), 1.0)
    assert (second.kind, second.name, second.weight) == ("lora", "ink", 0.7)
    assert second.hash == read_concept(lora).hash


def test_the_prompt_names_loras_given_or_collected(shell: Shell, lora: Path) -> None:
    tag = ("render", "--prompt", "a cat <lora:INK:0.4>")
    shell(*tag, "--lora", lora)
    take_in(lora, shell.home / "concepts", ConceptIndex(shell.home / "index.json"))
    shell(*tag)
    uses = [job.request.concepts for job in shell.jobs]
    assert [(use.name, use.weight) for (use,) in uses] == [("ink", 0.4)] * 2
    assert uses[0][0].hash == uses[1][0].hash


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--concept", "ink.safetensors"), "is a LoRA, not a learned word"),
        (("--lora", "doodle.bin"), "is a learned word, not a LoRA"),
        (("--concept", "wide.bin"), "made for SD 1.x, 768 wide; this model takes"),
        (("--concept", "doodle.bin", "--concept", "other.bin"), "Two concepts have the word"),
        (("--concept", "doodle.bin:99"), "weight of doodle"),
        (("--concept", "bare.bin"), "does not say which word"),
    ],
)
def test_what_cannot_be_used_is_told(
    shell: Shell, word: Path, lora: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    torch.save({"<w>": torch.ones(768)}, tmp_path / "wide.bin")
    torch.save({"mr doodle": torch.zeros(1, WIDTH)}, tmp_path / "other.bin")
    torch.save(torch.ones(1, WIDTH), tmp_path / "bare.bin")
    words = [str(tmp_path / o) if not o.startswith("--") else o for o in options]
    code, _, err = shell(*RENDER, *words)
    assert code == 2
    assert said.lower() in err.lower()
    assert not shell.made


def test_inspect_tells_what_they_are(shell: Shell, word: Path, lora: Path) -> None:
    facts = json.loads(shell("inspect", word, "--json")[1])
    assert (facts["kind"], facts["words"], facts["vectors"]) == ("embedding", ["Mr Doodle"], [2])
    assert (facts["base"], facts["origin"]) == (f"{WIDTH} wide", "diffusers (torch)")
    facts = json.loads(shell("inspect", lora, "--json")[1])
    assert (facts["kind"], facts["origin"]) == ("lora", "peft (safetensors)")
    assert facts["author"] == "A. Painter"
    assert "words: Mr Doodle\n" in shell("inspect", word)[1]


def test_choices_follow_the_seeds(shell: Shell) -> None:
    (shell.home / "wildcards").mkdir(parents=True)
    (shell.home / "wildcards" / "animals.txt").write_text("cat\ndog\n")
    for _ in range(2):
        shell("render", "--prompt", "{red|blue} __animals__", "--seed", "5", "--count", "9")
    prompts = [job.request.prompt for job in shell.jobs]
    assert prompts[:9] == prompts[9:]
    assert set(prompts) == {"red cat", "blue cat", "red dog", "blue dog"}


def test_a_bare_tensor_is_given_its_word(shell: Shell, tmp_path: Path) -> None:
    torch.save(torch.ones(1, WIDTH), tmp_path / "bare.bin")
    code, _, err = shell(*RENDER, "--concept", tmp_path / "bare.bin")
    assert (code, "--concept WORD=" in err) == (2, True)
    code, _, err = shell(*RENDER, "--concept", f"Mr Doodle={tmp_path / 'bare.bin'}:0.5")
    assert code == 0, err
    (use,) = shell.jobs[0].request.concepts
    assert (use.words, use.weight) == (("Mr Doodle",), 0.5)


def test_a_word_is_called_by_another(shell: Shell, word: Path) -> None:
    shell(*RENDER, "--concept", f"scribble={word}")
    assert shell.jobs[0].request.concepts[0].words == ("scribble",)


def test_choices_and_names_in_the_cells_of_a_grid(shell: Shell, lora: Path, tmp_path: Path) -> None:
    prompt = ("--prompt", "{red|blue} apple <lora:ink:0.3>", "--lora", lora)
    out = ("--rows", "seed=5,6,7,8,9", "--out", tmp_path / "sheet.png")
    code, _, err = shell("grid", *prompt, *out)
    assert code == 0, err
    requests = [job.request for job in shell.jobs]
    assert {request.prompt.split()[0] for request in requests} == {"red", "blue"}
    assert {request.concepts[0].weight for request in requests} == {0.3}
