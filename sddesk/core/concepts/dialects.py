"""The dialects in which programs write learned words, and the one form they come to."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sddesk.core.concepts.stored import StoredTensor, damaged_file
from sddesk.core.concepts.values import ENCODERS, Word
from sddesk.core.problems import ProblemError

NO_WORD = "The file does not say which word it teaches"
MAX_VECTORS = 1000
MAX_WIDTH = 16_384
MAX_BYTES = 16 * 1024 * 1024
_XL = {"clip_l": ENCODERS[0], "clip_g": ENCODERS[1]}

Tensors = dict[str, StoredTensor]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words in one form, and the dialect they were written in."""

    words: tuple[Word, ...]
    origin: str


def read_words(path: Path, tree: object, container: str, word: str | None) -> Spoken:
    """The words in the `tree` of the file at `path`; `word` renames a single one.

    Raises `ProblemError` for trees that are no words, and for vectors that have no name yet.
    """
    for recognise in (_bare, _list, _a1111, _sdxl, _emb_params, _diffusers):
        spoken = recognise(path, tree, word)
        if spoken is not None:
            return Spoken(spoken.words, f"{spoken.origin} ({container})")
    raise ProblemError(
        "This file teaches no word",
        f"{path} is neither an embedding nor a LoRA",
        "SD Desk reads embeddings and LoRA files of Stable Diffusion",
    )


def _bare(path: Path, tree: object, word: str | None) -> Spoken | None:
    """One tensor and nothing else: it has no name of its own."""
    if not isinstance(tree, StoredTensor):
        return None
    if not word:
        raise ProblemError(NO_WORD, str(path), "name the word that calls it")
    return Spoken((_word(path, word, {ENCODERS[0]: tree}),), "bare tensor")


def _list(path: Path, tree: object, word: str | None) -> Spoken | None:
    """A list of `{word: tensor}`."""
    if not isinstance(tree, list):
        return None
    merged: dict[str, object] = {}
    for part in cast(list[object], tree):
        if not isinstance(part, dict):
            raise damaged_file(path, "a list of something else than words")
        for name, tensor in cast(dict[str, object], part).items():
            if name in merged:
                raise damaged_file(path, f"the word {name[:80]!r} stands there twice")
            merged[name] = tensor
    spoken = _diffusers(path, merged, word)
    return None if spoken is None else Spoken(spoken.words, "list of words")


def _a1111(path: Path, tree: object, word: str | None) -> Spoken | None:
    """`string_to_param` with any single key; the file's name is the word, as in A1111."""
    if not isinstance(tree, dict):
        return None
    parameters = cast(dict[str, object], tree).get("string_to_param")
    if not isinstance(parameters, dict):
        return None
    tensors = [t for t in cast(dict[str, object], parameters).values()]
    if len(tensors) != 1 or not isinstance(tensors[0], StoredTensor):
        raise damaged_file(path, f"{len(tensors)} vectors where one is expected")
    return Spoken((_word(path, word or path.stem, {ENCODERS[0]: tensors[0]}),), "A1111")


def _sdxl(path: Path, tree: object, word: str | None) -> Spoken | None:
    """`clip_l` and `clip_g`, one tensor for each of SDXL's encoders."""
    tensors = _tensors(tree)
    if tensors is None or not set(tensors) & set(_XL):
        return None
    if not set(_XL) <= set(tensors):
        (there,) = set(tensors) & set(_XL)
        raise damaged_file(path, f"{there} is there alone; SDXL needs clip_l and clip_g")
    vectors = {_XL[name]: tensor for name, tensor in tensors.items() if name in _XL}
    return Spoken((_word(path, word or path.stem, vectors),), "SDXL")


def _emb_params(path: Path, tree: object, word: str | None) -> Spoken | None:
    """`emb_params`: the file's name is the word."""
    tensors = _tensors(tree)
    if tensors is None or "emb_params" not in tensors:
        return None
    vectors = {ENCODERS[0]: tensors["emb_params"]}
    return Spoken((_word(path, word or path.stem, vectors),), "A1111")


def _diffusers(path: Path, tree: object, word: str | None) -> Spoken | None:
    """`{word: tensor}`, several words too."""
    tensors = _tensors(tree)
    if not tensors or any(len(tensor.shape) not in (1, 2) for tensor in tensors.values()):
        return None
    if word and len(tensors) > 1:
        raise ProblemError(
            "The file teaches several words", f"{path}: {', '.join(tensors)[:200]}", "name none"
        )
    words = [_word(path, word or name, {ENCODERS[0]: t}) for name, t in tensors.items()]
    widths = {word.vectors[ENCODERS[0]].shape[1] for word in words}
    if len(widths) > 1:
        raise damaged_file(path, f"words of several widths: {sorted(widths)}")
    return Spoken(tuple(words), "diffusers")


def _tensors(tree: object) -> Tensors | None:
    """The tree if it is a dict of tensors alone."""
    if not isinstance(tree, dict):
        return None
    values = cast(dict[str, object], tree)
    if not all(isinstance(value, StoredTensor) for value in values.values()):
        return None
    return cast(Tensors, values)


def _word(path: Path, text: str, vectors: Tensors) -> Word:
    word = " ".join(text.split())
    if not word or len(word) > 200 or not word.isprintable():
        raise damaged_file(path, f"{text[:80]!r} is no word")
    counts = {encoder: _two_sides(path, tensor) for encoder, tensor in vectors.items()}
    if len({tensor.shape[0] for tensor in counts.values()}) != 1:
        raise damaged_file(path, "its encoders have different numbers of vectors")
    return Word(word, counts)


def _two_sides(path: Path, tensor: StoredTensor) -> StoredTensor:
    """As (number of vectors, width), of numbers that are small floats."""
    shape = (1, *tensor.shape) if len(tensor.shape) == 1 else tensor.shape
    possible = len(shape) == 2 and 1 <= shape[0] <= MAX_VECTORS and 1 <= shape[1] <= MAX_WIDTH
    possible = possible and tensor.size <= MAX_BYTES
    if not possible or not tensor.dtype.removeprefix("B").startswith("F"):
        kind = "x".join(map(str, tensor.shape))
        raise damaged_file(path, f"vectors of shape {kind or 'none'}, type {tensor.dtype}")
    stride = tensor.stride
    if stride is not None and len(stride) == 1:
        stride = (0, *stride)
    return StoredTensor(path, tensor.dtype, shape, tensor.begin, tensor.size, stride)
