"""Learned words at work: their vectors in memory, and none of them in the model."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import torch

from sddesk.core.concepts.matching import check_words
from sddesk.core.concepts.reading import read_concept
from sddesk.core.concepts.stored import StoredTensor, read_bytes
from sddesk.core.concepts.values import EMBEDDING, Concept, check_fit
from sddesk.core.problems import ProblemError
from sddesk.core.values import ConceptUse, GenerationRequest, ModelRef

_MOST_KEPT = 200
_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
}
Vectors = list[dict[str, torch.Tensor]]  # one entry a vector: by encoder, (width,)


class LearnedWords:
    """The words that a request may use, with their vectors."""

    def __init__(self, uses: tuple[ConceptUse, ...], words: dict[str, list[Vectors]]) -> None:
        self.uses = uses
        self._words = words

    def vectors(self, use: ConceptUse, place: int) -> Vectors:
        """The vectors of word number `place` of a concept."""
        return self._words[use.hash][place]


class ConceptCache:
    """Keeps vectors that were read once, so that switching them on again costs nothing."""

    def __init__(self) -> None:
        self._read: OrderedDict[ConceptUse, list[Vectors]] = OrderedDict()

    def learned(self, request: GenerationRequest) -> LearnedWords:
        """The words of a request; raises `ProblemError` for two of one name, and for misfits."""
        uses = tuple(use for use in request.concepts if use.kind == EMBEDDING)
        check_words(uses)
        words = {use.hash: self._vectors(use, request.model) for use in uses}
        return LearnedWords(uses, words)

    def _vectors(self, use: ConceptUse, model: ModelRef) -> list[Vectors]:
        key = replace(use, weight=1.0)
        if key not in self._read:
            concept = read_used(use)
            self._read[key] = [_of_word(word.vectors) for word in concept.words]
            while len(self._read) > _MOST_KEPT:
                self._read.popitem(last=False)
        words = self._read[key]
        first = words[0][0]
        widths = tuple(first[encoder].shape[0] for encoder in sorted(first))
        check_fit(EMBEDDING, use.name, widths, model)
        return words


def read_used(use: ConceptUse) -> Concept:
    """The concept as it was when it was chosen; raises `ProblemError` if its file has changed."""
    word = use.words[0] if len(use.words) == 1 else None
    concept = read_concept(use.path, word)
    if concept.hash != use.hash or concept.kind != use.kind:
        raise ProblemError(
            "The concept's file has changed", f"{use.name}: {use.path}", "choose the file again"
        )
    return concept


def tensor_of(stored: StoredTensor) -> torch.Tensor:
    """The tensor in memory, on the CPU."""
    data = bytearray(read_bytes(stored))
    if not data:
        return torch.empty(stored.shape, dtype=_TYPES[stored.dtype])
    return torch.frombuffer(data, dtype=_TYPES[stored.dtype]).reshape(stored.shape)


def _of_word(vectors: dict[str, StoredTensor]) -> Vectors:
    tensors: dict[str, Any] = {encoder: tensor_of(stored) for encoder, stored in vectors.items()}
    count = len(next(iter(tensors.values())))
    return [{encoder: tensor[i] for encoder, tensor in tensors.items()} for i in range(count)]
