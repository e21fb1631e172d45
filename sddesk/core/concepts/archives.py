"""The archives that `torch.save` writes, read without torch: tensors by their place in the file."""

import math
import re
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from sddesk.core.concepts.pickles import MAX_PICKLE, PickledTensor, parse_pickle
from sddesk.core.concepts.stored import ITEM_SIZES, StoredTensor, damaged_file

MAX_MEMBERS = 20_000
MAX_DIRECTORY = 4 * 1024 * 1024  # bytes
_TAIL = 128 * 1024  # where zip files have their directory's end
_UTF8 = 0x800  # the flag of names in UTF-8, PKWARE APPNOTE 4.4.4
_LOCAL_HEADER = 30  # bytes before the name, PKWARE APPNOTE 4.3.7


def read_archive(path: Path, file: BinaryIO, size: int) -> object:
    """The tree of dicts, lists and tensors in the archive that is open as `file`.

    Layout: `NAME/data.pkl` describes, `NAME/data/KEY` are the storages. Raises `ProblemError`,
    and whatever `zipfile` raises for files that are none.
    """
    _check_directory(path, file, size)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _check_members(path, members, size)
        pickles = [m for m in members if m.filename.split("/")[1:] == ["data.pkl"]]
        if len(pickles) != 1:
            raise damaged_file(path, "a zip file that torch did not write")
        root = pickles[0].filename.removesuffix("data.pkl")
        orders = [m for m in members if m.filename == f"{root}byteorder"]
        if orders and (orders[0].file_size != 6 or archive.read(orders[0]) != b"little"):
            raise damaged_file(path, "its numbers lie in big-endian order")
        if pickles[0].file_size > MAX_PICKLE:
            raise damaged_file(path, f"its description takes {pickles[0].file_size} bytes")
        described = parse_pickle(archive.read(pickles[0]))
    places = {
        m.filename.removeprefix(f"{root}data/"): (_data_place(path, file, m), m.file_size)
        for m in members
        if m.filename.startswith(f"{root}data/")
    }
    return _Resolver(path, places).resolve(described)


def _check_members(path: Path, members: list[zipfile.ZipInfo], size: int) -> None:
    """Only plain, stored, disjoint members with plain names, each named once."""
    if len(members) > MAX_MEMBERS:
        raise damaged_file(path, f"{len(members)} members")
    if len({member.filename for member in members}) != len(members):
        raise damaged_file(path, "two members of one name")
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        name = member.filename
        if (
            ".." in re.split(r"[/\\]", name)
            or name.startswith(("/", "\\"))
            or ":" in name
            or "\0" in name
        ):
            raise damaged_file(path, f"a member named {name[:80]!r}")
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            raise damaged_file(path, f"{name[:80]} is compressed or encrypted")
        if member.file_size != member.compress_size or member.header_offset < end:
            raise damaged_file(path, f"{name[:80]} lies about its size or place")
        end = member.header_offset + _LOCAL_HEADER + member.file_size
        if end > size:
            raise damaged_file(path, f"{name[:80]} is not all there")


def _data_place(path: Path, file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored member begin: after its local header, name and extra field."""
    file.seek(member.header_offset)
    local = file.read(_LOCAL_HEADER)
    name_length = int.from_bytes(local[26:28], "little")
    extra_length = int.from_bytes(local[28:30], "little")
    name = file.read(name_length)
    if local[:4] != b"PK\x03\x04" or name != member.filename.encode(
        "utf-8" if member.flag_bits & _UTF8 else "cp437"
    ):
        raise damaged_file(path, f"{member.filename[:80]} has two names")
    return member.header_offset + _LOCAL_HEADER + name_length + extra_length


def _check_directory(path: Path, file: BinaryIO, size: int) -> None:
    """Refuse directories too long to be read in a moment (PKWARE APPNOTE 4.3.14 and 4.3.16)."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    for mark, place, width in ((b"PK\5\6", 12, 4), (b"PK\6\6", 40, 8)):
        for found in re.finditer(re.escape(mark), tail):
            first = found.start() + place
            length = int.from_bytes(tail[first : first + width], "little")
            if MAX_DIRECTORY < length < 2 ** (8 * width) - 1:
                raise damaged_file(path, f"a directory of {length} bytes")


class _Resolver:
    """Puts the tensors of a described tree at their places, each part of it once.

    Files go three levels deep; what lies below is left out, cycles with it.
    """

    def __init__(self, path: Path, places: dict[str, tuple[int, int]]) -> None:
        self._path, self._places = path, places
        self._known: dict[tuple[int, int], object] = {}

    def resolve(self, value: object, depth: int = 3) -> object:
        """`value` with tensors that can be read."""
        if isinstance(value, PickledTensor):
            return _located(self._path, value, self._places)
        if not isinstance(value, dict | list):
            return value if isinstance(value, str | int | float) else None
        key = (id(cast(object, value)), depth)
        if key not in self._known:
            self._known[key] = None if depth == 0 else self._container(value, depth - 1)
        return self._known[key]

    def _container(self, value: Any, depth: int) -> object:
        if isinstance(value, dict):
            items = cast(dict[object, object], value).items()
            return {str(key): self.resolve(inner, depth) for key, inner in items}
        return [self.resolve(inner, depth) for inner in cast(list[object], value)]


def _located(path: Path, tensor: PickledTensor, places: dict[str, tuple[int, int]]) -> StoredTensor:
    if tensor.key not in places:
        raise damaged_file(path, f"storage {tensor.key[:40]} is missing")
    begin, size = places[tensor.key]
    item = ITEM_SIZES[tensor.dtype]
    count = math.prod(tensor.shape)
    pairs = zip(tensor.shape, tensor.stride, strict=True)
    reach = 1 + sum((side - 1) * step for side, step in pairs) if count else 0
    if (tensor.offset + reach) * item > size or count * item > size:
        raise damaged_file(path, "a tensor reaches beyond its storage")
    plain = tensor.stride == _c_order(tensor.shape) or count <= 1
    stride = None if plain else tensor.stride
    first = begin + tensor.offset * item
    return StoredTensor(path, tensor.dtype, tensor.shape, first, reach * item, stride)


def _c_order(shape: tuple[int, ...]) -> tuple[int, ...]:
    steps = [1]
    for side in reversed(shape[1:]):
        steps.append(steps[-1] * side)
    return tuple(reversed(steps)) if shape else ()
