"""What models and inspect say, for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.paths import RESOURCES
from sddesk.core.picture_files import save_png
from tests.cli.shell import Shell
from tests.core.helpers import RECORDED, SD_INDEX, a_request, write_model, write_tape

STARTER = RESOURCES / "models" / "starter"


def facts_of(shell: Shell, path: Path | str) -> dict[str, Any]:
    code, out, err = shell("inspect", path, "--json")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    return json.loads(out)


def test_models_by_name_and_folder(shell: Shell) -> None:
    mine = write_model(shell.home / "models" / "mine")
    code, out, err = shell("models")
    assert (code, err) == (0, "")
    assert out == f"mine\t{mine}\nStarter\t{STARTER}\n"


def test_models_as_json(shell: Shell) -> None:
    mine = write_model(shell.home / "models" / "mine")
    _, out, _ = shell("models", "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert (first["name"], first["path"], first["family"]) == ("mine", str(mine), "sd")
    assert (first["size"], first["steps"], first["problem"]) == ([512, 512], 25, None)
    assert second["name"] == "Starter"


def test_broken_models_are_told_with_their_problem(shell: Shell) -> None:
    broken = write_model(shell.home / "models" / "odd", SD_INDEX | {"_class_name": "Flux"})
    code, out, err = shell("models")
    assert (code, out) == (0, f"Starter\t{STARTER}\n")
    assert err.startswith(f"sddesk: warning: This kind of model cannot be used: {broken}")
    code, out, err = shell("models", "--json")
    first = json.loads(out.splitlines()[0])
    assert (code, err, first["name"], first["path"]) == (0, "", "odd", str(broken))
    assert "cannot be used" in first["problem"]


def test_a_picture_of_ours_with_its_tape(shell: Shell, tmp_path: Path) -> None:
    request = a_request(prompt="grün 🍎\nsecond line")
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, {"os": "x"})}
    save_png(tmp_path / "a.png", RECORDED, texts)
    tape = write_tape(tmp_path / "a.tape.safetensors", request)
    facts = facts_of(shell, tmp_path / "a.png")
    assert (facts["kind"], facts["size"], facts["tape"]) == ("picture", [2, 1], str(tape))
    assert facts["pixel_hash"] == RECORDED.pixel_hash()
    assert facts["settings"]["prompt"] == "grün 🍎\nsecond line"
    assert facts["parameters"] is None
    code, out, err = shell("inspect", "a.png")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "kind: picture" in lines
    assert "size: 2x1" in lines
    assert "  prompt: grün 🍎" in lines
    assert "tape: a.tape.safetensors" in lines


def test_the_tape_of_another_picture_is_not_named(shell: Shell, tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", RECORDED, {})
    assert facts_of(shell, "a.png")["tape"] is None
    tape = write_tape(tmp_path / "a.tape.safetensors", a_request())
    tape.write_bytes(tape.read_bytes().replace(RECORDED.pixel_hash().encode(), b"0" * 64))
    assert facts_of(shell, "a.png")["tape"] is None


def test_a_picture_of_another_program(shell: Shell, tmp_path: Path) -> None:
    save_png(tmp_path / "a.png", RECORDED, {"parameters": "cat\nSteps: 20, Sampler: Euler"})
    facts = facts_of(shell, "a.png")
    assert (facts["settings"], facts["parameters"]) == (None, "cat\nSteps: 20, Sampler: Euler")
    assert "parameters: cat\n" in shell("inspect", "a.png")[1]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_formats(shell: Shell, tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (9, 5)).save(tmp_path / "picture", kind)
    facts = facts_of(shell, "picture")
    assert (facts["kind"], facts["size"], facts["settings"]) == ("picture", [9, 5], None)


def test_a_tape_whatever_its_name(shell: Shell, tmp_path: Path) -> None:
    for name in ("a.tape.safetensors", "renamed.safetensors"):
        facts = facts_of(shell, write_tape(tmp_path / name, a_request()))
        assert (facts["kind"], facts["recorded"]) == ("tape", 20)
        assert facts["settings"]["prompt"] == "red apple"
        assert facts["run"]["picture_hash"] == RECORDED.pixel_hash()
    assert "recorded: 20\n" in shell("inspect", "a.tape.safetensors")[1]


def test_other_safetensors_files(shell: Shell) -> None:
    code, _, err = shell("inspect", STARTER / "unet" / "diffusion_pytorch_model.safetensors")
    assert code == 2
    assert "neither an embedding nor a LoRA" in err
