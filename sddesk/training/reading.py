"""Prompts as the numbers that the UNet reads, many at once and with gradients."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from sddesk.core.concepts.matching import split_at_words
from sddesk.core.concepts.values import ENCODERS
from sddesk.core.values import ConceptUse
from sddesk.engine.conditioning import Embeds

_ANY_TOKEN = 0  # stands where a learned vector is put; small, since CLIP looks for the largest


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of a model's text encoders, by the name that it has in the pipeline."""

    name: str
    tokenizer: Any
    network: Any


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """The word that is being learned: by encoder, its vectors (number of vectors, width)."""

    use: ConceptUse
    vectors: dict[str, torch.Tensor]


def encoders_of(pipeline: Any) -> list[Encoder]:
    """All text encoders of the pipeline."""
    parts = pipeline.components
    return [
        Encoder(name, parts[name.replace("text_encoder", "tokenizer")], parts[name])
        for name in ENCODERS
        if parts.get(name) is not None
    ]


def read_prompts(
    encoders: Sequence[Encoder], prompts: Sequence[str], learned: LearnedWord | None, *, xl: bool
) -> Embeds:
    """What the UNet reads of each prompt, as diffusers' `encode_prompt` makes it.

    Tokens (prompts, length, width), and SDXL's summary (prompts, width). What does not fit the
    encoder's window is left out, as other trainers do.
    """
    outputs = [_read(encoder, prompts, learned, xl=xl) for encoder in encoders]
    tokens = torch.cat([tokens for tokens, _ in outputs], dim=-1)
    return Embeds(tokens, outputs[-1][1])


def token_numbers(encoder: Encoder, text: str) -> list[int]:
    """The text's tokens without start and end."""
    return encoder.tokenizer(text, add_special_tokens=False, verbose=False).input_ids


def _read(
    encoder: Encoder, prompts: Sequence[str], learned: LearnedWord | None, *, xl: bool
) -> tuple[torch.Tensor, torch.Tensor | None]:
    tokenizer, network = encoder.tokenizer, encoder.network
    window = tokenizer.model_max_length - 2  # start and end take one each
    rows = [list(_tokens(encoder, prompt, learned))[:window] for prompt in prompts]
    ids = torch.tensor([_framed(row, tokenizer) for row in rows], device=network.device)
    places = [(r, 1 + c, -1 - n) for r, row in enumerate(rows) for c, n in enumerate(row) if n < 0]
    mask = None
    if getattr(network.config, "use_attention_mask", False):
        ends = torch.tensor([len(row) + 2 for row in rows], device=network.device)
        mask = (torch.arange(ids.shape[1], device=network.device) < ends[:, None]).long()
    vectors = None if learned is None else learned.vectors[encoder.name]
    with _in_place(network, places, vectors):
        output = network(ids, attention_mask=mask, output_hidden_states=xl)
    tokens = output.hidden_states[-2] if xl else output[0]  # (prompts, length, width)
    return tokens, output[0] if xl and output[0].ndim == 2 else None


def _tokens(encoder: Encoder, prompt: str, learned: LearnedWord | None) -> Iterator[int]:
    """Tokens; those of the learned word as -1, -2, …"""
    uses = () if learned is None else (learned.use,)
    for found in split_at_words(prompt, uses):
        if found.word is None or learned is None:
            yield from token_numbers(encoder, found.text)
        else:
            yield from (-1 - i for i in range(len(learned.vectors[encoder.name])))


def _framed(row: list[int], tokenizer: Any) -> list[int]:
    """One prompt's tokens between start and end, filled up to the window."""
    numbers = [max(number, _ANY_TOKEN) for number in row]
    framed = [tokenizer.bos_token_id, *numbers, tokenizer.eos_token_id]
    return framed + [tokenizer.pad_token_id] * (tokenizer.model_max_length - len(framed))


@contextmanager
def _in_place(
    network: Any, places: list[tuple[int, int, int]], vectors: torch.Tensor | None
) -> Iterator[None]:
    """While open, the network reads the vectors at (prompt, place); its weights never change."""
    if not places or vectors is None:
        yield
        return
    rows, columns, which = (
        torch.tensor(p, device=vectors.device) for p in zip(*places, strict=True)
    )

    def put(_module: Any, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
        return output.index_put((rows, columns), vectors[which].to(output))

    handle = network.get_input_embeddings().register_forward_hook(put)
    try:
        yield
    finally:
        handle.remove()
