"""Small work beside the GUI thread: reading and writing files, counting tokens."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from sddesk.core.problems import Problem, ProblemError


class Background(QObject):
    """Runs functions one after the other in one daemon thread; answers come to the GUI thread.

    A daemon thread, because a network disk that hangs must not keep the program from ending.

    Signals:
        _answered(object): a function to call in the GUI thread.
    """

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._answered.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Call `then` with the result of `work`, or `failed` with the problem it raised."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="background", daemon=True)
            self._thread.start()
        self._queue.put(lambda: self._answer(work, then, failed))

    def close(self, limit_s: float) -> None:
        """Do what waits already, for at most `limit_s`; nothing is answered any more."""
        self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(limit_s)

    def _answer(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        try:
            result = work()
        except Exception as error:
            problem = _problem_of(error)
            self._send(lambda: failed(problem))
        else:
            self._send(lambda: then(result))

    def _send(self, answer: Callable[[], None]) -> None:
        if not self._closed:
            self._answered.emit(answer)

    def _call(self, answer: Callable[[], None]) -> None:
        if not self._closed:
            answer()

    def _serve(self) -> None:
        while (task := self._queue.get()) is not None:
            task()


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, ProblemError):
        return error.problem
    logging.getLogger(__name__).error("in the background", exc_info=error)
    return Problem("Something in SD Desk went wrong", f"{type(error).__name__}: {error}", ours=True)
