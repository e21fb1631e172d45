"""What grid asks of the service, what stands on the sheet, and what is refused before any work."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from sddesk.core.messages import Failed, Generate, Job
from sddesk.core.picture_files import save_png
from sddesk.core.problems import Problem
from sddesk.core.sheet_reading import read_sheet
from sddesk.core.values import GenerationRequest, Picture
from tests.cli.shell import Shell
from tests.cli.test_concepts import WIDTH
from tests.fakes import Emit, FakeRunner, plain_picture

GRID = ("grid", "--prompt", "red apple", "--seed", "5", "--size", "64x64", "--steps", "2")
AXES = ("--rows", "guidance=1,7.5", "--columns", "seed=8,9,10")
SHEET = ("--out", "s.png")


class FailsOn(FakeRunner):
    """A runner to which one seed is too much."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def run(self, job: Job, emit: Emit, cancelled: object) -> None:
        if isinstance(job, Generate) and job.request.seed == self._seed:
            self.jobs.append(job)
            emit(Failed(job.id, Problem("There is not enough memory", "9 GB", "make it smaller")))
            return
        super().run(job, emit, cancelled)  # type: ignore[arg-type]


def save(path: Path, picture: Picture, request: GenerationRequest) -> None:
    save_png(path, picture, {"seed": str(request.seed)})


def test_cells_are_ordinary_requests_and_the_sheet_shows_them(shell: Shell) -> None:
    code, out, err = shell(*GRID, *AXES, *SHEET)
    assert (code, out, err) == (0, "s.png\n", "sddesk: seed 5\n")
    made = [(job.request.guidance_scale, job.request.seed) for job in shell.jobs]
    assert made == [(g, s) for g in (1.0, 7.5) for s in (8, 9, 10)]
    assert len(shell.made) == 1
    sheet = read_sheet(Path("s.png"))
    for cell, job in zip(sheet.cells, shell.jobs, strict=True):
        assert cell.picture == plain_picture(64, 64, job.request.seed)
        assert cell.settings.seed == job.request.seed
    assert not (shell.home / "pictures").exists()
    assert {job.destination.tape for job in shell.jobs} == {False}
    assert not any(job.destination.folder.exists() for job in shell.jobs)


def test_cells_are_kept_where_asked(shell: Shell) -> None:
    code, out, _ = shell(*GRID, *AXES, *SHEET, "--cells", "cells", "--json")
    assert code == 0
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["row"], line["column"]) for line in lines[:-1]] == [
        (row, column) for row in range(2) for column in range(3)
    ]
    assert lines[-1] == {"path": "s.png", "sheet": True, "cells": 6, "made": 6}
    places = [(job.destination.folder, job.destination.name) for job in shell.jobs]
    assert places[:2] == [(Path("cells"), "1-1.png"), (Path("cells"), "1-2.png")]
    assert all(job.destination.tape for job in shell.jobs)
    shell(*GRID, *AXES, *SHEET, "--cells", "cells", "--no-tape")
    assert not shell.jobs[-1].destination.tape


def test_one_axis_is_a_grid(shell: Shell) -> None:
    assert shell(*GRID, "--rows", "word=red,green", *SHEET)[0] == 0
    assert [job.request.prompt for job in shell.jobs] == ["red apple", "green apple"]


def test_the_weight_of_a_concept(shell: Shell, tmp_path: Path) -> None:
    torch.save({"Mr Doodle": torch.ones(2, WIDTH)}, tmp_path / "doodle.bin")
    rows = ("--rows", "concept:doodle=0,0.5", "--concept", tmp_path / "doodle.bin")
    code, _, err = shell(*GRID, *rows, *SHEET)
    assert code == 0, err
    assert [job.request.concepts[0].weight for job in shell.jobs] == [0, 0.5]
    assert [cell.settings.concepts[0].weight for cell in read_sheet(Path("s.png")).cells] == [
        0,
        0.5,
    ]


def test_wildcards_are_chosen_by_each_cells_seed(shell: Shell) -> None:
    words = ("grid", "--prompt", "{red|green|blue} apple", "--steps", "2", "--size", "64x64")
    assert shell(*words, "--rows", "seed=1,2,3,4,5,6", *SHEET)[0] == 0
    made = [job.request.prompt for job in shell.jobs]
    assert len(set(made)) > 1
    assert not any("{" in prompt for prompt in made)
    assert [cell.settings.prompt for cell in read_sheet(Path("s.png")).cells] == made
    shell("render", *words[1:], "--seed", "4")
    assert shell.jobs[-1].request.prompt == made[3]


def test_a_failed_cell_shows_why_and_the_rest_goes_on(shell: Shell) -> None:
    shell.runner = FailsOn(9)
    code, out, err = shell(*GRID, *AXES, *SHEET)
    assert (code, out) == (2, "s.png\n")
    assert "2 of 6 cells failed" in err
    assert "There is not enough memory" in err
    assert sum("error" in line for line in err.splitlines()) == 1
    assert [c.picture is None for c in read_sheet(Path("s.png")).cells] == [False, True, False] * 2
    with Image.open("s.png") as image:
        values = json.loads(str(image.info["sddesk-grid"]))
    assert values["cells"][1]["failure"] == "There is not enough memory: 9 GB"


def test_nothing_but_failures_is_no_sheet(shell: Shell) -> None:
    shell.runner = FakeRunner(problem=Problem("There is not enough memory"))
    code, out, _ = shell(*GRID, *AXES, *SHEET)
    assert (code, out) == (2, "")
    assert not Path("s.png").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--rows", "guidance=warm"),
        ("--rows", "guidance=1,-1"),
        ("--rows", "colour=red,blue"),
        ("--rows", "steps=1,100000"),
        ("--rows", "sampler=Nonsense"),
        ("--rows", "strength=0.5"),
        ("--rows", "word=pear,plum"),
        ("--rows", "branch=1"),
        ("--rows", "concept:doodle=1"),
        ("--rows", "concept:=1"),
        ("--rows", "seed=1", "--columns", "seed=2"),
        ("--rows", "seed=1", "--count", "2"),
        ("--columns", "seed=1"),
        ("--rows", "seed=1", "--out", "s.jpg"),
        ("--rows", "seed=1", "--out", "s.png/t.png"),
        ("--rows", "seed=1", "--cells", "s.png"),
        ("--rows", "seed=1,2", "--size", "8192x8192"),
    ],
)
def test_nonsense_is_one_line_and_no_work(shell: Shell, words: tuple[str, ...]) -> None:
    save_png(Path("s.png"), plain_picture(8, 8, 3), {})
    before = Path("s.png").read_bytes()
    code, out, err = shell(*GRID, *SHEET, *words)
    assert (code, out, shell.made) == (2, "", [])
    assert len(err.splitlines()) == 1
    assert err.startswith("sddesk: error: ")
    assert Path("s.png").read_bytes() == before
    assert [path.name for path in Path().iterdir() if path.name != "home"] == ["s.png"]


def test_without_out_nothing_is_done(shell: Shell) -> None:
    code, _, err = shell(*GRID, *AXES)
    assert code == 2
    assert "--out" in err


class Interrupting(FakeRunner):
    """A runner during whose third picture the user presses Ctrl+C."""

    def run(self, job: Job, emit: object, cancelled: object) -> None:
        import signal

        if len(self.jobs) == 2:
            signal.raise_signal(signal.SIGINT)
        super().run(job, emit, cancelled)  # type: ignore[arg-type]


def test_what_is_done_stays_on_an_interrupt(shell: Shell) -> None:
    shell.runner = Interrupting(write=save)
    code, out, _ = shell(*GRID, *AXES, *SHEET, "--cells", "cells")
    assert code == 130
    assert out.splitlines()[-1] == "s.png"
    assert [c.picture is not None for c in read_sheet(Path("s.png")).cells] == [
        *[True, True],
        *[False] * 4,
    ]
