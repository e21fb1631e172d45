"""The questions that the judge answers: whether what was asked for is in the pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from starter_model.artwork import STYLES, Pixels
from starter_model.essay import EssayPrompt
from starter_model.exam import Exam, Task, manners
from starter_model.judge import Judge
from starter_model.marks import Mark
from starter_model.painter import Order, Painter
from starter_model.sources import UNSEEN
from starter_model.treatments import TREATMENTS

Flags = NDArray[np.bool_]
ALL_STYLES = (*STYLES, UNSEEN.style)


@dataclass(frozen=True)
class Examiner:
    """The exam, who sits it and who judges it."""

    exam: Exam
    painter: Painter
    judge: Judge

    def painted(self, tasks: Sequence[Task], name: str) -> Pixels:
        return self.painter.paint([Order(t.prompt, t.seed) for t in tasks], name)

    def right(self, pictures: Pixels, tasks: Sequence[Task], among: int = 1) -> Flags:
        """Whether each picture's right caption comes among the first (pictures)."""
        places = self.judge.places(pictures, [t.choices for t in tasks])
        return np.array([p[t.right] < among for p, t in zip(places, tasks, strict=True)])

    def first(self, pictures: Pixels, tasks: Sequence[Task]) -> float:
        """The share of the pictures whose right caption comes first."""
        return float(self.right(pictures, tasks).mean())

    def both(self, pictures: Pixels, tasks: Sequence[Task]) -> float:
        """The share of the pictures whose two things both come among the first five."""
        first = self.right(pictures, tasks, among=5)
        second = self.right(pictures, [self.exam.of_second(t) for t in tasks], among=5)
        return float((first & second).mean())

    def manner_right(self, pictures: Pixels, tasks: Sequence[Task]) -> dict[str, float]:
        """For every style and treatment, the share of its pictures that are taken for it."""
        kinds = [*ALL_STYLES, *TREATMENTS]
        choices = [manners(t.scene, ALL_STYLES) for t in tasks]
        right: dict[str, list[bool]] = {}
        for places, task in zip(self.judge.places(pictures, choices), tasks, strict=True):
            kind = task.scene.treatment or task.scene.first.style
            right.setdefault(kind, []).append(places[kinds.index(kind)] == 0)
        return {kind: float(np.mean(found)) for kind, found in right.items()}


def real(tasks: Sequence[Task]) -> Pixels:
    return np.stack([t.real() for t in tasks])


def names_and_styles(by: Examiner) -> list[Mark]:
    """One object, style and treatment."""
    tasks, treated = by.exam.one_object(), by.exam.treated()
    made, art = by.painted(tasks, "one object"), real(tasks)
    found, known = by.first(made, tasks), by.first(art, tasks)
    every = [*tasks, *treated]
    made = np.concatenate([made, by.painted(treated, "treated")])
    styles = by.manner_right(made, every)
    real_styles = by.manner_right(np.concatenate([art, real(treated)]), every)
    return [
        Mark("2", f"one object, right name first of {by.exam.size.names}", found, 0.70, real=known),
        Mark("2", "the same ÷ the judge's score on real pictures", found / max(known, 0.01), 0.85),
        Mark(
            "2",
            "style or treatment recognised, mean of all",
            float(np.mean(list(styles.values()))),
            0.85,
            real=float(np.mean(list(real_styles.values()))),
        ),
        *(Mark("2", f"– {k}", v, real=real_styles[k]) for k, v in sorted(styles.items())),
    ]


def compositions(by: Examiner) -> list[Mark]:
    """Ground colours, pairs that never met, subjects in a style kept from them."""
    pairs, single = by.exam.pairs(), "held-out subject × style, right name first"
    together = "unseen pair, both among the first five"
    made, art = by.painted(pairs, together), real(pairs)
    return [
        alone(by, "ground colour, first of 10", by.exam.grounds(), 0.85),
        Mark("2", together, by.both(made, pairs), 0.35, real=by.both(art, pairs)),
        alone(by, single, by.exam.unseen_manners(), 0.4),
    ]


def alone(by: Examiner, name: str, tasks: list[Task], aim: float) -> Mark:
    """One mark for some tasks of one thing each."""
    made = by.painted(tasks, name)
    return Mark("2", name, by.first(made, tasks), aim, real=by.first(real(tasks), tasks))


def essay_pictures(by: Examiner, asked: EssayPrompt) -> Pixels:
    seeds = range(by.exam.size.essay)
    return by.painter.paint([Order(asked.prompt, seed) for seed in seeds], asked.prompt)


def essay_mark(by: Examiner, asked: EssayPrompt, pictures: Pixels) -> Mark:
    """In how many of the pictures the judge sees both things among its first five."""
    seen = np.ones(len(pictures), bool)
    for choices, fitting in zip(asked.choices(by.exam), (asked.first, asked.second), strict=True):
        places = by.judge.places(pictures, [choices] * len(pictures))
        seen &= np.array([p[: len(fitting)].min() < 5 for p in places])
    return Mark("6", f"“{asked.prompt}”: both seen in, of {len(pictures)}", int(seen.sum()))
