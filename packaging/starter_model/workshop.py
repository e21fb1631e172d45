"""The folder in which the recipe works: what each stage makes, and where the next one finds it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from transformers import CLIPTokenizer

from starter_model.artwork import Artwork, build_artwork
from starter_model.autoencoder import load_autoencoder
from starter_model.chance import TINTED, HeldOut, SceneMaker
from starter_model.config import Networks, Plan
from starter_model.contrast import Lesson, load_contrast, train_contrast
from starter_model.diffusion import Latents, encode_pool
from starter_model.exam import Size
from starter_model.judge import Judge
from starter_model.learning import load_checkpoint
from starter_model.pool import Pool, compose_part
from starter_model.sources import ICON_SETS, NAMES, UNSEEN, IconSet, Names, fetch
from starter_model.subjects import TAUGHT
from starter_model.tokenizer import load_tokenizer


@dataclass(frozen=True)
class Workshop:
    """The plan, and where its stages keep what they make."""

    plan: Plan
    work: Path
    out: Path
    size: Size = field(default_factory=Size)

    @cached_property
    def artwork(self) -> Artwork:
        """All art in the styles that the model knows."""
        return self.rendered(self.work, ICON_SETS)

    @cached_property
    def taught(self) -> Artwork:
        """The art that the model learns from: that of fewer things."""
        return Artwork(tuple(a for a in self.artwork.art if a.subject.name in TAUGHT))

    @cached_property
    def all_artwork(self) -> Artwork:
        """All art, and the style that the model never sees."""
        unseen = self.rendered(self.work / "unseen", (UNSEEN,))
        return Artwork(self.artwork.art + unseen.art)

    @cached_property
    def judged(self) -> Artwork:
        """What the judge learns from: the taught things, in the unseen style as well."""
        return Artwork(tuple(a for a in self.all_artwork.art if a.subject.name in TAUGHT))

    def rendered(self, folder: Path, icon_sets: tuple[IconSet, ...]) -> Artwork:
        if not (folder / "art.json").exists():
            build_artwork(self.work / "npm", icon_sets).save(folder)
        return Artwork.load(folder)

    @cached_property
    def held_out(self) -> HeldOut:
        path = self.work / "held_out.json"
        if not path.exists():
            HeldOut.choose(self.artwork, self.plan.seed).save(path)
        return HeldOut.load(path)

    @cached_property
    def pool(self) -> Pool:
        """The scenes to train on, composed if need be."""
        maker = SceneMaker(self.taught, self.held_out, TINTED)
        return self.compose(maker, "part", self.plan.parts, self.plan.seed)

    def compose(self, maker: SceneMaker, name: str, parts: int, seed: int) -> Pool:
        made = []
        for k in range(parts):
            folder = self.work / "pool" / f"{name}-{k:02}"
            made.append(compose_part(maker, folder, self.plan.scenes_per_part, seed + k))
            print(f"{folder.name} composed", flush=True)
        return Pool(tuple(made))

    def more_words(self) -> list[str]:
        """Names of things that are not drawn yet, so that the vocabulary has room for them."""
        return sorted(Names.read(fetch(NAMES, self.work / "npm")).subgroups)

    @property
    def tokenizer(self) -> CLIPTokenizer:
        return load_tokenizer(self.work / "tokenizer")

    def teach(self, name: str, networks: Networks, pool: Pool, samples: int, seed: int) -> None:
        """Train a pair of picture and text network on a pool."""
        names = tuple(name for s in self.taught.subjects for name in s.names)
        lesson = Lesson(name, networks, pool, names, samples, seed)
        train_contrast(self.plan, self.tokenizer, lesson, self.work / f"{name}.pt")

    @property
    def judge_networks(self) -> Networks:
        """The judge reads with a smaller network than the model."""
        width = self.plan.networks.text_width // 2
        return replace(self.plan.networks, text_width=width, text_layers=2)

    def judge(self) -> Judge:
        return Judge(load_contrast(self.judge_networks, self.tokenizer, self.work / "judge.pt"))

    def latents(self) -> Latents:
        """The pool as the UNet sees it, encoded if need be."""
        path = self.work / "autoencoder.pt"
        latents = encode_pool(load_autoencoder(self.plan, path), self.pool, self.tokenizer)
        known = load_checkpoint(path) or {}
        return replace(latents, scale=known.get("scale", latents.scale))

    @property
    def diffusion(self) -> Path:
        """The UNet's checkpoint: once there is one, the networks before it must stay."""
        return self.work / "diffusion.pt"

    @property
    def decoder(self) -> Path:
        """The autoencoder with the best decoder that there is."""
        path = self.work / "decoder.pt"
        return path if path.exists() else self.work / "autoencoder.pt"
