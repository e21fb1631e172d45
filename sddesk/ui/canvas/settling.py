"""What is asked of the drawing while its last change is still being made is done after it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from sddesk.core.problems import Problem, ProblemError

Action = Callable[[], object]

_BUDGET_S = 0.008


class Settling(QObject):
    """Calls actions at once, or as soon as the drawing has all that was done to it before.

    Signals:
        changed(): the drawing is made wait for now, or no more.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.finish: Action = lambda: None  # keeps what the hand is making
        self.run: Callable[..., None] = _run_now  # in the background, as soon as there is one
        self._holding: list[Action] = []
        self._waiting: deque[tuple[Action, bool]] = deque()
        self._acting = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work)

    @property
    def busy(self) -> bool:
        """Whether what is asked for now has to wait."""
        return bool(self._holding or self._waiting)

    def in_turn(self, action: Action) -> None:
        """Call it after all that was asked for before; what the hand is making goes on."""
        self._take(action, finishes=False)

    def settled(self, action: Action) -> None:
        """Call it after all that was asked for before, when what the hand is making is kept."""
        self._take(action, finishes=True)

    def hold(self, end: Action) -> None:
        """Let all else wait until `free`; `end` brings it about at once, however long it takes."""
        self._holding.append(end)
        self.changed.emit()

    def free(self, end: Action) -> None:
        """The drawing has what it was held for; nothing happens if it was not held."""
        if end in self._holding:
            self._holding.remove(end)
            self._timer.start()
            self.changed.emit()

    def beside(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Let all else wait while `work` is done in the background; `then` gets its result."""
        once = _Once(work)

        def end() -> None:
            _run_now(once.result, made, refused)

        def made(result: Any) -> None:
            answer(partial(then, result))

        def refused(problem: Problem) -> None:
            answer(partial(failed, problem))

        def answer(call: Action) -> None:
            if end in self._holding:  # else the window could not wait
                call()
                self.free(end)

        self.hold(end)
        self.run(once.result, made, refused)

    def settle(self) -> None:
        """Do all of it now; the window closes."""
        if not self.busy:
            self.finish()
        while self.busy:
            for end in self._holding[:]:
                end()
            if self._waiting:
                self._next()

    def _take(self, action: Action, *, finishes: bool) -> None:
        if self._waiting and not self._acting:
            self._waiting.append((action, finishes))
            return
        if finishes:
            self.finish()
        if self._holding:
            self._waiting.append((action, finishes))
        else:
            action()

    def _work(self) -> None:
        """Some of what waits, so that the window never stands still; input comes in between."""
        end = time.perf_counter() + _BUDGET_S
        while self._waiting and not self._holding and time.perf_counter() < end:
            self._next()
        if self._holding or not self._waiting:
            self._timer.stop()

    def _next(self) -> None:
        action, finishes = self._waiting[0]
        if finishes:
            self.finish()
        if self._holding:
            return
        self._waiting.popleft()
        self._acting = True
        try:
            action()
        finally:
            self._acting = False
            if not self._waiting:
                self.changed.emit()


class _Once:
    """Work that is done once, by whichever thread needs it first."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work, self._results = work, list[Any]()
        self._lock = threading.Lock()

    def result(self) -> Any:
        with self._lock:
            if not self._results:
                self._results.append(self._work())
            return self._results[0]


def _run_now(
    work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Problem], None]
) -> None:
    try:
        result = work()
    except ProblemError as error:
        failed(error.problem)
    else:
        then(result)
