"""Which concepts take part in a picture: those that are on and fit, and that the prompt names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sddesk.core.concepts.asked import spelled_out
from sddesk.core.concepts.matching import as_seen, check_words, occurrences
from sddesk.core.concepts.values import EMBEDDING, LORA, ConceptCard, misfit
from sddesk.core.prompt_language import plain_parts
from sddesk.core.prompt_words import VectorCount
from sddesk.core.values import ConceptUse, GenerationRequest, ModelRef


@dataclass(frozen=True, slots=True)
class Switched:
    """A concept as the user has it: on or off, and how much it counts."""

    card: ConceptCard
    on: bool
    weight: float = 1.0

    def misfit(self, model: ModelRef) -> str:
        """Why it cannot work with that model; empty if it can."""
        return misfit(self.card.kind, self.card.widths, model)

    def use(self) -> ConceptUse:
        """It at work."""
        return self.card.use(self.weight)


def comes_on(card: ConceptCard) -> bool:
    """Whether a concept is on before anybody said so: a word does nothing until it is said."""
    return card.kind == EMBEDDING


def learned(concepts: Sequence[Switched], model: ModelRef | None) -> list[ConceptUse]:
    """The words that are on and fit the model, at work."""
    words = (one for one in concepts if one.on and one.card.kind == EMBEDDING)
    return [one.use() for one in words if model is not None and not one.misfit(model)]


def vector_count(concepts: Sequence[Switched]) -> VectorCount:
    """Tells how many vectors a word of theirs has."""
    counts = {one.card.hash: one.card.vectors for one in concepts}
    return lambda use, _word: max(1, counts.get(use.hash, 1))


def applied(
    request: GenerationRequest, concepts: Sequence[Switched], wildcards: Path
) -> GenerationRequest:
    """The request with its wildcards chosen and with the concepts that take part.

    A branch keeps those of its tape; the words of its new prompt join them. Raises `ProblemError`
    for a word that two of them have, and for wildcards and LoRA names that are not there.
    """
    able = [one for one in concepts if one.on and not one.misfit(request.model)]
    if request.branch is None:
        request = replace(request, concepts=tuple(o.use() for o in able if o.card.kind == LORA))
    spoken = spelled_out(request, wildcards, lambda: [one.card for one in concepts])
    taken = {as_seen(word) for use in spoken.concepts for word in use.words}
    words = [one.use() for one in able if one.card.kind == EMBEDDING]
    said = [use for use in words if _is_said(use, spoken) and not taken & _seen(use)]
    check_words(said)
    return replace(spoken, concepts=(*said, *spoken.concepts))


def _seen(use: ConceptUse) -> set[str]:
    return {as_seen(word) for word in use.words}


def _is_said(use: ConceptUse, request: GenerationRequest) -> bool:
    return any(
        next(occurrences(text, _seen(use)), None)
        for prompt in (request.prompt, request.negative_prompt)
        for text in dict.fromkeys(plain_parts(prompt, request.steps_run))
    )
