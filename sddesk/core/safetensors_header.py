"""Reading safetensors files without torch and without trusting them: header, single tensors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sddesk.core.json_objects import parse_object
from sddesk.core.problems import ProblemError, disk_problem

MAX_HEADER = 16 * 1024 * 1024  # bytes; real headers stay below 1 MB, hostile ones go to 100 MB


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """Type (\"F32\"), shape and place (bytes from the start of the file) of one tensor."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """The tensors by name, and the file's own metadata."""

    tensors: dict[str, TensorEntry]
    metadata: dict[str, str]


def read_header(path: Path) -> Header:
    """The header of `path`, checked against the file's true size.

    Raises `ProblemError` for a missing, truncated or foreign file.
    Format: huggingface/safetensors README, "Format".
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > MAX_HEADER or 8 + length > size:
                raise ProblemError("This is not a whole safetensors file", str(path), _HINT)
            raw = file.read(length)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    try:
        header = _parse(raw, 8 + length)
        end = max((entry.end for entry in header.tensors.values()), default=8 + length)
        if end != size:
            raise ValueError(f"{size} bytes instead of {end}")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        detail = f"{path} ({error})"
        raise ProblemError("This safetensors file is damaged", detail, _HINT) from error
    return header


def read_tensor(path: Path, entry: TensorEntry) -> bytes:
    """The bytes of one tensor, in C order; raises `ProblemError` when the file cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(entry.begin)
            return file.read(entry.end - entry.begin)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error


_HINT = "get the file again, it may have been cut off while it was copied"


def _parse(raw: bytes, body: int) -> Header:
    entries = parse_object(raw)
    metadata = {str(k): str(v) for k, v in entries.pop("__metadata__", {}).items()}
    return Header({name: _entry(value, body) for name, value in entries.items()}, metadata)


def _entry(value: dict[str, Any], body: int) -> TensorEntry:
    begin, end = (int(offset) for offset in value["data_offsets"])
    if not 0 <= begin <= end:
        raise ValueError(f"offsets {begin} to {end}")
    shape = tuple(int(side) for side in value["shape"])
    return TensorEntry(str(value["dtype"]), shape, body + begin, body + end)
