"""The stages of the recipe in their order, and the command line that runs them."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from starter_model.artwork import Artwork, build_artwork
from starter_model.autoencoder import train_autoencoder
from starter_model.chance import HeldOut, SceneMaker
from starter_model.config import FULL, Plan
from starter_model.contrast import Lesson, train_contrast
from starter_model.pool import Pool, compose_part
from starter_model.sources import NAMES, Names, fetch
from starter_model.tokenizer import load_tokenizer, train_tokenizer

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workshop:
    """The plan, and where its stages keep what they make."""

    plan: Plan
    work: Path
    out: Path

    def artwork(self) -> Artwork:
        if not (self.work / "art.json").exists():
            build_artwork(self.work / "npm").save(self.work)
        return Artwork.load(self.work)

    def held_out(self, artwork: Artwork) -> HeldOut:
        path = self.work / "held_out.json"
        if not path.exists():
            HeldOut.choose(artwork, self.plan.seed).save(path)
        return HeldOut.load(path)

    def pool(self) -> Pool:
        """The scenes to train on, composed if need be."""
        artwork = self.artwork()
        maker = SceneMaker(artwork, self.held_out(artwork))
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

    def teach(self, lesson: Lesson) -> None:
        tokenizer = load_tokenizer(self.work / "tokenizer")
        train_contrast(self.plan, tokenizer, lesson, self.work / f"{lesson.name}.pt")


def art(shop: Workshop) -> None:
    """Render the art and compose the scenes."""
    shop.pool()


def autoencoder(shop: Workshop) -> None:
    """Train the autoencoder."""
    train_autoencoder(shop.plan, shop.pool(), shop.work / "autoencoder.pt")


def words(shop: Workshop) -> None:
    """Learn the tokenizer's vocabulary."""
    texts = shop.pool().captions() + shop.more_words()
    train_tokenizer(texts, shop.plan.vocabulary, shop.work / "tokenizer")


def contrast(shop: Workshop) -> None:
    """Train the first text encoder on pictures and captions."""
    shop.teach(Lesson("contrast", shop.pool(), shop.plan.contrast_samples, shop.plan.seed))


def judge(shop: Workshop) -> None:
    """Train the judge on scenes of its own, those held out included."""
    plan = shop.plan
    seed = plan.seed + 1000
    pool = shop.compose(SceneMaker(shop.artwork()), "judge", plan.judge_parts, seed)
    shop.teach(Lesson("judge", pool, plan.judge_samples, seed))


STAGES = {f.__name__: f for f in (art, autoencoder, words, contrast, judge)}


def main() -> None:
    """Run the stages asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []], help="default: all, in order")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".starter_model")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "resources/models/starter")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    shop = Workshop(FULL, arguments.work, arguments.out)
    for name in arguments.stages or STAGES:
        print(f"== {name}", flush=True)
        STAGES[name](shop)
