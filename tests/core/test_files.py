"""Files are whole or not there, and an old file survives whatever goes wrong."""

import errno
import os
from pathlib import Path

import pytest

from sddesk.core import files
from sddesk.core.files import check_writable, write_atomically, write_bytes_atomically
from sddesk.core.problems import ProblemError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_makes_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.bin"
    write_bytes_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(path.parent) == ["file.bin"]


def test_replaces_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    write_bytes_atomically(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk quota is used up"),
        (errno.EROFS, "The disk is read-only"),
        (errno.EACCES, "No permission"),
        (errno.EIO, "The disk reported an error"),
    ],
)
def test_an_error_keeps_the_old_file(tmp_path: Path, number: int, title: str) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def write_half(temporary: Path) -> None:
        temporary.write_bytes(b"ne")
        raise OSError(number, os.strerror(number))

    with pytest.raises(ProblemError) as caught:
        write_atomically(path, write_half)
    assert caught.value.problem.title == title
    assert str(path) in caught.value.problem.detail
    assert caught.value.problem.hint
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file.bin"]


def test_a_crash_of_the_writer_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def crash(temporary: Path) -> None:
        temporary.write_bytes(b"ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, crash)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file.bin"]


def test_the_bytes_are_on_disk_before_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    flush, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append("fsync"), flush(fd)))
    monkeypatch.setattr(os, "replace", lambda a, b: (calls.append("replace"), replace(a, b)))
    write_bytes_atomically(tmp_path / "file.bin", b"new")
    assert calls[:2] == ["fsync", "replace"]


def test_a_folder_that_cannot_be_flushed_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network file systems refuse fsync on folders; the file is in place all the same."""
    flush = os.fsync

    def refuse_folders(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(descriptor)

    monkeypatch.setattr(files.os, "fsync", refuse_folders)
    write_bytes_atomically(tmp_path / "file.bin", b"new")
    assert (tmp_path / "file.bin").read_bytes() == b"new"


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"a file")
    with pytest.raises(ProblemError, match="Part of the path is a file"):
        write_bytes_atomically(tmp_path / "folder" / "file.bin", b"new")
    with pytest.raises(ProblemError, match="Part of the path is a file"):
        check_writable(tmp_path / "folder")
    with pytest.raises(ProblemError, match="Part of the path is a file"):
        check_writable(tmp_path / "folder" / "below")


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file.bin").mkdir()
    with pytest.raises(ProblemError, match="That is a folder"):
        write_bytes_atomically(tmp_path / "file.bin", b"new")
    assert names(tmp_path) == ["file.bin"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="too long"):
        write_bytes_atomically(tmp_path / ("x" * 300), b"new")
    assert names(tmp_path) == []


def test_check_writable_makes_the_folder_and_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "folder")
    assert names(tmp_path / "new" / "folder") == []


def test_check_writable_tells_of_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ProblemError, match="The disk is full"):
        check_writable(tmp_path)
