"""Ctrl+C and SIGTERM: a job is asked to stop, everything else stops at once."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """Raised by `Interrupts`.

    A plain KeyboardInterrupt that passes through `exec` on its way, as in the import of a
    dataclass, makes Python kill itself at exit in place of returning our exit code.
    """


class Interrupts:
    """Catches the signals while it is entered; `asked` says whether one has come."""

    def __init__(self) -> None:
        self.asked = False
        self._in_job = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the handlers back that were there before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def job(self) -> Iterator[None]:
        """Inside, the first signal only sets `asked`, and the job ends itself in good order."""
        self._in_job = True
        try:
            yield
        finally:
            self._in_job = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        impatient, self.asked = self.asked, True
        if impatient or not self._in_job:
            raise Interrupted
