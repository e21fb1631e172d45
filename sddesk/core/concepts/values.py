"""The one value that concept files of every origin come to, and whether it fits a model."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sddesk.core.concepts.stored import StoredTensor
from sddesk.core.problems import ProblemError
from sddesk.core.values import ConceptUse, ModelRef

EMBEDDING, LORA = "embedding", "lora"
ENCODERS = ("text_encoder", "text_encoder_2")
# The width of what the text encoders say to the UNet: SD 1.x, SD 2.x, and both of SDXL together.
_BASES: dict[tuple[int, ...], str] = {
    (768,): "SD 1.x",
    (1024,): "SD 2.x",
    (768, 1280): "SDXL",
    (2048,): "SDXL",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A learned word: by encoder, its vectors as (number of vectors, width)."""

    text: str
    vectors: dict[str, StoredTensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptCard:
    """What is known of a concept without its numbers; a list keeps thousands of these.

    `vectors` counts those of its first word. The other fields are as in `Concept`.
    """

    path: Path
    kind: str
    name: str
    words: tuple[str, ...] = ()
    trigger: str = ""
    vectors: int = 0
    widths: tuple[int, ...] = ()
    origin: str = ""
    hash: str
    author: str = ""
    licence: str = ""

    @property
    def base(self) -> str:
        """The family it was made for, in words."""
        return base_named(self.widths)

    @property
    def title(self) -> str:
        """What calls it: its words, or the name of a LoRA."""
        return ", ".join(self.words) or self.name

    @property
    def said(self) -> tuple[str, ...]:
        """What it answers to in a prompt: its words, or the trigger of a LoRA."""
        return self.words or ((self.trigger,) if self.trigger else ())

    def use(self, weight: float = 1.0) -> ConceptUse:
        """It at work."""
        return ConceptUse(self.path, self.kind, self.name, self.words, self.hash, weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What a file teaches a model, whatever program wrote it.

    An embedding has `words`; a LoRA has `tensors` under the names of its own dialect and, if its
    file tells it, the `trigger` that it was taught with. `widths` are those of the encoders'
    vectors, or that of what a LoRA's attention reads; empty if it cannot be told. `origin` names
    the dialect, `hash` is the SHA-256 of the original file.
    """

    path: Path
    kind: str
    name: str
    words: tuple[Word, ...] = ()
    trigger: str = ""
    tensors: dict[str, StoredTensor]
    widths: tuple[int, ...]
    origin: str
    hash: str
    author: str = ""
    licence: str = ""

    @property
    def card(self) -> ConceptCard:
        """What is known of it without its numbers."""
        first = list(self.words[0].vectors.values()) if self.words else []
        return ConceptCard(
            path=self.path,
            kind=self.kind,
            name=self.name,
            words=tuple(word.text for word in self.words),
            trigger=self.trigger,
            vectors=first[0].shape[0] if first else 0,
            widths=self.widths,
            origin=self.origin,
            hash=self.hash,
            author=self.author,
            licence=self.licence,
        )

    @property
    def base(self) -> str:
        """The family it was made for, in words."""
        return base_named(self.widths)

    def use(self, weight: float = 1.0) -> ConceptUse:
        """It at work."""
        return self.card.use(weight)


def base_named(widths: tuple[int, ...]) -> str:
    """The model family of that width; other widths are named as they are."""
    if not widths:
        return "unknown"
    return _BASES.get(widths, f"{_spoken(widths)} wide")


def misfit(kind: str, widths: tuple[int, ...], model: ModelRef) -> str:
    """Why a concept of that width cannot work with the model; empty if it can."""
    encoders, attention = _model_widths(model.path)
    wanted = attention if kind == LORA else encoders
    if not widths or not wanted or widths == wanted:
        return ""
    base = base_named(widths)
    made_for = base if base.endswith("wide") else f"{base}, {_spoken(widths)} wide"
    return f"made for {made_for}; this model takes {_spoken(wanted)}"


def check_fit(kind: str, name: str, widths: tuple[int, ...], model: ModelRef) -> None:
    """Raise `ProblemError` if a concept of that width cannot work with the model."""
    reason = misfit(kind, widths, model)
    if reason:
        hint = "choose another model, or switch the concept off"
        raise ProblemError(f"{name} does not fit {model.name}", reason, hint)


def _spoken(widths: tuple[int, ...]) -> str:
    return "+".join(map(str, widths))


@lru_cache(maxsize=16)
def _model_widths(model: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Widths of the text encoders, and of what the UNet reads; empty if not told."""
    encoders = tuple(
        width
        for name in ENCODERS
        if (width := _number(model / name / "config.json", "hidden_size")) is not None
    )
    attention = _number(model / "unet" / "config.json", "cross_attention_dim")
    return encoders, () if attention is None else (attention,)


def _number(file: Path, key: str) -> int | None:
    try:
        value: Any = json.loads(file.read_bytes())
        number = cast(dict[str, Any], value).get(key)
    except (OSError, ValueError, AttributeError):
        return None
    return number if isinstance(number, int) else None
