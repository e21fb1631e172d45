"""Which concepts a picture is asked to use: by file, by card, or by name in the prompt."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sddesk.core.concepts.dialects import NO_WORD
from sddesk.core.concepts.matching import check_words
from sddesk.core.concepts.reading import read_concept
from sddesk.core.concepts.values import EMBEDDING, LORA, Concept, ConceptCard, check_fit
from sddesk.core.problems import ProblemError
from sddesk.core.prompt_language import lora_names
from sddesk.core.values import ConceptUse, GenerationRequest
from sddesk.core.wildcards import chosen

_SPOKEN = {EMBEDDING: "a learned word", LORA: "a LoRA"}
_OPTIONS = {EMBEDDING: "--concept", LORA: "--lora"}


def read_asked(text: str, kind: str) -> tuple[Concept, ConceptUse]:
    """The concept that `[WORD=]FILE[:WEIGHT]` names; raises `ProblemError`, also for another kind.

    The word is for files that do not say theirs, or to call a concept by another one.
    """
    word, text = _word_and_rest(text)
    path, weight = _file_and_weight(text)
    try:
        concept = read_concept(path, word)
    except ProblemError as error:
        if error.problem.title == NO_WORD:
            raise ProblemError(NO_WORD, str(path), f"give {_OPTIONS[kind]} WORD={path}") from error
        raise
    if concept.kind != kind:
        title = f"This file is {_SPOKEN[concept.kind]}, not {_SPOKEN[kind]}"
        raise ProblemError(title, str(path), f"give it with {_OPTIONS[concept.kind]}")
    return concept, concept.use(weight)


def check_concepts(concepts: Iterable[Concept], request: GenerationRequest) -> None:
    """Raise `ProblemError` for concepts that do not fit the model or have one word."""
    for concept in concepts:
        check_fit(concept.kind, concept.name, concept.widths, request.model)
    check_words([use for use in request.concepts if use.kind == EMBEDDING])


def check_named(request: GenerationRequest) -> None:
    """Raise `ProblemError` if the prompt names a LoRA that the request does not bring."""
    for name, _ in lora_names(request.prompt):
        _named(name, request.concepts, tuple, request)


def spelled_out(
    request: GenerationRequest,
    wildcards: Path,
    collection: Callable[[], Sequence[ConceptCard]],
) -> GenerationRequest:
    """With all that the prompts leave to the seed and to names: wildcards, `<lora:name:0.8>`.

    The collection is asked for when a name is looked up in it. Raises `ProblemError` for a wildcard
    or a LoRA that is not there.
    """
    prompt = chosen(request.prompt, request.seed, wildcards)
    negative = chosen(request.negative_prompt, request.seed, wildcards)
    uses = list(request.concepts)
    for name, weight in lora_names(prompt):
        use = _named(name, uses, collection, request)
        uses = [other for other in uses if other.hash != use.hash]
        uses.append(replace(use, weight=weight))
    return replace(request, prompt=prompt, negative_prompt=negative, concepts=tuple(uses))


def _named(
    name: str,
    uses: Sequence[ConceptUse],
    collection: Callable[[], Sequence[ConceptCard]],
    request: GenerationRequest,
) -> ConceptUse:
    given = [use for use in uses if use.kind == LORA and use.name.lower() == name.lower()]
    if given:
        return given[0]
    loras = [card for card in collection() if card.kind == LORA]
    for card in loras:
        if card.name.lower() == name.lower():
            check_fit(LORA, card.name, card.widths, request.model)
            return card.use()
    known = ", ".join(card.name for card in loras)
    raise ProblemError(
        "The prompt names a LoRA that is not here",
        name[:100],
        f"there are: {known[:300]}" if known else "drop its file on the window",
    )


def _word_and_rest(text: str) -> tuple[str | None, str]:
    """`WORD=` before the file, where a file whose own name begins so goes first."""
    word, equals, rest = text.partition("=")
    if not equals or not word.strip() or "/" in word or _exists(_file_and_weight(text)[0]):
        return None, text
    return word.strip(), rest


def _file_and_weight(text: str) -> tuple[Path, float]:
    """`FILE:0.8`, where a file whose own name ends so goes first."""
    head, colon, tail = text.rpartition(":")
    if not colon or not head or _exists(Path(text)):
        return Path(text), 1.0
    try:
        weight = float(tail)
    except ValueError:
        return Path(text), 1.0
    if not math.isfinite(weight):
        raise ProblemError("That is not a weight", text, "write FILE:0.8, say")
    return Path(head), weight


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long to be a path, or with a zero
        return False
