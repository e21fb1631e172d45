"""The pool of composed scenes on disk: parts of pictures with captions, and later their latents."""

import json
import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from starter_model.artwork import Pixels
from starter_model.captions import caption
from starter_model.chance import SceneMaker
from starter_model.config import PICTURE
from starter_model.scenes import draw

CHUNK = 250  # scenes composed in one go by one process


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the pool, a folder."""

    folder: Path

    @property
    def done(self) -> bool:
        return (self.folder / "captions.json").exists()

    def pictures(self) -> Pixels:
        """All pictures (count, PICTURE, PICTURE, 3), read from disk as they are used."""
        return np.load(self.folder / "pictures.npy", mmap_mode="r")

    def captions(self) -> list[str]:
        return json.loads((self.folder / "captions.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Pool:
    """Several parts taken as one."""

    parts: tuple[Part, ...]

    def captions(self) -> list[str]:
        return [c for part in self.parts for c in part.captions()]

    def pictures(self) -> "Pictures":
        return Pictures([part.pictures() for part in self.parts])


class Pictures:
    """The pictures of several parts, indexed as one array."""

    def __init__(self, arrays: list[Pixels]) -> None:
        self.arrays = arrays
        self.starts = np.cumsum([0] + [len(a) for a in arrays])

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, index: int) -> Pixels:
        part = int(np.searchsorted(self.starts, index, side="right")) - 1
        return self.arrays[part][index - self.starts[part]]

    def batch(self, indices: np.ndarray) -> Pixels:
        """The pictures at the indices (count, PICTURE, PICTURE, 3)."""
        return np.stack([self[int(i)] for i in indices])


def compose_part(maker: SceneMaker, folder: Path, count: int, seed: int) -> Part:
    """Compose a part unless it is there; a part cut short is composed again."""
    part = Part(folder)
    if part.done:
        return part
    folder.mkdir(parents=True, exist_ok=True)
    chunks = [(seed, k, min(CHUNK, count - k)) for k in range(0, count, CHUNK)]
    shape = (count, PICTURE, PICTURE, 3)
    path = folder / "pictures.npy"
    pictures = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    said: list[str] = []
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), adopt, (maker,)) as processes:
        for drawn, captions in processes.imap(compose_chunk, chunks):
            pictures[len(said) : len(said) + len(captions)] = drawn
            said += captions
    pictures.flush()
    (folder / "captions.json").write_text(json.dumps(said), encoding="utf-8")
    return part


_maker: SceneMaker  # of this process


def adopt(maker: SceneMaker) -> None:
    global _maker
    _maker = maker


def compose_chunk(chunk: tuple[int, int, int]) -> tuple[Pixels, list[str]]:
    """The pictures and captions of one chunk: (seed of the part, first scene, count)."""
    seed, first, count = chunk
    r = np.random.default_rng((seed, first))
    scenes = [_maker.scene(r) for _ in range(count)]
    return np.stack([draw(s, r) for s in scenes]), [caption(s, r) for s in scenes]
