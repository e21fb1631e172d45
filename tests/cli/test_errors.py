"""Errors are one line, of the right kind, and nothing is lost by them."""

from pathlib import Path
from typing import Any

import pytest

from sddesk.core.messages import Job
from sddesk.core.picture_files import save_png
from sddesk.core.problems import Problem
from tests.cli.shell import RENDER, Shell
from tests.fakes import FakeRunner, plain_picture

USER_ERRORS: dict[str, tuple[str, str]] = {
    "no such command": ("rendr", "rendr"),
    "no such option": ("render --prompt x --frobnicate", "--frobnicate"),
    "no such LoRA": ("render --prompt x --lora a.safetensors", "a.safetensors"),
    "no such concept": ("render --prompt x --concept a.bin:0.5", "a.bin"),
    "no such LoRA in the prompt": ("render --prompt <lora:ink:1>", "ink"),
    "no such wildcard": ("render --prompt __animals__", "animals.txt"),
    "a command of a later version": ("grid --prompt x", "grid"),
    "an abbreviated option": ("render --prom x", "--prompt"),
    "no prompt": ("render", "--prompt"),
    "a prompt without words": ("render --prompt", "--prompt"),
    "a prompt that looks like an option": ("render --prompt --steps 3", "--prompt=VALUE"),
    "an unknown device": ("models --device toaster", "toaster"),
    "one word too many": ("models models", "models"),
    "no home": ("models --home", "--home"),
    "no file": ("inspect", "FILE"),
    "steps 0": ("render --prompt x --steps 0", "0 steps"),
    "steps many": ("render --prompt x --steps many", "many"),
    "steps 1.5": ("render --prompt x --steps 1.5", "1.5"),
    "more digits than Python reads": ("render --prompt x --steps " + "9" * 5000, "whole number"),
    "guidance nan": ("render --prompt x --guidance nan", "nan"),
    "guidance inf": ("render --prompt x --guidance inf", "inf"),
    "guidance much": ("render --prompt x --guidance much", "much"),
    "guidance below zero": ("render --prompt x --guidance -1", "-1"),
    "rescale": ("render --prompt x --guidance-rescale 2", "guidance rescale"),
    "size 0": ("render --prompt x --size 0x64", "0x64"),
    "size below zero": ("render --prompt x --size=-64x64", "-64x64"),
    "size not a multiple": ("render --prompt x --size 65x64", "64x64"),
    "size of one number": ("render --prompt x --size 64", "512x512"),
    "size huge": ("render --prompt x --size 99999999x64", "8192"),
    "sampler": ("render --prompt x --sampler Eulr", "Euler"),
    "LCM steps": ("render --prompt x --sampler LCM --steps 51", "50"),
    "seed below zero": ("render --prompt x --seed -1", "seed"),
    "seed of letters": ("render --prompt x --seed abc", "seed"),
    "seeds that run over": (f"render --prompt x --seed {2**63 - 1} --count 2", "seed"),
    "count 0": ("render --prompt x --count 0", "pictures"),
    "count huge": ("render --prompt x --count 1000000000", "pictures"),
    "model": ("render --prompt x --model nothing", "starter"),
    "strength alone": ("render --prompt x --strength 0.5", "--init"),
    "init missing": ("render --prompt x --init none.png", "none.png"),
    "init is text": ("render --prompt x --init letter.txt", "letter.txt"),
    "init leaves no step": ("render --prompt x --init a.png --strength 0", "No step"),
    "strength nan": ("render --prompt x --init a.png --strength nan", "nan"),
    "out jpg": ("render --prompt x --out a.jpg", "a.jpg"),
    "out nothing": ("render --prompt x --out=", "--out"),
    "out in a file": ("render --prompt x --out letter.txt/a.png", "letter.txt"),
    "out is a file, not a folder": ("render --prompt x --out letter.txt/", "letter.txt"),
    "the name is that of a folder": ("render --prompt x --count 2 --out b.png", "b-2.png"),
    "the tape's name is too long": (f"render --prompt x --out {'x' * 245}.png", "too long"),
    "home is a file": ("render --prompt x --home letter.txt", "letter.txt"),
    "branch of nothing": ("branch none.png --at 1", "none.png"),
    "branch without tape": ("branch a.png --at 1", "tape"),
    "branch of text": ("branch letter.txt --at 1", "letter.txt"),
    "branch nowhere": ("branch a.png", "--at"),
    "branch at a word": ("branch a.png --at half", "half"),
    "branch with another seed": ("branch a.png --at 1 --seed 3", "--seed"),
    "inspect text": ("inspect letter.txt", "PNG, JPEG and WebP"),
    "inspect nothing": ("inspect none.png", "none.png"),
    "inspect a folder": ("inspect .", "folder"),
}


@pytest.mark.parametrize("name", USER_ERRORS)
def test_user_errors_are_one_line(shell: Shell, tmp_path: Path, name: str) -> None:
    save_png(tmp_path / "a.png", plain_picture(8, 8, 1), {})
    (tmp_path / "letter.txt").write_text("Dear friend,\n")
    (tmp_path / "b-2.png").mkdir()
    command, word = USER_ERRORS[name]
    code, out, err = shell(*command.split())
    assert code == 2
    assert out == ""
    assert err.startswith("sddesk: error: ")
    assert err.count("\n") == 1
    assert "; " in err
    assert word in err
    assert shell.made == []


@pytest.mark.parametrize("value", ["a\nb", "a\r\nsddesk: fine", "\x1b[2Ja", "\udcff", "a\x85b"])
def test_one_line_whatever_the_value(shell: Shell, value: str) -> None:
    for words in (
        ["render", "--prompt", "x", "--model", value],
        ["render", "--prompt", "x", "--sampler", value],
        ["render", "--prompt", "x", "--steps", value],
        ["render", "--prompt", "x", f"--{value}"],
        ["inspect", value],
        [value],
    ):
        code, out, err = shell(*words)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1
        assert err.rstrip("\n").isprintable()


def test_a_failure_ends_the_series_and_keeps_what_is_done(shell: Shell) -> None:
    class FailsAtTheSecond(FakeRunner):
        def run(self, job: Job, emit: Any, cancelled: Any) -> None:
            if self.jobs:
                self._problem = Problem("The disk is full", "writing 8.png", "free some space")
            super().run(job, emit, cancelled)

    shell.runner = FailsAtTheSecond()
    code, out, err = shell(*RENDER, "--seed", "7", "--count", "5")
    assert code == 2
    assert out == f"{shell.home / 'pictures' / '7.png'}\n"
    last = err.splitlines()[-1]
    assert last == "sddesk: error: The disk is full: writing 8.png; free some space"
    assert len(shell.jobs) == 2


def test_a_missing_device_is_one_line(shell: Shell) -> None:
    shell.runner = FakeRunner(problem=Problem("There is no CUDA device", "", "use --device cpu"))
    code, out, err = shell(*RENDER, "--device", "cuda")
    expected = "sddesk: error: There is no CUDA device; use --device cpu\n"
    assert (code, out, err) == (2, "", expected)


def test_our_own_errors_are_one_line_and_the_traceback_is_in_the_log(shell: Shell) -> None:
    shell.runner = FakeRunner(error=ZeroDivisionError("by zero"))
    code, out, err = shell(*RENDER)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert str(shell.home / "logs" / "sddesk.log") in err
    assert "ZeroDivisionError" in err
    assert "Traceback" in shell.log


def test_problems_that_are_ours(shell: Shell) -> None:
    shell.runner = FakeRunner(problem=Problem("SD Desk made a mistake", "KeyError: 1", ours=True))
    code, _, err = shell(*RENDER)
    assert code == 1
    assert len(err.splitlines()) == 1
    assert "sddesk.log" in err


def test_the_settings_are_broken(shell: Shell) -> None:
    shell.home.mkdir()
    (shell.home / "settings.json").write_text("{")
    code, out, err = shell(*RENDER, "--seed", "1")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert err.startswith("sddesk: warning: The settings could not be read")


def test_no_log_can_be_written(shell: Shell) -> None:
    shell.home.mkdir()
    (shell.home / "logs").write_text("a file")
    code, out, err = shell(*RENDER, "--seed", "1")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "No log can be written" in err.splitlines()[-1]
