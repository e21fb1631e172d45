"""What stands in a prompt beside plain words, and why some of it does not work."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from sddesk.core.concepts.matching import as_seen, occurrences
from sddesk.core.concepts.switched import Switched
from sddesk.core.concepts.values import LORA
from sddesk.core.prompt_language import comment_spans, lora_tags, spelled, without_comments
from sddesk.core.values import ConceptUse, ModelRef
from sddesk.core.wildcards import named_files

_ANGLED = re.compile(r"<[^<>:\s]{1,64}>")


class Kind(Enum):
    """How a stretch of the prompt is to look."""

    KNOWN = "known"
    TROUBLE = "trouble"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Note:
    """The stretch from `start` to `end` of a prompt; `about` says what it is or why it is not."""

    start: int
    end: int
    kind: Kind
    about: str


@dataclass(frozen=True, slots=True)
class Known:
    """What prompts are looked at with; `missing` are concepts of a picture that are not here."""

    concepts: Sequence[Switched]
    model: ModelRef | None
    wildcards: Path
    missing: Sequence[ConceptUse] = ()


def notes(text: str, known: Known) -> list[Note]:
    """All that is to be marked, in the order of the text, nothing twice."""
    made: list[Note] = [Note(a, b, Kind.COMMENT, "") for a, b in comment_spans(text)]
    for found in (_loras(text, known), _words(text, known), _files(text, known), _angled(text)):
        for note in found:
            if not any(note.start < other.end and other.start < note.end for other in made):
                made.append(note)
    return sorted(made, key=lambda note: note.start)


def _words(text: str, known: Known) -> Iterator[Note]:
    """Learned words, and what LoRAs were taught with."""
    meant: dict[str, list[Switched]] = {}
    for one in _as_asked(text, known.concepts):
        for word in one.card.said:
            meant.setdefault(as_seen(spelled(word)), []).append(one)
    gone = {as_seen(spelled(word)): use for use in known.missing for word in use.words}
    own = as_seen(known.model.word) if known.model is not None else ""
    for match in occurrences(text, {*meant, *gone, *([own] if own else [])}):
        word = as_seen(match[0])
        if word in meant:
            kind, about = _judged(meant[word], known.model)
            if kind is Kind.TROUBLE and not _is_word(match[0], meant[word]):
                continue  # ordinary words, which a LoRA does not hear now
        elif word in gone:
            kind, about = Kind.TROUBLE, f"{gone[word].name} ({gone[word].hash[:8]}) is not here"
        elif word == own:
            kind, about = Kind.KNOWN, "the word that this model was taught"
        else:
            continue  # alike in capitals only, as a long s and an s
        yield Note(match.start(), match.end(), kind, about)


def _as_asked(text: str, concepts: Sequence[Switched]) -> Iterator[Switched]:
    """LoRAs that the text names are on."""
    asked = {name.lower() for _, _, name, _ in lora_tags(without_comments(text))}
    for one in concepts:
        named = one.card.kind == LORA and one.card.name.lower() in asked
        yield replace(one, on=True) if named else one


def _is_word(said: str, meant: Sequence[Switched]) -> bool:
    """Whether it means nothing but them."""
    return any(one.card.words for one in meant) or _ANGLED.fullmatch(said) is not None


def _judged(meant: Sequence[Switched], model: ModelRef | None) -> tuple[Kind, str]:
    """What a word is whose concepts are these."""
    on = [one for one in meant if one.on]
    able = [one for one in on if model is None or not one.misfit(model)]
    if len(able) == 1 or (able and not any(one.card.words for one in able)):
        return Kind.KNOWN, about(able[0])  # LoRAs may share a phrase
    if able:
        names = " and ".join(one.card.path.name for one in able)
        return Kind.TROUBLE, f"{names} both have this word; switch one off"
    if on and model is not None:
        return Kind.TROUBLE, on[0].misfit(model)
    return Kind.TROUBLE, f"{meant[0].card.name} is switched off"


def about(one: Switched) -> str:
    """A concept in one line."""
    card = one.card
    what = "LoRA" if card.kind == LORA else f"learned word, {_vectors(card.vectors)}"
    weight = "" if one.weight == 1 else f", weight {one.weight:g}"
    return f"{card.name}: {what}, {card.base}{weight}"


def _vectors(count: int) -> str:
    return "1 vector" if count == 1 else f"{count} vectors"


def _loras(text: str, known: Known) -> Iterator[Note]:
    loras = {one.card.name.lower(): one for one in known.concepts if one.card.kind == LORA}
    for start, end, name, weight in lora_tags(text):
        one = loras.get(name.lower())
        if one is None:
            trouble = "no LoRA of this name is here"
        elif not _is_number(weight):
            trouble = "the weight is no number"
        else:
            trouble = "" if known.model is None else one.misfit(known.model)
        if trouble or one is None:
            yield Note(start, end, Kind.TROUBLE, trouble)
        else:
            yield Note(start, end, Kind.KNOWN, about(Switched(one.card, True)))


def _is_number(weight: str | None) -> bool:
    try:
        return weight is None or abs(float(weight)) < float("inf")
    except ValueError:
        return False


def _files(text: str, known: Known) -> Iterator[Note]:
    for start, end, name in named_files(text):
        file = known.wildcards / f"{name}.txt"
        if file.is_file():
            yield Note(start, end, Kind.KNOWN, f"a line of {name}.txt, which the seed chooses")
        else:
            yield Note(start, end, Kind.TROUBLE, f"there is no {file}")


def _angled(text: str) -> Iterator[Note]:
    """What looks like a learned word and is none that is here."""
    for match in _ANGLED.finditer(text):
        yield Note(match.start(), match.end(), Kind.TROUBLE, "no concept with this word is here")
