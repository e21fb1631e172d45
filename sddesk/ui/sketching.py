"""Drawings become init images beside the GUI thread, while what was asked for waits its turn."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.snapshots import Snapshot
from sddesk.core.problems import Problem
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.background import Background

Requests = list[GenerationRequest]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing as it was when a picture of it was asked for, and how it is brought to size."""

    snapshot: Snapshot
    revision: int
    fit: str
    seen: Callable[[], Picture] | None  # makes its picture, if it was on the screen whole

    def init(self, width: int, height: int) -> Picture:
        """What a picture of that size starts from; in any thread."""
        from sddesk.core.picture_files import fitted_to  # Pillow comes with it

        picture = flatten(self.snapshot.state()) if self.seen is None else self.seen()
        return fitted_to(picture, width, height, self.fit)


_Then = Callable[[Requests, Sketch | None], object]


@dataclass(slots=True, eq=False)
class _Order:
    """What was asked for; `sketch` is taken in its turn."""

    requests: Sequence[GenerationRequest]
    then: _Then
    sketch: Sketch | None = None

    def work(self) -> Requests:
        """The requests with the drawing itself in place of its outline."""
        if self.sketch is None:
            return list(self.requests)
        init = self.sketch.init(self.requests[0].width, self.requests[0].height)
        return [replace(request, init=init) for request in self.requests]


class Sketching(QObject):
    """Hands requests on in the order they came in, each with its drawing brought to size.

    Signals:
        changed(): another drawing is being brought to size, or one less.
        failed(object): the `Problem` that kept one from it.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, sketch: Callable[[], Sketch | None], settled: Callable[[Callable[[], None]], None]
    ) -> None:
        super().__init__()
        self._sketch, self._settled = sketch, settled
        self._background = Background(self)
        self._waiting: deque[_Order] = deque()

    @property
    def waits(self) -> bool:
        """Whether a drawing is being brought to size."""
        return bool(self._waiting)

    def add(self, requests: Sequence[GenerationRequest], then: _Then) -> None:
        """Call `then` with requests that start from the drawing as it is now, and with its sketch.

        Where there is no drawing, or a tape is gone on from, there is no sketch either.
        """
        order = _Order(requests, then)
        self._waiting.append(order)
        begin = partial(self._begin, order)
        self._settled(begin) if requests[0].branch is None else begin()
        if order in self._waiting:
            self.changed.emit()

    def _begin(self, order: _Order) -> None:
        """The drawing is as it was when this was asked for."""
        if order not in self._waiting:
            return  # it was dropped meanwhile
        if order.requests[0].branch is None:
            order.sketch = self._sketch()
        if order.sketch is None and order is self._waiting[0]:
            self._waiting.popleft()
            order.then(list(order.requests), None)
            return
        done, failed = partial(self._done, order), partial(self._not_done, order)
        self._background.run(order.work, done, failed)

    def drop(self) -> None:
        """Hand on nothing of what waits."""
        self._waiting.clear()
        self.changed.emit()

    def close(self, limit_s: float) -> None:
        """The window closes: hand on all that waits, so that it is remembered."""
        self._background.close(limit_s)
        while self._waiting:
            order = self._waiting.popleft()
            order.then(order.work(), order.sketch)

    def _done(self, order: _Order, requests: Requests) -> None:
        if self._takes(order):
            order.then(requests, order.sketch)

    def _not_done(self, order: _Order, problem: Problem) -> None:
        if self._takes(order):
            self.failed.emit(problem)

    def _takes(self, order: _Order) -> bool:
        """Whether it was not dropped; it does not wait any more."""
        if order not in self._waiting:
            return False
        self._waiting.remove(order)
        self.changed.emit()
        return True
