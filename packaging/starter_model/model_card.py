"""Writes the model card: what the model knows, whose art it learned from, how well it does."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from starter_model.artwork import Artwork
from starter_model.evaluate import SEED
from starter_model.marks import Mark, table
from starter_model.painter import GUIDANCE, SAMPLER, STEPS
from starter_model.sources import ICON_SETS, NAMES, IconSet
from starter_model.treatments import TREATMENTS

SHEETS = (
    ("samples.jpg", "Random captions, not chosen; the number under each is its seed."),
    ("reconstructions.jpg", "Held-out pictures, and what the autoencoder makes of them, in turns."),
    ("guidance.jpg", "The same prompts and seeds at each guidance."),
    ("sketches.jpg", "Crude blobs, and what becomes of them at strength 0.6, in turns."),
    ("essay-1.jpg", "“an antique painting of a gorilla eating chips”, seeds 0 to 15."),
    ("essay-2.jpg", "“a bench under a tree in a park”, seeds 0 to 15."),
    ("essay-3.jpg", "“a low poly bench under a tree in a park”, seeds 0 to 15."),
    ("essay-4.jpg", "“a grasshopper riding a bunny”, seeds 0 to 15: it never saw anything ride."),
)

CARD = Path(__file__).with_name("card.md")
REMARKS = Path(__file__).with_name("remarks.md")  # counted anew by whoever looks at new sheets


def write_card(
    artwork: Artwork, marks: Sequence[Mark], seen: int, evaluated: Path, out: Path
) -> None:
    """Put the card and its sheets into the model's folder."""
    shown = [(name, words) for name, words in SHEETS if (evaluated / name).exists()]
    for name, _ in shown:
        shutil.copy(evaluated / name, out)
    text = CARD.read_text(encoding="utf-8").format(
        millions=parameters(out) / 1e6,
        subjects=len(artwork.subjects),
        seen=seen,
        names=", ".join(s.name for s in artwork.subjects),
        styles=", ".join(artwork.styles),
        treatments=", ".join(TREATMENTS),
        credits="".join(map(credit, ICON_SETS)),
        names_credit=NAMES.credit,
        names_licence=NAMES.licence,
        seed=SEED,
        steps=STEPS,
        sampler=SAMPLER,
        guidance=GUIDANCE,
        figures=table(marks),
        remarks=REMARKS.read_text(encoding="utf-8").strip(),
        sheets="\n\n".join(f"{words}\n\n![]({name})" for name, words in shown),
    )
    (out / "README.md").write_text(text, encoding="utf-8")


def credit(icon_set: IconSet) -> str:
    """A line of thanks to the makers of a set."""
    package = f"npm package `{icon_set.package}` {icon_set.version}"
    return f"- {icon_set.credit}: {icon_set.licence}, style “{icon_set.style}”, {package}.\n"


def parameters(folder: Path) -> int:
    """How many numbers the weights in a model's folder hold, of two bytes each."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors")) // 2
