"""Two requests that differ in one thing, and what the two pictures are called."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from sddesk.core.problems import ProblemError
from sddesk.core.prompt_words import Word, without_word
from sddesk.core.values import GenerationRequest

Named = tuple[str, GenerationRequest]


def negative_pair(request: GenerationRequest) -> list[Named]:
    """Without the negative prompt, and with it."""
    negative = _tr("negative: {words}").format(words=request.negative_prompt)
    without = replace(request, negative_prompt="")
    return [(_tr("no negative prompt"), without), (negative, request)]


def word_pair(request: GenerationRequest, word: Word) -> list[Named]:
    """With one of the words, and without it; raises `ProblemError` if it cannot be taken out."""
    prompt = without_word(request.prompt, word.text, word.nth)
    if prompt == request.prompt:
        title = _tr("The word is not in the prompt as it is written")
        raise ProblemError(title, word.text, _tr("take it out by hand"))
    with_it = _tr("with “{word}”").format(word=word.text)
    without = _tr("without “{word}”").format(word=word.text)
    return [(with_it, request), (without, replace(request, prompt=prompt))]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ComparePairs", text)
