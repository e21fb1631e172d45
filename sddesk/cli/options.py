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
    evolution: Path | None
    frames: str | None


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


class TrainOptions(ResultOptions):
    """`sddesk train`; None stands for the preset's own number."""

    method: str
    images: Path
    word: str
    init: str | None
    vectors: int | None
    style: bool
    class_word: str | None
    rank: int | None
    alpha: float | None
    layers: str | None
    prior: int | None
    text_encoder: bool | None
    preset: str | None
    steps: int | None
    rate: float | None
    batch: int | None
    accumulation: int | None
    checkpointing: bool
    mirror: bool
    side: int | None
    seed: int | None
    model: str | None
    sample: list[str]
    sample_every: int | None
    checkpoint_every: int | None
    kohya: Path | None
    out: Path


class InspectOptions(ResultOptions):
    """`sddesk inspect`."""

    file: Path


class ModelsOptions(ResultOptions):
    """`sddesk models`."""
