"""The judge: which of several captions a picture fits best, in the eyes of a separate network."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from starter_model.artwork import Pixels
from starter_model.contrast import Contrast, tokenized
from starter_model.learning import to_tensor

Places = NDArray[np.int64]


@dataclass
class Judge:
    """A trained pair of picture and text network, and the captions that it has read."""

    network: Contrast
    known: dict[str, Tensor] = field(default_factory=dict)

    def see(self, pictures: Pixels) -> Tensor:
        """Unit vectors of pictures (pictures, width)."""
        parts = [pictures[k : k + 50] for k in range(0, len(pictures), 50)]
        with torch.no_grad():
            return torch.cat([self.network.see(to_tensor(p)) for p in parts])

    def read(self, captions: Sequence[str]) -> Tensor:
        """Unit vectors of captions (captions, width)."""
        new = [c for c in dict.fromkeys(captions) if c not in self.known]
        with torch.no_grad():
            for start in range(0, len(new), 100):
                some = new[start : start + 100]
                vectors = self.network.read(tokenized(some, self.network.tokenizer))
                self.known.update(zip(some, vectors, strict=True))
        return torch.stack([self.known[c] for c in captions])

    def likeness(self, pictures: Pixels, captions: Sequence[str]) -> NDArray[np.float32]:
        """The cosine between each picture and its caption (pictures)."""
        return (self.see(pictures) * self.read(captions)).sum(1).numpy()

    def places(self, pictures: Pixels, choices: Sequence[Sequence[str]]) -> list[Places]:
        """For each picture the place of each of its choices, 0 for the one that fits best."""
        found = []
        for seen, captions in zip(self.see(pictures), choices, strict=True):
            order = (self.read(captions) @ seen).argsort(descending=True)
            found.append(order.argsort().numpy())
        return found
