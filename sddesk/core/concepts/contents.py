"""What a file holds, whichever of the two containers it is: safetensors or torch's archive."""

import math
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sddesk.core.concepts.archives import read_archive
from sddesk.core.concepts.stored import AGAIN, ITEM_SIZES, StoredTensor, damaged_file
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.safetensors_header import TensorEntry, read_header

MAX_FILE = 8 * 1024**3  # bytes
MAX_HEADER = 4 * 1024 * 1024  # bytes; LoRA files note the tags they were trained with
MAX_TENSORS = 20_000
_MAX_BRACKETS = 100_000


@dataclass(frozen=True, slots=True)
class Contents:
    """A tree of dicts, lists, texts, numbers and tensors, and safetensors' metadata."""

    tree: object
    metadata: dict[str, str]
    container: str


def read_contents(path: Path) -> Contents:
    """What is in the safetensors file or torch archive at `path`, by its first bytes.

    Raises `ProblemError` for everything that cannot be proven harmless and whole.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would keep us waiting
            raise ProblemError("That is not a file", str(path), "choose a concept file")
        if about.st_size > MAX_FILE:
            raise ProblemError("The file is too large for a concept", str(path), "is it a model?")
        with path.open("rb") as file:
            return _read(path, file, about.st_size)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    except (ValueError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        raise damaged_file(path, f"{error}") from error


def _read(path: Path, file: BinaryIO, size: int) -> Contents:
    head = file.read(16)
    if head.startswith(b"PK\x03\x04"):
        return Contents(read_archive(path, file, size), {}, "torch")
    if head[8:9] == b"{":
        _check_header_size(path, file, head)
        return _read_safetensors(path)
    raise _foreign(path, head)


def _check_header_size(path: Path, file: BinaryIO, head: bytes) -> None:
    """Refuse headers that would take long or much memory to read, before they are parsed."""
    length = int.from_bytes(head[:8], "little")
    if length > MAX_HEADER:
        raise damaged_file(path, f"a header of {length} bytes")
    file.seek(8)
    raw = file.read(length)
    if raw.count(b"{") > _MAX_BRACKETS or raw.count(b"[") > _MAX_BRACKETS:
        raise damaged_file(path, "its header has too many parts")


def _read_safetensors(path: Path) -> Contents:
    header = read_header(path)
    if len(header.tensors) > MAX_TENSORS:
        raise damaged_file(path, f"{len(header.tensors)} tensors")
    end = None
    for entry in sorted(header.tensors.values(), key=lambda entry: entry.begin):
        if end is not None and entry.begin != end:
            raise damaged_file(path, "its tensors overlap or leave holes")
        end = entry.end
    tree = {name: _placed(path, name, entry) for name, entry in header.tensors.items()}
    return Contents(tree, header.metadata, "safetensors")


def _placed(path: Path, name: str, entry: TensorEntry) -> StoredTensor:
    item = ITEM_SIZES.get(entry.dtype)
    if item is None:
        raise damaged_file(path, f"{name[:80]} has elements of type {entry.dtype[:20]}")
    if len(entry.shape) > 8 or any(not 0 <= side < 2**40 for side in entry.shape):
        raise damaged_file(path, f"{name[:80]} has no possible shape")
    if math.prod(entry.shape) * item != entry.end - entry.begin:
        raise damaged_file(path, f"{name[:80]} does not fit its shape")
    return StoredTensor(path, entry.dtype, entry.shape, entry.begin, entry.end - entry.begin)


def _foreign(path: Path, head: bytes) -> ProblemError:
    old = head.startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04"))
    why = "it is a bare pickle, as an old torch wrote" if old else "neither safetensors nor torch's"
    hint = "load it in the program that made it and save it anew" if old else AGAIN
    return ProblemError("This is not a concept file", f"{path}: {why}", hint)
