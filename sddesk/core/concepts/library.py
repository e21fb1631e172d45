"""The user's own collection: taken in once as safetensors, named, and put away again."""

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sddesk.core.concepts.index import ConceptIndex, find_concepts
from sddesk.core.concepts.reading import (
    HASH_KEY,
    ORIGIN_KEY,
    TRAINING_KEY,
    WORD_KEY,
    read_concept,
    training_note,
)
from sddesk.core.concepts.stored import StoredTensor, read_bytes
from sddesk.core.concepts.values import EMBEDDING, ENCODERS, Concept, ConceptCard
from sddesk.core.files import write_atomically
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.trash import TRASH

_XL_NAMES: dict[str, str] = dict(zip(ENCODERS, ("clip_l", "clip_g"), strict=True))
_PICTURES = (".preview.png", ".png", ".jpg", ".jpeg", ".webp")


def take_in(path: Path, folder: Path, index: ConceptIndex, word: str | None = None) -> ConceptCard:
    """A copy of the concept at `path` in the collection; the one there if it has it already.

    The original is never touched. Raises `ProblemError` for what is no concept.
    """
    concept = read_concept(path, word)
    for found in find_concepts([folder], index):
        if found.card is not None and found.card.hash == concept.hash:
            return found.card
    target = _free(folder / f"{_safe(concept.name)}.safetensors")
    write_concept(target, concept)
    _copy_picture(path, target)
    return read_concept(target).card


def rename(card: ConceptCard, word: str) -> ConceptCard:
    """The same concept with another word; raises `ProblemError` if it has not exactly one."""
    if len(card.words) != 1 or not word.strip():
        raise ProblemError("That word cannot be changed", card.name, "give a word")
    write_concept(card.path, read_concept(card.path, word))
    return read_concept(card.path).card


def remove(concept: Path) -> Path:
    """Move the file, and its picture, to the hidden trash of its folder; where it is now."""
    place = concept.parent / TRASH / secrets.token_hex(4)
    picture = picture_of(concept)
    try:
        place.mkdir(parents=True)
        for path in (concept, picture):
            if path is not None and path.parent == concept.parent:
                shutil.move(path, place / path.name)
    except OSError as error:
        raise disk_problem(error, f"moving {concept}") from error
    return place / concept.name


def bring_back(concept: Path, now: Path) -> None:
    """Undo `remove`; raises `ProblemError`."""
    try:
        for path in now.parent.iterdir():
            shutil.move(path, concept.with_name(path.name))
    except OSError as error:
        raise disk_problem(error, f"moving {now}") from error


def picture_of(path: Path) -> Path | None:
    """A picture beside the file, or in the folder of the concepts library."""
    folder = path / "concept_images"
    if folder.is_dir():
        return next((p for p in sorted(folder.iterdir()) if p.suffix in _PICTURES), None)
    candidates = (path.with_suffix(suffix) for suffix in _PICTURES)
    return next((picture for picture in candidates if picture.is_file()), None)


def write_concept(target: Path, concept: Concept) -> None:
    """Write it as safetensors, with a note of where it came from; raises `ProblemError`."""
    tensors = dict(concept.tensors) or dict(_named_vectors(concept))
    metadata = {
        "format": "pt",
        HASH_KEY: concept.hash,
        ORIGIN_KEY: concept.origin,
        TRAINING_KEY: training_note(concept.path),
        "modelspec.author": concept.author,
        "modelspec.license": concept.licence,
        "modelspec.trigger_phrase": concept.trigger,
    }
    if len(concept.words) == 1:
        metadata[WORD_KEY] = concept.words[0].text
    header: dict[str, object] = {"__metadata__": {k: v for k, v in metadata.items() if v}}
    place = 0
    sizes = {name: len(read_bytes(tensor)) for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        end = place + sizes[name]
        header[name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": [place, end],
        }
        place = end
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(len(raw).to_bytes(8, "little") + raw)
            _write_tensors(file, list(tensors.values()))

    write_atomically(target, write)


def _write_tensors(file: BinaryIO, tensors: list[StoredTensor]) -> None:
    for tensor in tensors:
        file.write(read_bytes(tensor))


def _named_vectors(concept: Concept) -> Iterator[tuple[str, StoredTensor]]:
    """As other programs name them: `{word: tensor}`, or clip_l and clip_g."""
    for word in concept.words:
        for encoder, tensor in word.vectors.items():
            yield (word.text if len(word.vectors) == 1 else _XL_NAMES[encoder]), tensor


def _copy_picture(path: Path, target: Path) -> None:
    picture = picture_of(path)
    if picture is None:
        return
    copy = target.with_suffix(picture.suffix)
    write_atomically(copy, lambda temporary: _copy(picture, temporary))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _safe(name: str) -> str:
    """A file name on every system, from a name of any origin."""
    safe = "".join(c if c.isalnum() or c in " ._-" else "_" for c in name).strip(" .")
    return safe[:100] or EMBEDDING


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
