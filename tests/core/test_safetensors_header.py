"""Headers of safetensors files are never trusted."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sddesk.core.problems import ProblemError
from sddesk.core.safetensors_header import MAX_HEADER, TensorEntry, read_header, read_tensor
from tests.core.helpers import raw_safetensors, safetensors_bytes

WHOLE = safetensors_bytes(
    {"a": ("U8", [2, 3], b"abcdef"), "b": ("F32", [1], b"1234")}, {"key": "value"}
)


def entry(begin: object, end: object, shape: object = (4,)) -> bytes:
    return json.dumps({"a": {"dtype": "U8", "shape": shape, "data_offsets": [begin, end]}}).encode()


BAD = {
    "empty": b"",
    "seven bytes": b"1234567",
    "a text file": b"This is no model, it is a letter to a friend.",
    "the header is cut off": WHOLE[:20],
    "the body is cut off": WHOLE[:-1],
    "more than there should be": WHOLE + b"!",
    "a length beyond the end": struct.pack("<Q", 10**6) + b"{}",
    "the largest length": struct.pack("<Q", 2**64 - 1) + b"{}",
    "not JSON": raw_safetensors(b"{oops}"),
    "not UTF-8": raw_safetensors(b'{"\xff": 1}'),
    "a list": raw_safetensors(b"[1]"),
    "a number": raw_safetensors(b"7"),
    "deep nesting": raw_safetensors(b"[" * 100_000),
    "an entry that is none": raw_safetensors(b'{"a": 7}'),
    "no offsets": raw_safetensors(b'{"a": {"dtype": "U8", "shape": [4]}}'),
    "metadata that is none": raw_safetensors(b'{"__metadata__": [1]}'),
    "offsets backwards": raw_safetensors(entry(4, 0), b"1234"),
    "offsets below zero": raw_safetensors(entry(-4, 4), b"1234"),
    "offsets beyond the end": raw_safetensors(entry(0, 10**18), b"1234"),
    "endless offsets": raw_safetensors(entry(0, float("inf")), b"1234"),
    "offsets that are no numbers": raw_safetensors(entry(0, float("nan")), b"1234"),
    "three offsets": raw_safetensors(
        b'{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0,1,2]}}'
    ),
    "a shape that is none": raw_safetensors(entry(0, 4, shape=7), b"1234"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.safetensors"


def test_a_whole_file(path: Path) -> None:
    path.write_bytes(WHOLE)
    header = read_header(path)
    assert header.metadata == {"key": "value"}
    assert header.tensors["a"] == TensorEntry("U8", (2, 3), len(WHOLE) - 10, len(WHOLE) - 4)
    assert read_tensor(path, header.tensors["a"]) == b"abcdef"
    assert read_tensor(path, header.tensors["b"]) == b"1234"


def test_no_tensors_at_all(path: Path) -> None:
    path.write_bytes(raw_safetensors(b"{}"))
    assert read_header(path).tensors == {}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_damage(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(ProblemError) as caught:
        read_header(path)
    assert str(path) in caught.value.problem.detail
    assert caught.value.problem.hint


def test_a_huge_header_is_not_even_read(path: Path) -> None:
    with path.open("wb") as file:
        file.write(struct.pack("<Q", MAX_HEADER + 1))
        file.truncate(8 + MAX_HEADER + 1)  # sparse: takes no room
    with pytest.raises(ProblemError):
        read_header(path)


@given(cut=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255), keep=st.booleans())
def test_any_one_byte_may_be_wrong(
    tmp_path_factory: pytest.TempPathFactory, cut: int, byte: int, keep: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    rest = WHOLE[cut + 1 :] if keep else b""
    path.write_bytes(WHOLE[:cut] + bytes([byte]) + rest)
    try:
        header = read_header(path)
    except ProblemError:
        return
    end = path.stat().st_size
    assert all(8 <= e.begin <= e.end <= end for e in header.tensors.values())


def test_missing_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="No such file"):
        read_header(tmp_path / "none.safetensors")
    with pytest.raises(ProblemError, match="folder"):
        read_header(tmp_path)
    with pytest.raises(ProblemError, match="No such file"):
        read_tensor(tmp_path / "none.safetensors", TensorEntry("U8", (1,), 0, 1))
