"""Grids and branches with a real, tiny pipeline: to the pixel what single pictures are."""

import errno
from pathlib import Path
from typing import Any

import diffusers as _diffusers
import pytest

from sddesk.core import files
from sddesk.core.paths import app_paths
from sddesk.core.picture_files import load_picture, save_png
from sddesk.core.samplers import SAMPLERS
from sddesk.core.sheet_reading import read_sheet
from sddesk.core.tapes import find_tape, read_tape_facts
from sddesk.core.values import ModelRef, Picture
from sddesk.service import Service
from tests.cli.shell import Shell

diffusers: Any = _diffusers  # its lazy module hides the names from type checkers


class Real:
    """Command lines with the real service and a tiny model."""

    def __init__(self, shell: Shell, model: ModelRef) -> None:
        self._shell, self._model = shell, model
        self.restart()

    @property
    def model(self) -> Path:
        return self._model.path

    def restart(self) -> None:
        """As a new process would find things."""
        self._shell.runner = Service(app_paths(self._shell.home), "cpu")

    def __call__(self, command: str, *words: str, model: bool = True) -> str:
        """What stood on stderr."""
        which = ("--model", str(self._model.path)) if model else ()
        code, _, err = self._shell(command, *words, *which)
        assert code == 0, err
        return err

    def branch(self, source: str, step: int, out: str, *words: str) -> str:
        return self("branch", source, "--at", str(step), "--out", out, *words, model=False)


@pytest.fixture
def real(shell: Shell, tiny_sd: ModelRef) -> Real:
    real = Real(shell, tiny_sd)
    link = shell.home / "models" / "tiny"
    link.parent.mkdir(parents=True)
    link.symlink_to(tiny_sd.path)
    return real


def pixels(name: str) -> Picture:
    return load_picture(Path(name))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one entry with each evaluation of the network."""
    calls: list[int] = []
    forward = diffusers.UNet2DConditionModel.forward

    def count(self: Any, *args: Any, **options: Any) -> Any:
        calls.append(1)
        return forward(self, *args, **options)

    monkeypatch.setattr(diffusers.UNet2DConditionModel, "forward", count)
    return calls


APPLE = ("--prompt", "red apple", "--seed", "3", "--steps", "4")


def test_each_cell_is_the_single_picture_to_the_pixel(real: Real) -> None:
    samplers = ("Euler a", "DPM++ 2M Karras", "Heun", "PNDM")
    axes = ("--rows", f"sampler={'|'.join(samplers)}", "--columns", "guidance=1,9")
    real("grid", *APPLE, *axes, "--out", "s.png", "--cells", "cells")
    sheet = read_sheet(Path("s.png"))
    assert len(sheet.cells) == 8
    real.restart()
    for cell in reversed(sheet.cells):
        sampler, guidance = samplers[cell.row], ("1", "9")[cell.column]
        real("render", *APPLE, "--sampler", sampler, "--guidance", guidance, "--out", "one.png")
        assert cell.picture == pixels("one.png")
        assert cell.picture == pixels(f"cells/{cell.file}")
        facts = read_tape_facts(find_tape(Path("cells", cell.file)))
        assert facts.settings["sampler"] == sampler
    assert len({cell.picture.pixel_hash() for cell in sheet.cells if cell.picture}) == 8


def test_a_grid_over_strength_and_words(real: Real) -> None:
    save_png(Path("init.png"), Picture(64, 64, bytes(range(256)) * 48), {})
    init = ("--init", "init.png")
    axes = ("--rows", "strength=.5,1", "--columns", "word=apple,pear")
    real("grid", *APPLE, *init, *axes, "--out", "s.png")
    cell = read_sheet(Path("s.png")).cells[1]
    words = ("--prompt", "red pear", *APPLE[2:], *init, "--strength", ".5")
    real("render", *words, "--out", "one.png")
    assert cell.picture == pixels("one.png")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_an_unchanged_branch_and_one_of_it_are_the_same_bits(real: Real, sampler: str) -> None:
    real("render", *APPLE, "--sampler", sampler, "--out", "a.png")
    real.restart()
    real.branch("a.png", 2, "b.png")
    real.restart()
    real.branch("b.png", 3, "c.png")
    real.branch("c.tape.safetensors", 0, "d.png")
    assert pixels("a.png") == pixels("b.png") == pixels("c.png") == pixels("d.png")


@pytest.mark.parametrize("sampler", ["Euler a", "DPM++ 2M Karras", "Heun"])
def test_a_branch_of_a_changed_branch_goes_on_from_it(real: Real, sampler: str) -> None:
    real("render", *APPLE, "--sampler", sampler, "--out", "a.png")
    real.branch("a.png", 1, "b.png", "--prompt", "a blue bird", "--guidance", "12")
    assert pixels("b.png") != pixels("a.png")
    real.branch("b.png", 3, "c.png")
    assert pixels("c.png") == pixels("b.png")
    real.branch("b.png", 2, "d.png", "--guidance-rescale", "0.9")
    assert pixels("d.png") != pixels("b.png")


def test_half_of_48_steps_is_24_evaluations(real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    apple = (*APPLE[:4], "--steps", "48", "--sampler", "Euler")
    real("render", *apple, "--out", "a.png")
    assert len(calls) == 48
    told = real.branch("a.png", 24, "b.png", "--prompt", "a blue bird")
    assert len(calls) == 48 + 24
    assert "24 steps kept: 24 network evaluations made, 24 saved" in told


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("init", [False, True])
def test_evaluations_are_foretold(
    real: Real, monkeypatch: pytest.MonkeyPatch, sampler: str, init: bool
) -> None:
    calls = counted(monkeypatch)
    save_png(Path("init.png"), Picture(64, 64, bytes(range(256)) * 48), {})
    words = ("--init", "init.png", "--strength", "0.8") if init else ()
    real("render", *APPLE[:4], "--steps", "5", *words, "--sampler", sampler, "--out", "a.png")
    whole = len(calls)
    told = real.branch("a.png", 2, "b.png")
    made = len(calls) - whole
    assert f"{made} network evaluations made, {whole - made} saved" in told


def test_a_disk_that_fills_up_in_the_middle(
    real: Real, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, flushed = files._flush_to_disk, list[Path]()

    def fill(path: Path) -> None:
        if path.parent.name == "cells":
            flushed.append(path)
        if len(flushed) > 4:  # two cells, each with its tape
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(path)

    monkeypatch.setattr(files, "_flush_to_disk", fill)
    axes = ("--rows", "guidance=1,5,9", "--out", "s.png", "--cells", "cells")
    code, out, err = shell("grid", *APPLE, *axes, "--model", str(real.model))
    assert code == 2
    assert out.splitlines() == ["cells/1-1.png", "cells/2-1.png"]
    assert [line for line in err.splitlines() if "error" in line] == err.splitlines()[-1:]
    assert "The disk is full" in err
    names = sorted(path.name for path in Path("cells").iterdir())
    assert names == ["1-1.png", "1-1.tape.safetensors", "2-1.png", "2-1.tape.safetensors"]
    assert not Path("s.png").exists()
    for name in ("1-1.png", "2-1.png"):
        find_tape(Path("cells", name))


def test_a_picture_whose_tape_is_gone_is_branched_from(real: Real) -> None:
    real("render", *APPLE, "--sampler", "DPM++ 2M SDE", "--out", "a.png")
    Path("a.tape.safetensors").unlink()
    told = real.branch("a.png", 2, "b.png")
    assert "deleted to make room: a.png; they are computed again first" in told
    assert pixels("b.png") == pixels("a.png")
    assert find_tape(Path("a.png")).is_file()
