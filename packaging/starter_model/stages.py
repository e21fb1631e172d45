"""The stages of the recipe in their order, and the command line that runs them."""

import argparse
import os
from pathlib import Path

from starter_model.autoencoder import train_autoencoder
from starter_model.chance import SceneMaker
from starter_model.config import FULL
from starter_model.contrast import load_contrast
from starter_model.decoder import train_decoder
from starter_model.diffusion import train_diffusion
from starter_model.evaluate import new_evaluation
from starter_model.export import export_model
from starter_model.learning import load_checkpoint
from starter_model.milestone import JUDGE, pack_judge, unpack
from starter_model.model_card import write_card
from starter_model.painter import Order, Painter
from starter_model.sheets import save_sheet
from starter_model.tokenizer import train_tokenizer
from starter_model.workshop import Workshop

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = REPOSITORY / "resources" / "models" / "starter"
SHOWN = (
    "a red apple on a blue background",
    "a cat, noto style",
    "a dog in a park, fluent style",
    "a banana next to a car, twemoji style",
    "an antique painting of a gorilla eating chips",
    "a bench under a tree in a park",
    "a low poly bench under a tree in a park",
    "a pencil drawing of a house at night",
)


def art(shop: Workshop) -> None:
    """Render the art and compose the scenes."""
    print(f"{len(shop.pool.captions())} scenes", flush=True)


def words(shop: Workshop) -> None:
    """Learn the tokenizer's vocabulary."""
    texts = shop.pool.captions() + shop.more_words()
    train_tokenizer(texts, shop.plan.vocabulary, shop.work / "tokenizer")


def autoencoder(shop: Workshop) -> None:
    """Train the autoencoder, unless a UNet knows its latents already."""
    if not shop.diffusion.exists():
        train_autoencoder(shop.plan, shop.pool, shop.work / "autoencoder.pt")


def contrast(shop: Workshop) -> None:
    """Train the first text encoder on pictures and captions, unless a UNet trains it already."""
    plan = shop.plan
    if not shop.diffusion.exists():
        shop.teach("contrast", plan.networks, shop.pool, plan.contrast_samples, plan.seed)


def judge(shop: Workshop) -> None:
    """Train the judge on scenes of its own, those held out included."""
    plan = shop.plan
    seed = plan.seed + 1000
    pool = shop.compose(SceneMaker(shop.judged), "judge", plan.judge_parts, seed)
    shop.teach("judge", shop.judge_networks, pool, plan.judge_samples, seed)


def decoder(shop: Workshop) -> None:
    """Train the decoder alone, on the latents that the UNet knows."""
    first, checkpoint = shop.work / "autoencoder.pt", shop.work / "decoder.pt"
    train_decoder(shop.plan, shop.pool, shop.latents().values, first, checkpoint)


def diffusion(shop: Workshop) -> None:
    """Train the UNet and the text encoder; now and then, export them and paint some samples."""
    plan, tokenizer, latents = shop.plan, shop.tokenizer, shop.latents()
    shown = [0]

    def show(seen: int) -> None:
        if seen - shown[0] >= plan.export_every:
            shown[0] = seen
            folder = shop.work / "export"
            export_model(plan, shop.work, shop.decoder, folder, latents.scale)
            show_samples(folder, shop.work / "samples" / f"{seen:08}.jpg")

    first = None
    if not shop.diffusion.exists():
        first = load_contrast(plan.networks, tokenizer, shop.work / "contrast.pt")
    train_diffusion(plan, tokenizer, latents, first, shop.diffusion, show)


def show_samples(model: Path, path: Path) -> None:
    """The same few prompts and seeds each time, so that sheets can be compared."""
    orders = [Order(prompt, seed) for seed in (1, 2) for prompt in SHOWN]
    pictures = Painter(model).paint(orders, path.stem)
    save_sheet(pictures, [o.prompt for o in orders], path)


def export(shop: Workshop) -> None:
    """Write the model that ships."""
    scale = shop.latents().scale
    seen = export_model(shop.plan, shop.work, shop.decoder, shop.out, scale)
    print(f"{shop.out} written after {seen} samples", flush=True)


def evaluate(shop: Workshop) -> None:
    """Measure the model that ships, and write its card."""
    folder, exam = shop.work / "evaluation", (shop.taught, shop.held_out)
    marks = new_evaluation(*exam, shop.judge(), shop.out, folder, shop.size).run()
    state = load_checkpoint(shop.diffusion) or {"seen": 0}
    write_card(shop.taught, marks, state["seen"], folder, shop.out)


STAGES = {
    stage.__name__: stage
    for stage in (
        art,
        words,
        autoencoder,
        contrast,
        judge,
        decoder,
        diffusion,
        export,
        evaluate,
    )
}


def main() -> None:
    """Run the stages asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []], help="default: all, in order")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".starter_model")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument(
        "--milestone",
        type=int,
        metavar="SAMPLES",
        help="go on from the model that ships, whose UNet has seen so many samples",
    )
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if arguments.milestone is not None:
        unpack(SHIPPED, arguments.work, arguments.milestone)
    stages = arguments.stages or list(STAGES)
    run(Workshop(FULL, arguments.work, arguments.out), stages)
    if judge.__name__ in stages:
        pack_judge(arguments.work / "judge.pt", JUDGE)


def run(shop: Workshop, stages: list[str]) -> None:
    """Run some stages; each goes on where it was stopped."""
    for name in stages:
        print(f"== {name}: {STAGES[name].__doc__}", flush=True)
        STAGES[name](shop)
