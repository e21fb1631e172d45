"""Writing files so that they are either whole or not there at all."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from sddesk.core.problems import disk_problem


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Make `path` by letting `write` fill a temporary file beside it, then fsync and rename.

    An existing file is replaced in one instant; on any error it stays as it was and the temporary
    file is removed. Raises `ProblemError` when the disk refuses.
    """
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        _flush_to_disk(temporary)
        os.replace(temporary, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise disk_problem(error, f"writing {path}") from error
    finally:
        _remove_quietly(temporary)


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """`write_atomically` for bytes that are in memory already."""
    write_atomically(path, lambda temporary: _write_all(temporary, data))


def check_writable(folder: Path) -> None:
    """Make `folder` and prove that files can be written there; raises `ProblemError` if not."""
    probe = folder / f".{secrets.token_hex(6)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"\0" * 4096)
    except OSError as error:
        raise disk_problem(error, f"writing to {folder}") from error
    finally:
        _remove_quietly(probe)


def _write_all(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _remove_quietly(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself is not there or not ours: already reported


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can (Windows and some networks cannot)."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
