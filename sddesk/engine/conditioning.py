"""A prompt as the numbers that the UNet reads: learned words, weights, long prompts, edits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from sddesk.core.concepts.matching import split_at_words
from sddesk.core.concepts.values import ENCODERS
from sddesk.core.prompt_language import PromptPart, Section, read_prompt
from sddesk.core.values import GenerationRequest
from sddesk.engine.learned import LearnedWords
from sddesk.engine.loading import LoadedModel

_ANY_TOKEN = 0  # stands where a learned vector is put; small, since CLIP looks for the largest


@dataclass(frozen=True, slots=True)
class Token:
    """One place in the encoder's window: a token's number, or a learned vector for each encoder."""

    id: int
    weight: float = 1.0
    vectors: dict[str, torch.Tensor] | None = None  # each (width,)


@dataclass(frozen=True, slots=True)
class Embeds:
    """What the UNet reads: (1, tokens, width), and SDXL's summary (1, width)."""

    tokens: torch.Tensor
    pooled: torch.Tensor | None


@dataclass(frozen=True, slots=True)
class Conditioning:
    """For prompt and negative prompt, the last step of each part and what it says."""

    positive: tuple[tuple[int, Embeds], ...]
    negative: tuple[tuple[int, Embeds], ...]

    def at(self, step: int) -> tuple[Embeds, Embeds]:
        """Prompt and negative prompt at step `step`, counted from 1."""
        return _at(self.positive, step), _at(self.negative, step)

    def changes(self) -> set[int]:
        """The steps with which another part begins."""
        return {end + 1 for end, _ in (*self.positive[:-1], *self.negative[:-1])}


def stock_prompts(
    model: LoadedModel, request: GenerationRequest, learned: LearnedWords
) -> tuple[str, str] | None:
    """Prompt and negative prompt if the stock pipeline reads them as they are, to the same bits."""
    plain: list[str] = []
    for text in (request.prompt, request.negative_prompt):
        parts = read_prompt(text, request.steps_run)
        words = parts[0].plain if len(parts) == 1 else None
        if words is None or _has_words(words, learned) or not _fits(model, words):
            return None
        plain.append(words)
    return plain[0], plain[1]


def conditioning(
    model: LoadedModel, request: GenerationRequest, learned: LearnedWords
) -> Conditioning:
    """Both prompts, step by step, all of one length."""
    texts = (request.prompt, request.negative_prompt)
    parts = [read_prompt(text, request.steps_run) for text in texts]
    chunks = {
        part.sections: _chunks(part, model.pipeline.tokenizer, learned)
        for prompt in parts
        for part in prompt
    }
    most = max(map(len, chunks.values()))
    encoders = _encoders(model)
    made = {  # alternating words come back to the same parts again and again
        sections: _encode(encoders, [*its, *[[]] * (most - len(its))], model)
        for sections, its in chunks.items()
    }
    positive, negative = (
        tuple((part.last_step, made[part.sections]) for part in prompt) for prompt in parts
    )
    return Conditioning(positive, negative)


def _has_words(text: str, learned: LearnedWords) -> bool:
    return any(found.word for found in split_at_words(text, learned.uses))


def _fits(model: LoadedModel, text: str) -> bool:
    tokenizer = model.pipeline.tokenizer
    return len(_ids(tokenizer, text)) <= _window(tokenizer)


def _window(tokenizer: Any) -> int:
    return tokenizer.model_max_length - 2  # start and end take one each


def _ids(tokenizer: Any, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False, verbose=False).input_ids


def _at(parts: tuple[tuple[int, Embeds], ...], step: int) -> Embeds:
    return next((embeds for end, embeds in parts if step <= end), parts[-1][1])


def _encoders(model: LoadedModel) -> list[tuple[str, Any, Any]]:
    """Name, tokenizer and encoder of each that the model has."""
    parts = model.pipeline.components
    return [
        (name, parts[name.replace("text_encoder", "tokenizer")], parts[name])
        for name in ENCODERS
        if parts.get(name) is not None
    ]


def _chunks(part: PromptPart, tokenizer: Any, learned: LearnedWords) -> list[list[Token]]:
    """The prompt in stretches that fit the encoder's window; each BREAK begins another."""
    window = _window(tokenizer)
    chunks: list[list[Token]] = []
    for section in part.sections:
        tokens = list(_tokens(section, tokenizer, learned))
        starts = range(0, max(1, len(tokens)), window)
        chunks += [tokens[start : start + window] for start in starts]
    return chunks


def _tokens(section: Section, tokenizer: Any, learned: LearnedWords) -> Iterator[Token]:
    for piece in section:
        for found in split_at_words(piece.text, learned.uses):
            if found.word is None:
                for number in _ids(tokenizer, found.text):
                    yield Token(number, piece.weight)
            else:
                use, place = found.word
                for vectors in learned.vectors(use, place):
                    yield Token(_ANY_TOKEN, piece.weight * use.weight, vectors)


def _encode(
    encoders: list[tuple[str, Any, Any]], chunks: list[list[Token]], model: LoadedModel
) -> Embeds:
    """All chunks, one after the other; the summary is the first one's."""
    rows: list[torch.Tensor] = []
    pooled: torch.Tensor | None = None
    for number, chunk in enumerate(chunks):
        outputs = [_read(*encoder, chunk, model) for encoder in encoders]
        rows.append(torch.cat([tokens for tokens, _ in outputs], dim=-1))
        if number == 0:
            pooled = outputs[-1][1]
    return Embeds(torch.cat(rows, dim=1), pooled)


def _read(
    name: str, tokenizer: Any, encoder: Any, chunk: Sequence[Token], model: LoadedModel
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One chunk through one encoder, as diffusers' `encode_prompt` does it, then the weights."""
    start, end, pad = tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id
    numbers = [start, *(token.id for token in chunk), end]
    length = tokenizer.model_max_length
    ids = torch.tensor([numbers + [pad] * (length - len(numbers))], device=model.device)
    mask = None
    if getattr(encoder.config, "use_attention_mask", False):
        mask = (torch.arange(length, device=model.device) < len(numbers)).long()[None]
    xl = model.ref.family == "sdxl"
    with _in_place(encoder, {1 + i: t.vectors[name] for i, t in enumerate(chunk) if t.vectors}):
        output = encoder(ids, attention_mask=mask, output_hidden_states=xl)
    tokens = output.hidden_states[-2] if xl else output[0]  # (1, length, width)
    pooled = output[0] if xl and output[0].ndim == 2 else None
    return _weighted(tokens, [token.weight for token in chunk]), pooled


def _weighted(tokens: torch.Tensor, weights: list[float]) -> torch.Tensor:
    """Scaled by the weights and brought back to the mean (A1111, `modules/sd_emphasis.py`)."""
    if all(weight == 1 for weight in weights):
        return tokens
    factors = torch.ones(tokens.shape[1], dtype=tokens.dtype, device=tokens.device)
    factors[1 : 1 + len(weights)] = torch.tensor(weights, dtype=tokens.dtype)
    scaled = tokens * factors[:, None]
    mean = scaled.mean()
    return scaled if mean == 0 else scaled * (tokens.mean() / mean)


@contextmanager
def _in_place(encoder: Any, vectors: dict[int, torch.Tensor]) -> Iterator[None]:
    """While open, the encoder reads the learned vectors at those places; it is never changed."""

    def put(_module: Any, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
        changed = output.clone()  # (1, length, width)
        for place, vector in vectors.items():
            changed[0, place] = vector.to(changed)
        return changed

    if not vectors:
        yield
        return
    handle = encoder.get_input_embeddings().register_forward_hook(put)
    try:
        yield
    finally:
        handle.remove()
