"""Decoded frames, kept in a temporary file: a thousand of them need no memory."""

import contextlib
import os
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from sddesk.core.problems import disk_problem
from sddesk.core.values import Picture

Key = tuple[int, int, bool]  # evolution, step from 1, predicted or noisy


class FrameStore:
    """Pictures by evolution, step and kind; gone when it is closed, or the program ends."""

    def __init__(self, folder: Path | None = None) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by `close`
        except OSError as error:
            raise disk_problem(error, "keeping the frames of an animation") from error
        self._places: dict[Key, tuple[int, int, int]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget all pictures."""
        self.close()

    def __contains__(self, key: Key) -> bool:
        """Whether that picture is kept."""
        return key in self._places

    def add(self, key: Key, picture: Picture) -> None:
        """Keep one more picture; raises `ProblemError` when the disk refuses."""
        with self._lock:
            try:
                place = self._file.seek(0, os.SEEK_END)
                self._file.write(picture.pixels)
                self._file.flush()
            except OSError as error:
                raise disk_problem(error, "keeping the frames of an animation") from error
            self._places[key] = (place, picture.width, picture.height)

    def picture(self, key: Key) -> Picture:
        """A picture that was kept; raises `KeyError` for any other."""
        place, width, height = self._places[key]
        with self._lock:
            self._file.seek(place)
            pixels = self._file.read(width * height * 3)
        return Picture(width, height, pixels)

    def close(self) -> None:
        """Forget all pictures, and give their room back."""
        self._places.clear()
        with contextlib.suppress(OSError):  # what a full disk did not take is tried again
            self._file.close()
