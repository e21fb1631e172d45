"""Measures what the training experiments come to on the model in the box, in the judge's eyes.

`PYTHONPATH=. .venv/bin/python packaging/lesson_figures.py WORK [NAME…]`, where WORK is the folder
in which the recipe of the starter model kept its judge. Sheets of random samples go to WORK.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from starter_model.artwork import Artwork, Pixels
from starter_model.captions import TREATED
from starter_model.config import FULL
from starter_model.judge import Judge
from starter_model.painter import Order, Painter
from starter_model.questions import ALL_STYLES
from starter_model.scenes import Scene, draw
from starter_model.sheets import save_sheet
from starter_model.sources import UNSEEN
from starter_model.subjects import with_article
from starter_model.workshop import Workshop

from sddesk.core.messages import Event, Failed, Train, Trained
from sddesk.core.models import model_named
from sddesk.core.paths import RESOURCES, app_paths
from sddesk.core.picture_files import load_picture
from sddesk.core.training.experiments import EXPERIMENTS, LESSONS
from sddesk.core.training.values import DREAMBOOTH, StepTrained, TrainingRequest
from sddesk.core.values import ModelRef
from sddesk.service import Service

PROMPTS = 60
SEED = 4000
PLACES = (
    "{} in a park",
    "{} at night",
    "{} on a table",
    "{} on a red background",
    "{} on a green background",
    "{} on a blue background",
    "{} next to a cat",
    "{} next to a tree",
    "{} under a tree",
    "{} on a bench",
)

STYLE_LORA: dict[str, Any] = {
    "layers": "attention",  # with all layers other things come out spoilt
    "text_encoder": True,
    "rank": 16,
    "alpha": 16.0,
    "learning_rate": 1e-3,
    "schedule": "cosine",
    "steps": 600,
    "batch": 8,
}


class Figures:
    """The judge, the model, and where sheets go."""

    def __init__(self, work: Path, model: ModelRef) -> None:
        shop = Workshop(FULL, work, work / "unused")
        self.judge: Judge = shop.judge()
        self.art: Artwork = shop.all_artwork
        self.model, self.work = model, work
        self.names = [s.name for s in shop.taught.subjects]
        self.blobs = Artwork(tuple(a for a in self.art.art if a.style == UNSEEN.style))
        self.unseen = {s.name for s in self.blobs.subjects}

    def train(self, request: TrainingRequest, name: str) -> Path:
        """The concept file; says how long it took."""
        out = self.work / f"{name}.safetensors"
        service = Service(app_paths(self.work / "home"), "cpu")
        began = time.perf_counter()
        losses: list[float] = []

        def listen(event: Event) -> None:
            if isinstance(event, Failed):
                raise RuntimeError(event.problem)
            if isinstance(event, Trained) and isinstance(event.moment, StepTrained):
                losses.append(event.moment.loss)
                if len(losses) % 50 == 0:
                    mean = np.mean(losses[-50:])
                    took = time.perf_counter() - began
                    print(f"{name} {len(losses)}: loss {mean:.4f}, {took:.0f} s", flush=True)

        plain = replace(request, samples=())
        service.run(Train(1, plain, self.work / f"run {name}", out), listen, lambda: False)
        print(f"{name}: trained in {time.perf_counter() - began:.0f} s", flush=True)
        return out

    def paint(self, prompts: Sequence[str], concept: Path | None, name: str) -> Pixels:
        """A picture for each prompt, by diffusers with the concept file as it reads it."""
        painter = Painter(self.model.path)
        pipeline: Any = painter.pipeline
        if concept is not None and "lora_" in str(_keys(concept)):
            pipeline.load_lora_weights(str(concept))
        elif concept is not None:
            pipeline.load_textual_inversion(str(concept))
        made = painter.paint([Order(p, SEED + i) for i, p in enumerate(prompts)], name)
        save_sheet(made[:24], (), self.work / f"{name}.jpg", 8, side=96)
        return made

    def blob_share(self, pictures: Pixels, names: Sequence[str]) -> float:
        """How many are taken for the unseen style, of all styles and treatments."""
        choices = []
        for name in names:
            plain = with_article(name)
            styled = [f"{plain}, {style} style" for style in ALL_STYLES]
            choices.append([*styled, *(forms[0].format(plain) for forms in TREATED.values())])
        places = self.judge.places(pictures, choices)
        return float(np.mean([p[ALL_STYLES.index("blob")] == 0 for p in places]))

    def real_blob_share(self) -> float:
        """How many of the unseen style's own pictures are taken for it: no word can do better."""
        shown = {n: _on_white(self.blobs, n) for n in self.names if n in self.unseen}
        names = [n for n, pictures in shown.items() for _ in pictures]
        return self.blob_share(np.concatenate(list(shown.values())), names)

    def mascot_share(self, pictures: Pixels) -> float:
        """How many look more like the mascot than like any thing of the recipe's art."""
        views = [load_picture(p) for p in sorted((LESSONS / "mascot").glob("*.png"))]
        shown = [np.frombuffer(v.pixels, np.uint8).reshape(v.height, v.width, 3) for v in views]
        ours = self._mean(np.stack(shown))
        others = torch.stack([self._mean(_on_white(self.art, name)) for name in self.names])
        seen = self.judge.see(pictures)
        return float(((seen @ ours) > (seen @ others.T).max(1).values).float().mean())

    def named_share(self, pictures: Pixels, name: str) -> float:
        """How many are taken for that thing, of a hundred."""
        names = [name, *(n for n in self.names if n != name)][:100]
        choices = [[with_article(n) for n in names]] * len(pictures)
        return float(np.mean([p[0] == 0 for p in self.judge.places(pictures, choices)]))

    def _mean(self, pictures: Pixels) -> torch.Tensor:
        mean = self.judge.see(pictures).mean(0)
        return mean / mean.norm()


def _keys(path: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return list(file.keys())


def _on_white(art: Artwork, name: str) -> Pixels:
    """All that the art has of a thing, as the recipe puts it into pictures."""
    r = np.random.default_rng(SEED)
    return np.stack([draw(Scene(a), r) for a in art.art if a.subject.name == name])


def style(figures: Figures, request: TrainingRequest, name: str) -> None:
    """How often fresh things come out in the style, with the word and without."""
    taught = {picture.path.stem for picture in request.pictures}
    r = np.random.default_rng(SEED)
    fresh = [n for n in figures.names if n.replace(" ", "-") not in taught]
    names = [str(n) for n in r.permutation(fresh)[:PROMPTS]]
    concept = figures.train(request, name)
    word = request.word
    made = figures.paint([f"{with_article(n)}, {word} style" for n in names], concept, name)
    plain = figures.paint([with_article(n) for n in names], concept, f"{name} without")
    print(f"{name}: blob in its own pictures {figures.real_blob_share():.2f}", flush=True)
    print(f"{name}: blob with the word {figures.blob_share(made, names):.2f}", flush=True)
    print(f"{name}: blob without it {figures.blob_share(plain, names):.2f}", flush=True)


def thing(figures: Figures, request: TrainingRequest, name: str) -> None:
    """How often the mascot is seen, and what becomes of its class, with and without prior."""
    prompts = [PLACES[i % len(PLACES)] for i in range(PROMPTS)]
    called = f"a {request.word} {request.class_word}"
    classes = [f"a {request.class_word}"] * PROMPTS
    before = figures.named_share(figures.paint(classes, None, "class before"), request.class_word)
    print(f"{name}: class before {before:.2f}", flush=True)
    for prior in (request.prior, 0):
        label = f"{name} prior {prior}"
        concept = figures.train(replace(request, prior=prior), label)
        made = figures.paint([p.format(called) for p in prompts], concept, label)
        print(f"{label}: mascot seen {figures.mascot_share(made):.2f}", flush=True)
        after = figures.paint(classes, concept, f"{label} class")
        share = figures.named_share(after, request.class_word)
        false = figures.mascot_share(after)
        print(f"{label}: class after {share:.2f}, of which mascot {false:.2f}", flush=True)


def main() -> None:
    """Measure the experiments that are named, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("names", nargs="*", default=["style", "style-lora", "thing"])
    parser.add_argument("--model", default=str(RESOURCES / "models" / "starter"))
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("FIELD", "VALUE"))
    options = parser.parse_args()
    model = model_named(options.model, ())
    figures = Figures(options.work, model)
    by_style, by_thing = (experiment.request(model) for experiment in EXPERIMENTS)
    changes = {key: type(getattr(by_style, key))(value) for key, value in options.set}
    mirrored = tuple(replace(picture, mirror=True) for picture in by_style.pictures)
    by_lora = replace(by_style, method=DREAMBOOTH, pictures=mirrored, **STYLE_LORA)
    requests = {"style": by_style, "style-lora": by_lora, "thing": by_thing}
    for name in options.names:
        measure = thing if name == "thing" else style
        measure(figures, replace(requests[name], **changes), name)


if __name__ == "__main__":
    main()
