"""Offers to go on with trainings that were left."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from sddesk.core.paths import AppPaths
from sddesk.ui.background import Background
from sddesk.ui.teach.examining import Unfinished, find_unfinished
from sddesk.ui.teach.teach_window import TeachWindow


class Offers(QObject):
    """The newest unfinished training stands in the window, until it is taken up or dropped.

    Signals:
        taken(object): the `Unfinished` to go on with.
        failed(object): a `Problem`.
    """

    taken = Signal(object)
    failed = Signal(object)

    def __init__(
        self, window: TeachWindow, background: Background, paths: Callable[[], AppPaths]
    ) -> None:
        super().__init__(window)
        self._window, self._background, self._paths = window, background, paths
        self._found: list[Unfinished] = []
        window.go_on_requested.connect(self._take)
        window.forget_requested.connect(self._forget)

    def look(self) -> None:
        """See what there is on disk."""
        work = partial(find_unfinished, self._paths())
        self._background.run(work, self._show, self.failed.emit)

    def hide(self) -> None:
        """Offer nothing for now."""
        self._found = []
        self._window.show_offer("")

    def _show(self, found: list[Unfinished]) -> None:
        self._found = found
        if not found:
            self._window.show_offer("")
            return
        words = self.tr("The training of {word} was left after step {step} of {steps}.")
        first = found[0]
        steps = first.request.steps
        text = words.format(word=first.request.word, step=first.step, steps=steps)
        self._window.show_offer(text)

    def _take(self) -> None:
        if self._found:
            self.taken.emit(self._found[0])

    def _forget(self) -> None:
        if self._found:
            work = self._found[0].run.finished
            self._background.run(work, lambda _: self.look(), self.failed.emit)
