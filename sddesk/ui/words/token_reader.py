"""Cuts the prompt into tokens while it is typed, and offers what can be done with a word."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QMenu

from sddesk.core.concepts.switched import Switched, learned, vector_count
from sddesk.core.nearest_words import nearest_words
from sddesk.core.problems import Problem
from sddesk.core.prompt_count import read_longest
from sddesk.core.prompt_words import Reading, Word, with_word
from sddesk.core.values import ModelRef
from sddesk.ui.background import Background
from sddesk.ui.prompt_panel import PromptPanel

_PAUSE_MS = 150


class TokenReader(QObject):
    """Reads in the background, after each pause in typing.

    Signals:
        without_requested(object): a `Word`; make the picture with it, and without.
    """

    without_requested = Signal(object)

    def __init__(
        self,
        panel: PromptPanel,
        concepts: Callable[[], Sequence[Switched]],
        background: Background,
        wildcards: Path,
    ) -> None:
        super().__init__(panel)
        self._panel, self._concepts, self._background = panel, concepts, background
        self._wildcards = wildcards
        self.menu: QMenu | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._read)
        panel.prompt.text_changed.connect(self._timer.start)
        panel.form.model_changed.connect(self.read_again)
        panel.tokens.strip.word_chosen.connect(self._ask_about)

    def read_again(self) -> None:
        """There is another model, or there are other concepts."""
        self._timer.start()

    def _model(self) -> ModelRef | None:
        return self._panel.form.model.ref()

    def _read(self) -> None:
        model, text = self._model(), self._panel.prompt.text()
        if model is None or not text.strip():
            self._show(text, ())
            return
        known, steps = self._concepts(), self._panel.form.steps.value()
        uses, vectors = learned(known, model), vector_count(known)
        work = partial(read_longest, model, text, steps, uses, vectors, self._wildcards)
        self._background.run(work, partial(self._show, text), partial(self._unknown, text))

    def _show(self, text: str, readings: Sequence[Reading]) -> None:
        if text == self._panel.prompt.text():  # else it was typed on
            self._panel.tokens.strip.show_readings(readings)
            self._panel.tokens.fit()

    def _unknown(self, text: str, _: Problem) -> None:
        self._show(text, ())  # generating tells the problem

    def _ask_about(self, word: Word, below: QPoint) -> None:
        model = self._model()
        if model is None:
            return
        if not word.falls_apart:
            self._offer(word, below, ())
            return
        work = partial(nearest_words, model, word.text)
        then = partial(self._offer, word, below)
        self._background.run(work, then, lambda _: then(()))

    def _offer(self, word: Word, below: QPoint, near: Sequence[str]) -> None:
        """What can be done with the word, and what it may have been meant to be."""
        menu = self.menu = QMenu(self._panel)
        menu.setObjectName("word_menu")
        menu.addSection(self._title(word))
        for other in near:
            action = menu.addAction(self.tr("Write “{word}”").format(word=other))
            action.triggered.connect(partial(self._replace, word, other))
        if word.falls_apart and not near:
            menu.addAction(self.tr("No known word is spelt nearly like it")).setEnabled(False)
        menu.addSeparator()
        without = menu.addAction(
            self.tr("Compare with and without “{word}”").format(word=word.text)
        )
        without.setObjectName("without_word")
        without.triggered.connect(partial(self.without_requested.emit, word))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below)

    def _title(self, word: Word) -> str:
        ids = " ".join(str(piece.id) for piece in word.pieces if piece.id >= 0)
        if word.concept:
            return self.tr("Learned word, from {concept}").format(concept=word.concept)
        if word.falls_apart:
            words = self.tr("Not held whole: {count} tokens, {ids}")
            return words.format(count=len(word.pieces), ids=ids)
        return self.tr("Held whole: token {ids}").format(ids=ids)

    def _replace(self, word: Word, other: str) -> None:
        field = self._panel.prompt
        field.replace_text(with_word(field.text(), word.text, word.nth, other))
