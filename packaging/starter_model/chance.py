"""Draws scenes by chance, and keeps some combinations out of training to measure composition."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from starter_model.artwork import Art, Artwork
from starter_model.scenes import COLOURS, Ground, Place, Relation, Scene
from starter_model.subjects import ANIMAL, FACE, FOOD, Subject
from starter_model.treatments import TREATMENTS

T = TypeVar("T")

RELATIONS = {
    Relation.ALONE: 0.62,
    Relation.NEXT_TO: 0.18,
    Relation.UNDER: 0.08,
    Relation.ON: 0.03,
    Relation.EATING: 0.09,
}
PLACES = {
    Place.WHITE: 0.36,
    Place.PLAIN: 0.36,
    Place.HALVES: 0.03,
    Place.PARK: 0.13,
    Place.NIGHT: 0.06,
    Place.TABLE: 0.06,
}
TREATED = {
    None: 0.69,
    "antique painting": 0.09,
    "low poly": 0.09,
    "pixel art": 0.08,
    "pencil drawing": 0.05,
}
OFTEN = frozenset(
    (
        "gorilla",
        "chips",
        "plate of chips",
        "bench",
        "tree",
        "grasshopper",
        "rabbit",
        "picture frame",
        "cat",
        "dog",
    )
)
TINTED = 0.35  # share of the scenes to learn from whose first thing has a colour not its own
HELD_OUT = 30  # subject × style pairs, and as many subject × treatment pairs


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The combinations that training never sees: (subject's name, style or treatment)."""

    pairs: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def choose(cls, artwork: Artwork, seed: int) -> "HeldOut":
        """A fixed choice: subjects that have at least four pictures lose one style."""
        r = np.random.default_rng(seed)
        rich = [s for s, styles in artwork.by_subject.items() if len(styles) >= 4]
        chosen = r.permutation(len(rich))[: 2 * HELD_OUT]
        treatments = tuple(TREATMENTS)
        pairs = set()
        for i, k in enumerate(chosen):
            styles = sorted(artwork.by_subject[rich[k]])
            pool = styles if i < HELD_OUT else treatments
            pairs.add((rich[k].name, str(pool[int(r.integers(len(pool)))])))
        return cls(frozenset(pairs))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(sorted(self.pairs), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "HeldOut":
        return cls(frozenset(map(tuple, json.loads(path.read_text(encoding="utf-8")))))

    def forbids(self, scene: Scene) -> bool:
        """Whether training must not see this scene."""
        things = [a for a in (scene.first, scene.second) if a]
        if any((a.subject.name, a.style) in self.pairs for a in things):
            return True
        if any((a.subject.name, scene.treatment) in self.pairs for a in things):
            return True
        return scene.second is not None and unseen_pair(scene.first.subject, scene.second.subject)


def unseen_pair(one: Subject, other: Subject) -> bool:
    """Whether two subjects never meet in training: an eighth of all pairs, fixed by their names."""
    return zlib.crc32("+".join(sorted((one.name, other.name))).encode()) % 8 == 0


@dataclass(frozen=True)
class SceneMaker:
    """Makes random scenes from an artwork, without those that are held out, if any are.

    In a share of them, `tinted`, the first thing has another colour, and the caption says which. An
    apple is red in all drawings: what "red" means, and that a negative prompt can take it away,
    is learned where colour and thing do not go together.
    """

    artwork: Artwork
    held_out: HeldOut | None = None
    tinted: float = 0.0

    def scene(self, r: np.random.Generator) -> Scene:
        scene = self.any_scene(r)
        while self.held_out and self.held_out.forbids(scene):
            scene = self.any_scene(r)
        return scene

    def any_scene(self, r: np.random.Generator) -> Scene:
        relation = pick(RELATIONS, r)
        eating = relation is Relation.EATING
        first = self.art(r, kinds=(ANIMAL, FACE) if eating else ())
        second = None
        if relation is not Relation.ALONE:
            second = self.art(r, kinds=(FOOD,) if eating else (), style=first.style)
        ground, treatment = self.ground(relation, r), pick(TREATED, r)
        tint = None
        if self.tinted and r.random() < self.tinted:
            tint = str(r.choice([c for c in COLOURS if c not in ground.colours]))
        return Scene(first, second, relation, ground, treatment, tint)

    def art(
        self, r: np.random.Generator, kinds: tuple[str, ...] = (), style: str | None = None
    ) -> Art:
        """Some art of a subject of one of the kinds, in the style if given."""
        found = self.artwork.by_subject
        subjects = [
            s
            for s in self.artwork.subjects
            if (not kinds or s.kind in kinds) and (style is None or style in found[s])
        ]
        weights = np.array([5.0 if s.name in OFTEN else 1.0 for s in subjects])
        styles = found[subjects[int(r.choice(len(subjects), p=weights / weights.sum()))]]
        pictures = styles[style or str(r.choice(sorted(styles)))]
        return pictures[int(r.integers(len(pictures)))]

    def ground(self, relation: Relation, r: np.random.Generator) -> Ground:
        place = pick(PLACES, r)
        if relation is Relation.ON and place is Place.TABLE:
            place = Place.WHITE
        count = {Place.PLAIN: 1, Place.HALVES: 2}.get(place, 0)
        return Ground(place, tuple(str(c) for c in r.choice(list(COLOURS), count, replace=False)))


def pick(chances: dict[T, float], r: np.random.Generator) -> T:
    """One of the keys, as often as its chance says."""
    keys, weights = list(chances), np.array(list(chances.values()))
    return keys[int(r.choice(len(keys), p=weights / weights.sum()))]
