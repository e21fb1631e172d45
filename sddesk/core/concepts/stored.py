"""Tensors by their place in a file, and their bytes."""

from dataclasses import dataclass
from pathlib import Path

from sddesk.core.problems import ProblemError, disk_problem, one_line

ITEM_SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4}  # bytes
_PORTION = 4 * 1024 * 1024  # bytes in memory at a time, a multiple of every item
AGAIN = "get the file again"


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """`size` bytes from `begin` on; `stride` (elements) where they do not lie in C order."""

    path: Path
    dtype: str
    shape: tuple[int, ...]
    begin: int
    size: int
    stride: tuple[int, ...] | None = None


def damaged_file(path: Path, why: str) -> ProblemError:
    """The problem of a file that is not what it says."""
    return ProblemError("This concept file is damaged", one_line(f"{path} ({why})")[:400], AGAIN)


def read_bytes(tensor: StoredTensor) -> bytes:
    """The tensor's elements in C order; raises `ProblemError` when the file has changed."""
    try:
        with tensor.path.open("rb") as file:
            file.seek(tensor.begin)
            data = file.read(tensor.size)
    except OSError as error:
        raise disk_problem(error, f"reading {tensor.path}") from error
    if len(data) != tensor.size:
        raise damaged_file(tensor.path, "it is shorter than before")
    return data if tensor.stride is None else _gathered(data, tensor, tensor.stride)


def check_finite(tensor: StoredTensor) -> None:
    """Raise `ProblemError` if a number of the tensor is infinite or undefined."""
    done = 0
    while done < tensor.size:
        size = min(_PORTION, tensor.size - done)
        part = StoredTensor(tensor.path, tensor.dtype, (), tensor.begin + done, size)
        if not _is_finite(read_bytes(part), tensor.dtype):
            raise damaged_file(tensor.path, "it holds infinite or undefined numbers")
        done += size


def _is_finite(data: bytes, dtype: str) -> bool:
    import numpy

    if dtype == "BF16":  # the upper halves of float32 numbers
        return bool(((numpy.frombuffer(data, "<u2") & 0x7F80) != 0x7F80).all())
    if not dtype.startswith("F"):
        return True
    return bool(numpy.isfinite(numpy.frombuffer(data, f"<f{ITEM_SIZES[dtype]}")).all())


def _gathered(data: bytes, tensor: StoredTensor, stride: tuple[int, ...]) -> bytes:
    import numpy

    item = ITEM_SIZES[tensor.dtype]
    flat = numpy.frombuffer(data, f"V{item}")
    steps = [step * item for step in stride]
    return numpy.lib.stride_tricks.as_strided(flat, tensor.shape, steps).tobytes()
