"""A concept file or folder of any origin as one value."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import cast

from sddesk.core.concepts.contents import Contents, read_contents
from sddesk.core.concepts.dialects import read_words
from sddesk.core.concepts.loras import is_lora_like, lora_origin, lora_widths
from sddesk.core.concepts.stored import StoredTensor, check_finite, damaged_file
from sddesk.core.concepts.values import EMBEDDING, ENCODERS, LORA, Concept
from sddesk.core.problems import ProblemError, disk_problem, one_line
from sddesk.core.safetensors_header import read_header

SUFFIXES = (".safetensors", ".pt", ".bin", ".ckpt", ".pth")
# What files in the user's own collection note of the one they were made from.
HASH_KEY, ORIGIN_KEY, WORD_KEY = "sddesk_original", "sddesk_origin", "sddesk_word"
TRAINING_KEY = "sddesk_training"  # what the training was, as JSON, in files that SD Desk trained
_MAX_TEXT = 64 * 1024
_LONGEST_TRIGGER = 200
_IN_PROMPTS = re.compile(r"[{}|#]|__|<lora:")  # what prompts read as their own
LEARNED = ("learned_embeds.safetensors", "learned_embeds.bin")


def read_concept(path: Path, word: str | None = None) -> Concept:
    """What `path` teaches: a file, or a folder of the Hugging Face concepts library.

    `word` names the word where the file does not, or renames it. Raises `ProblemError` for all that
    is not a whole, harmless concept.
    """
    try:
        folder = path.is_dir()
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    if not folder:
        return _read_file(path, word)
    file, token, licence = _read_folder(path)
    concept = _read_file(file, word or token)
    return _named(concept, path.name, licence)


def training_note(path: Path) -> str:
    """What the training was, as JSON, if SD Desk trained the file; else empty."""
    try:
        return read_header(path).metadata.get(TRAINING_KEY, "")
    except ProblemError:  # torch's archives, folders
        return ""


def _read_file(path: Path, word: str | None) -> Concept:
    contents = read_contents(path)
    tensors = _flat(contents.tree)
    if tensors is not None and is_lora_like(tensors):
        return _lora(path, contents, tensors)
    asked = word or contents.metadata.get(WORD_KEY)
    spoken = read_words(path, contents.tree, contents.container, asked)
    for tensor in (t for word in spoken.words for t in word.vectors.values()):
        check_finite(tensor)
    first = spoken.words[0].vectors
    return Concept(
        path=path,
        kind=EMBEDDING,
        name=path.stem,
        words=spoken.words,
        tensors={},
        widths=tuple(first[encoder].shape[1] for encoder in ENCODERS if encoder in first),
        origin=contents.metadata.get(ORIGIN_KEY, spoken.origin),
        hash=_original_hash(path, contents),
        author=_stated(contents, "author"),
        licence=_stated(contents, "license"),
    )


def _lora(path: Path, contents: Contents, tensors: dict[str, StoredTensor]) -> Concept:
    origin = lora_origin(path, tensors)
    if HASH_KEY not in contents.metadata:  # else that was done when it was taken in
        for tensor in tensors.values():
            check_finite(tensor)
    return Concept(
        path=path,
        kind=LORA,
        name=path.stem,
        trigger=_trigger(contents),
        tensors=tensors,
        widths=lora_widths(tensors),
        origin=contents.metadata.get(ORIGIN_KEY, f"{origin} ({contents.container})"),
        hash=_original_hash(path, contents),
        author=_stated(contents, "author"),
        licence=_stated(contents, "license"),
    )


def _original_hash(path: Path, contents: Contents) -> str:
    """The hash of the file that it was made from; what we keep ourselves notes it."""
    return contents.metadata.get(HASH_KEY) or file_hash(path)


def file_hash(path: Path) -> str:
    """SHA-256 of the file, in hex; raises `ProblemError`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error


def _flat(tree: object) -> dict[str, StoredTensor] | None:
    """A dict of tensors, whether it lies bare or, as some trainers do, below `state_dict`."""
    if not isinstance(tree, dict):
        return None
    values = cast(dict[str, object], tree)
    inner = values.get("state_dict", values)
    if not isinstance(inner, dict):
        return None
    items = cast(dict[str, object], inner).items()
    tensors = {name: value for name, value in items if isinstance(value, StoredTensor)}
    return tensors or None


def _stated(contents: Contents, what: str) -> str:
    """What the file says of itself (Stability AI, "modelspec 1.0.0")."""
    metadata = contents.metadata
    return one_line(metadata.get(f"modelspec.{what}", metadata.get(what, "")))[:200]


def _trigger(contents: Contents) -> str:
    """What it was taught with; nothing where the phrase could not stand in a prompt as it is."""
    phrase = contents.metadata.get("modelspec.trigger_phrase", "").strip()
    fits = len(phrase) <= _LONGEST_TRIGGER and phrase.isprintable()
    return phrase if fits and not _IN_PROMPTS.search(phrase) else ""


def _read_folder(folder: Path) -> tuple[Path, str | None, str]:
    """File, word and licence in the layout of huggingface.co/sd-concepts-library."""
    file = next((folder / name for name in LEARNED if (folder / name).is_file()), None)
    if file is None:
        raise ProblemError(
            "This folder holds no concept",
            str(folder),
            "a folder of the concepts library has a file learned_embeds.bin",
        )
    _check_inside(folder, file)
    token = _text(folder / "token_identifier.txt").strip() or None
    found = re.search(r"^license:\s*(\S[^\n]*)$", _text(folder / "README.md"), re.MULTILINE)
    return file, token, one_line(found[1])[:200] if found else ""


def _check_inside(folder: Path, path: Path) -> None:
    """A folder's file may not be a link to elsewhere."""
    if path.resolve().parent != folder.resolve():
        raise damaged_file(path, "it is a link out of its folder")


def _text(path: Path) -> str:
    """A short text beside the vectors, empty if there is none."""
    try:
        if not path.is_file():
            return ""
        _check_inside(path.parent, path)
        with path.open("rb") as file:
            data = file.read(_MAX_TEXT)
        return data.decode()
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    except UnicodeDecodeError as error:
        raise damaged_file(path, "it is not text") from error


def _named(concept: Concept, name: str, licence: str) -> Concept:
    origin = f"concepts library, {concept.origin}"
    return replace(concept, name=name, origin=origin, licence=concept.licence or licence)
