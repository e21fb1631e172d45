"""How the model behaves: guidance, negative prompts and sketches, measured on the pictures."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from starter_model.artwork import Pixels
from starter_model.exam import Task
from starter_model.marks import Mark
from starter_model.painter import GUIDANCE, Order
from starter_model.questions import Examiner, real
from starter_model.scenes import COLOURS
from starter_model.treatments import GREY

GUIDANCES = (1.0, 2.5, 5.0, 7.5, 10.0, 25.0, 50.0)
STRENGTH = 0.6
MUCH = 0.1  # of a picture's area
NEAR = 70.0  # of 442 between black and white: what still goes by a colour's name


def guidance(by: Examiner) -> tuple[list[Mark], Pixels]:
    """Fidelity and contrast at each guidance, and the pictures, a row for each."""
    tasks = by.exam.one_object()[: by.exam.size.varied]
    made = [
        by.painter.paint([Order(t.prompt, t.seed, guidance=g) for t in tasks], f"guidance {g:g}")
        for g in GUIDANCES
    ]
    prompts = [t.prompt for t in tasks]
    fidelity = [float(by.judge.likeness(p, prompts).mean()) for p in made]
    contrasts = [contrast(p) for p in made]
    best = int(np.argmax(fidelity))
    marks = [
        Mark(
            "3",
            f"fidelity at its best, guidance {GUIDANCES[best]:g}, above guidance 1",
            fidelity[best] - fidelity[0],
            0.0,
        ),
        Mark(
            "3",
            f"contrast at guidance 50 ÷ guidance {GUIDANCES[best]:g}",
            contrasts[-1] / contrasts[best],
            1.0,
        ),
    ]
    for g, likeness, grey in zip(GUIDANCES, fidelity, contrasts, strict=True):
        marks.append(Mark("3", f"– guidance {g:g}: likeness to the prompt", likeness))
        marks.append(Mark("3", f"– guidance {g:g}: contrast", grey))
    return marks, np.concatenate(made)


def contrast(pictures: Pixels) -> float:
    """The mean deviation of the greys, of 255."""
    return float((pictures @ GREY).std(axis=(1, 2)).mean())


def negative(by: Examiner) -> list[Mark]:
    """What is left of a colour when the negative prompt names it, at the same seed.

    The prompt brings the colour without naming it, as the essay's does. Where both name it, the
    two cancel in the formula of guidance, and what is left is the negative prompt's own picture.
    """
    count = by.exam.size.negatives
    things, colours = coloured(by.exam.one_object(), count)
    grounds = by.exam.grounds()[:count]
    named = [t.scene.ground.colours[0] for t in grounds]
    return [
        Mark(
            "4",
            "area of a thing's colour with it in the negative prompt ÷ without",
            left(by, things, colours, "{}"),
            0.5,
            True,
        ),
        Mark(
            "4",
            "– the same of a ground's colour that the prompt asks for",
            left(by, grounds, named, "a {} background"),
        ),
    ]


def coloured(tasks: Sequence[Task], count: int) -> tuple[list[Task], list[str]]:
    """The first tasks whose real pictures have much of one colour, and that colour's name."""
    found = []
    for task in tasks:
        shares = {c: float(area(task.real()[None], [c])[0]) for c in COLOURS}
        colour = max(shares, key=shares.__getitem__)
        if shares[colour] > MUCH:
            found.append((task, colour))
    return [t for t, _ in found[:count]], [c for _, c in found[:count]]


def left(by: Examiner, tasks: Sequence[Task], colours: Sequence[str], words: str) -> float:
    """The area that the colours still have when the negative prompt names them, of that before."""
    plain = [Order(t.prompt, t.seed) for t in tasks]
    without = [replace(o, negative=words.format(c)) for o, c in zip(plain, colours, strict=True)]
    before = area(by.painter.paint(plain, "without negative"), colours)
    after = area(by.painter.paint(without, "with negative"), colours)
    return float(after.sum() / max(before.sum(), 1e-6))


def area(pictures: Pixels, colours: Sequence[str]) -> NDArray[np.float64]:
    """The share of each picture that has its colour, by distance and by nearest name."""
    named = np.array([*COLOURS.values(), (255, 255, 255)], np.float32)
    shares = []
    for picture, colour in zip(pictures, colours, strict=True):
        gaps = np.linalg.norm(picture[:, :, None] - named, axis=-1)  # (side, side, colours)
        k = list(COLOURS).index(colour)
        shares.append(float(((gaps.argmin(-1) == k) & (gaps[..., k] < NEAR)).mean()))
    return np.array(shares)


def sketches(by: Examiner) -> tuple[list[Mark], Pixels, Pixels]:
    """From crude blobs: whether the layout stays and the likeness rises; blobs and pictures."""
    tasks = by.exam.one_object()[-by.exam.size.sketches :]
    blobs = np.stack([blob(t) for t in tasks])
    orders = [
        Order(t.prompt, t.seed, GUIDANCE, sketch=b, strength=STRENGTH)
        for t, b in zip(tasks, blobs, strict=True)
    ]
    made = by.painter.paint(orders, "sketches")
    layout = float(np.mean([correlation(a, b) for a, b in zip(made, blobs, strict=True)]))
    prompts = [t.prompt for t in tasks]
    before = float(by.judge.likeness(blobs, prompts).mean())
    after = float(by.judge.likeness(made, prompts).mean())
    marks = [
        Mark("5", "colour layout of a sketch kept, correlation at 16×16", layout, 0.6),
        Mark("5", "likeness to the prompt above the sketch's own", after - before, 0.0),
        Mark("5", "– right name first, the sketches themselves", by.first(blobs, tasks)),
        Mark(
            "5",
            "– right name first, painted from them",
            by.first(made, tasks),
            real=by.first(real(tasks), tasks),
        ),
    ]
    return marks, blobs, made


def blob(task: Task) -> Pixels:
    """The task's scene as somebody in a hurry would draw it: two ellipses of its mean colours."""
    picture = task.real()
    thing = np.abs(picture.astype(int) - 255).sum(-1) > 60  # tasks stand on white
    rows, columns = np.nonzero(thing)
    left, right = int(columns.min()), int(columns.max())
    edges = np.linspace(rows.min(), rows.max(), 3).astype(int)
    sketch = Image.new("RGB", picture.shape[1::-1], "white")
    pencil = ImageDraw.Draw(sketch)
    for top, bottom in pairwise(edges):
        part = np.zeros_like(thing)
        part[top : bottom + 1] = thing[top : bottom + 1]
        across = np.nonzero(part.any(0))[0] if part.any() else np.array([left, right])
        colour = picture[part].mean(0) if part.any() else np.full(3, 128)
        box = (int(across.min()), int(top), int(across.max()) + 1, int(bottom) + 1)
        pencil.ellipse(box, fill=tuple(int(c) for c in colour))
    return np.asarray(sketch)


def correlation(one: Pixels, other: Pixels) -> float:
    """Between two pictures' colours in 16×16 cells, 1 for the same layout."""
    return float(np.corrcoef(cell_means(one).ravel(), cell_means(other).ravel())[0, 1])


def cell_means(picture: Pixels) -> NDArray[np.float64]:
    side = picture.shape[0] // 16
    return picture.reshape(16, side, 16, side, 3).mean((1, 3))
