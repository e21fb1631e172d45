"""How the switches must stand for a picture to come out again, and what is missing for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sddesk.core.concepts.matching import as_seen, occurrences
from sddesk.core.concepts.switched import Switched
from sddesk.core.concepts.values import EMBEDDING, LORA
from sddesk.core.prompt_language import lora_tags, plain_parts
from sddesk.core.recall import Recalled
from sddesk.core.settings import ConceptSwitch
from sddesk.core.values import ConceptUse


@dataclass(frozen=True, slots=True)
class Restoring:
    """Switches to set; concepts that are not here; `remarks` says so, one by one."""

    switches: tuple[ConceptSwitch, ...]
    missing: tuple[ConceptUse, ...]
    remarks: tuple[str, ...]


def restoring(recalled: Recalled, concepts: Sequence[Switched]) -> Restoring:
    """What has to be done for the concepts of a picture, of ours or of another program."""
    pairs = [(use, _found(use, concepts)) for use in recalled.concepts]
    missing = tuple(use for use, one in pairs if one is None)
    remarks = [f"{_called(use)} ({use.hash[:8]})" for use in missing]
    remarks += [
        f"{_called(use)} is called {one.card.title} here"
        for use, one in pairs
        if one is not None and not _same_words(use, one)
    ]
    used = {one.card.hash: use for use, one in pairs if one is not None}
    named = {name.lower() for _, _, name, _ in lora_tags(recalled.prompt)}
    switches = [ConceptSwitch(digest, False) for digest in _in_the_way(recalled, concepts, used)]
    for digest, use in used.items():
        on = use.kind == EMBEDDING or use.name.lower() not in named
        switches.append(ConceptSwitch(digest, on, use.weight if on else 1.0))
    return Restoring(tuple(switches), missing, tuple(remarks))


def _found(use: ConceptUse, concepts: Sequence[Switched]) -> Switched | None:
    """By its hash; A1111 hashes LoRA files in another way, there the name has to do."""
    kin = [one for one in concepts if one.card.kind == use.kind]
    for one in kin:
        if use.hash and one.card.hash.startswith(use.hash):
            return one
    if use.kind == LORA and len(use.hash) < 64:
        return next((one for one in kin if one.card.name.lower() == use.name.lower()), None)
    return None


def _in_the_way(
    recalled: Recalled, concepts: Sequence[Switched], used: dict[str, ConceptUse]
) -> Iterator[str]:
    """Concepts that are on, and that would take part where they did not."""
    steps = recalled.steps or 1
    texts = [
        text
        for prompt in (recalled.prompt, recalled.negative_prompt)
        for text in plain_parts(prompt, steps)
    ]
    for one in concepts:
        if not one.on or one.card.hash in used:
            continue
        words = {as_seen(word) for word in one.card.words}
        if one.card.kind == LORA or any(next(occurrences(t, words), None) for t in texts):
            yield one.card.hash


def _same_words(use: ConceptUse, one: Switched) -> bool:
    return {as_seen(word) for word in use.words} <= {as_seen(word) for word in one.card.words}


def _called(use: ConceptUse) -> str:
    return ", ".join(use.words) or use.name
