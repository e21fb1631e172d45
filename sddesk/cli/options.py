"""What each command is told, once its words are understood."""

import argparse
from pathlib import Path

from sddesk.core.axes import Axis


class Options(argparse.Namespace):
    """What every command understands."""

    home: Path | None
    device: str | None


class WindowOptions(Options):
    """`sddesk [FILE…]`."""

    files: list[Path]


class ResultOptions(Options):
    """Commands that print results."""

    json: bool


class OutputOptions(ResultOptions):
    """Where pictures go."""

    out: str | None
    no_tape: bool


class RenderOptions(OutputOptions):
    """`sddesk render`; None stands for the model's own default."""

    prompt: str
    negative: str
    seed: int | None
    steps: int | None
    guidance: float | None
    guidance_rescale: float
    sampler: str | None
    size: tuple[int, int] | None
    model: str | None
    count: int
    init: Path | None
    strength: float | None
    concept: list[str]
    lora: list[str]


class GridOptions(RenderOptions):
    """`sddesk grid`; `out` is the sheet."""

    rows: Axis
    columns: Axis | None
    cells: Path | None


class BranchOptions(OutputOptions):
    """`sddesk branch`; None stands for the tape's own value."""

    source: Path
    at: int
    prompt: str | None
    negative: str | None
    guidance: float | None
    guidance_rescale: float | None


class InspectOptions(ResultOptions):
    """`sddesk inspect`."""

    file: Path


class ModelsOptions(ResultOptions):
    """`sddesk models`."""
