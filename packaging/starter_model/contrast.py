"""Trains text and pictures on each other: the first text encoder, and the judge of evaluation."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from starter_model.batches import Batches
from starter_model.config import CAPTION_TOKENS, PICTURE, Networks, Plan
from starter_model.learning import (
    Progress,
    clip,
    cosine,
    load_checkpoint,
    precision,
    save_atomically,
    set_rate,
    to_tensor,
)
from starter_model.near_misses import NearMisses
from starter_model.pool import Pool

SHUFFLE = 2  # so many pixels across become channels: detail tells styles, and costs little thus
RATE = 1.2e-3
KEEP_EVERY = 100  # steps
NEAR = 2  # captions that are nearly right for each that is


def new_text_encoder(networks: Networks, tokenizer: CLIPTokenizer) -> CLIPTextModel:
    special: Any = tokenizer  # whose numbers of special tokens are typed as anything at all
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=networks.text_width,
        intermediate_size=2 * networks.text_width,
        num_hidden_layers=networks.text_layers,
        num_attention_heads=networks.text_width // 32,
        max_position_embeddings=CAPTION_TOKENS,
        projection_dim=networks.text_width,
        bos_token_id=special.bos_token_id,
        eos_token_id=special.eos_token_id,
        pad_token_id=special.pad_token_id,
    )
    return CLIPTextModel(config)


def stage(inside: int, outside: int) -> nn.Sequential:
    """Two convolutions, the first of which halves the sides."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=2, padding=1),
        nn.GroupNorm(8, outside),
        nn.SiLU(),
        nn.Conv2d(outside, outside, 3, padding=1),
        nn.GroupNorm(8, outside),
        nn.SiLU(),
    )


class Vision(nn.Module):
    """A small picture network: what is where, and what textures there are anywhere.

    Textures are means and deviations of features over the whole picture, after Gatys et al. 2016,
    "Image Style Transfer Using Convolutional Neural Networks".
    """

    def __init__(self, channels: tuple[int, ...], width: int) -> None:
        super().__init__()
        channels = (3 * SHUFFLE**2, *channels)
        self.unshuffle = nn.PixelUnshuffle(SHUFFLE)
        self.stages = nn.ModuleList(stage(a, b) for a, b in itertools.pairwise(channels))
        cells = (PICTURE // SHUFFLE // 2 ** len(self.stages)) ** 2
        self.head = nn.Linear(channels[-1] * cells + 2 * sum(channels[1:]), width)

    def forward(self, pictures: Tensor) -> Tensor:
        """Vectors (batch, width) of pictures (batch, 3, PICTURE, PICTURE)."""
        cells, textures = self.unshuffle(pictures), []
        for each in self.stages:
            cells = each(cells)  # (batch, channels, side, side)
            spread, mean = torch.var_mean(cells.float(), (2, 3))
            textures += [mean, (spread + 1e-5).sqrt()]
        return self.head(torch.cat([cells.flatten(1), *textures], 1))


class Contrast(nn.Module):
    """A text encoder and a small picture network that meet in one space."""

    def __init__(self, networks: Networks, tokenizer: CLIPTokenizer) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.text = new_text_encoder(networks, tokenizer)
        width = networks.text_width
        self.vision = Vision(networks.vision_channels, width)
        self.project = nn.Linear(width, width, bias=False)
        self.scale = nn.Parameter(torch.tensor(2.3))

    def see(self, pictures: Tensor) -> Tensor:
        """Unit vectors (batch, width) of pictures (batch, 3, PICTURE, PICTURE)."""
        return F.normalize(self.vision(pictures).float(), dim=-1)

    def read(self, tokens: Tensor) -> Tensor:
        """Unit vectors (batch, width) of captions as tokens (batch, CAPTION_TOKENS)."""
        return F.normalize(self.project(self.text(tokens).pooler_output).float(), dim=-1)

    def likeness(self, pictures: Tensor, captions: list[str]) -> Tensor:
        """How well each caption fits each picture (pictures, captions)."""
        return self.see(pictures) @ self.read(tokenized(captions, self.tokenizer)).T


def tokenized(captions: list[str], tokenizer: CLIPTokenizer) -> Tensor:
    """Captions as numbers of tokens (captions, CAPTION_TOKENS)."""
    coded = tokenizer(
        captions,
        padding="max_length",
        truncation=True,
        max_length=CAPTION_TOKENS,
        return_tensors="pt",
    )
    return coded["input_ids"]


def shortened(captions: list[str], tokenizer: CLIPTokenizer) -> Tensor:
    """The same without the padding that all of them have (captions, tokens)."""
    tokens = tokenized(captions, tokenizer)
    special: Any = tokenizer
    longest = int(tokens.ne(special.eos_token_id).sum(1).max()) + 1
    return tokens[:, :longest]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One contrastive training: its name, the networks, what to see, how long."""

    name: str
    networks: Networks
    pool: Pool
    names: tuple[str, ...]  # of the things in the captions
    samples: int
    seed: int

    def batches(self) -> Batches:
        return Batches.of(self.pool.captions(), self.names)


def softened(pictures: Tensor, r: np.random.Generator) -> Tensor:
    """Half of the batches less sharp, as far as half the size, half of them in the mirror.

    Edges that are sharper than any autoencoder paints shall not be what tells two styles apart.
    """
    if r.random() < 0.5:
        side = int(r.integers(PICTURE // 2, PICTURE))
        small = F.interpolate(pictures, side, mode="bilinear", antialias=True)
        pictures = F.interpolate(small, PICTURE, mode="bicubic")
    return pictures.flip(-1) if r.random() < 0.5 else pictures


def train_contrast(plan: Plan, tokenizer: CLIPTokenizer, lesson: Lesson, checkpoint: Path) -> None:
    """Train until the lesson's samples are seen, going on from the checkpoint."""
    torch.manual_seed(lesson.seed)
    model = Contrast(lesson.networks, tokenizer)
    model.vision.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimiser = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.05)
    seen = resumed(checkpoint, model, optimiser)
    pictures, captions = lesson.pool.pictures(), lesson.pool.captions()
    progress, batches = Progress(lesson.name, lesson.samples, 5_000), lesson.batches()
    misses = NearMisses.of(lesson.names)
    while seen < lesson.samples:
        r = np.random.default_rng((lesson.seed, seen))
        chosen = batches.choose(plan.contrast_batch, r)
        set_rate(optimiser, RATE * cosine(seen / lesson.samples))
        said = [captions[int(k)] for k in chosen]
        said += [misses.of_caption(c, r) for c in said for _ in range(NEAR)]
        scores = compared(model, softened(to_tensor(pictures.batch(chosen)), r), said)
        loss, first = both_ways(scores)
        optimiser.zero_grad()
        loss.backward()
        clip(model.parameters())
        optimiser.step()
        seen += plan.contrast_batch
        progress.step(seen, loss=loss.item(), first=first)
        if seen // plan.contrast_batch % KEEP_EVERY == 0 or seen >= lesson.samples:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
            save_atomically({**state, "seen": seen}, checkpoint)


def resumed(checkpoint: Path, model: Contrast, optimiser: torch.optim.Optimizer) -> int:
    """Take over what the checkpoint has, if there is one; the samples that were seen."""
    state = load_checkpoint(checkpoint)
    if state is None:
        return 0
    model.load_state_dict(state["model"])
    if "optimiser" in state:  # a milestone has none
        optimiser.load_state_dict(state["optimiser"])
    return state["seen"]


def compared(model: Contrast, pictures: Tensor, captions: list[str]) -> Tensor:
    """How well captions fit pictures (pictures, captions); of equal ones all but its own fit not.

    The first captions are the pictures' own, in their order.
    """
    tokens = shortened(captions, model.tokenizer)
    with precision():
        seen, read = model.see(pictures), model.read(tokens)
    scores = seen @ read.T * model.scale.exp().clamp(max=50)
    return scores - 1e4 * repeated(tokens, len(pictures))


def repeated(tokens: Tensor, pictures: int) -> Tensor:
    """1 where a caption is that of another picture, too, which is no mistake to find.

    The first `pictures` of the captions (captions, tokens) are the pictures' own; the result is
    (pictures, captions).
    """
    same = (tokens[:pictures, None] == tokens).all(-1)
    return (same & ~torch.eye(pictures, len(tokens), dtype=torch.bool)).float()


def both_ways(scores: Tensor) -> tuple[Tensor, float]:
    """The loss of pictures (rows) and captions (columns), and how often the right one is first.

    The first columns are the pictures' own captions, in their order; others fit none.
    """
    right = torch.arange(len(scores))
    own = scores[:, : len(scores)].T
    loss = (F.cross_entropy(scores, right) + F.cross_entropy(own, right)) / 2
    return loss, (scores.argmax(1) == right).float().mean().item()


def load_contrast(networks: Networks, tokenizer: CLIPTokenizer, checkpoint: Path) -> Contrast:
    """The trained pair of networks."""
    state = load_checkpoint(checkpoint)
    assert state is not None, f"no contrastive training at {checkpoint}"
    model = Contrast(networks, tokenizer)
    model.load_state_dict(state["model"])
    return model.eval().requires_grad_(False)
