"""Chooses, by a fixed seed, the scenes, prompts and seeds on which a model is examined."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from starter_model.artwork import Art, Artwork, Pixels
from starter_model.captions import plain_caption
from starter_model.chance import HeldOut, unseen_pair
from starter_model.scenes import COLOURS, Ground, Place, Relation, Scene, draw
from starter_model.subjects import Subject
from starter_model.treatments import TREATMENTS

NO_PIXELS = np.zeros((1, 1, 4), np.uint8)


@dataclass(frozen=True, slots=True)
class Size:
    """How many pictures each question gets."""

    names: int = 100  # to choose a right one from
    treated: int = 24
    per_colour: int = 3
    pairs: int = 32
    held_out: int = 60
    varied: int = 8  # prompts that are tried at several guidances
    negatives: int = 16
    sketches: int = 24
    essay: int = 16  # seeds of each of the essay's prompts
    samples: int = 24
    reconstructions: int = 64


@dataclass(frozen=True, slots=True)
class Task:
    """A scene that the model paints from its caption, and captions for the judge to choose from."""

    scene: Scene
    seed: int
    choices: tuple[str, ...]
    right: int  # which of the choices fits

    @property
    def prompt(self) -> str:
        return plain_caption(self.scene)

    def real(self) -> Pixels:
        """What the art itself looks like in this scene (PICTURE, PICTURE, 3)."""
        return draw(self.scene, np.random.default_rng(self.seed))


@dataclass(frozen=True)
class Exam:
    """All that is chosen; the same artwork, seed and size give the same tasks anywhere."""

    artwork: Artwork
    held_out: HeldOut
    seed: int
    size: Size = field(default_factory=Size)

    def chance(self, question: str) -> np.random.Generator:
        return np.random.default_rng((self.seed, *question.encode()))

    def names(self) -> list[Subject]:
        """The subjects that the judge chooses from."""
        subjects = self.artwork.subjects
        chosen = self.chance("names").permutation(len(subjects))[: self.size.names]
        return [subjects[int(k)] for k in chosen]

    def art(self, subject: Subject, r: np.random.Generator) -> Art:
        """Some art of the subject that is not held out."""
        styles = self.artwork.by_subject[subject]
        allowed = [s for s in sorted(styles) if (subject.name, s) not in self.held_out.pairs]
        return first_of(styles[str(r.choice(allowed))])

    def one_object(self) -> list[Task]:
        """Every name once, each in some style of its own, on white."""
        r = self.chance("one object")
        return [self.among_names(Scene(self.art(s, r)), r) for s in self.names()]

    def treated(self) -> list[Task]:
        """Some names in each treatment."""
        r, names = self.chance("treated"), self.names()
        tasks = []
        for i in range(self.size.treated):
            treatment = list(TREATMENTS)[i % len(TREATMENTS)]
            scene = Scene(self.art(pick(names, r), r), treatment=treatment)
            if not self.held_out.forbids(scene):
                tasks.append(self.among_names(scene, r))
        return tasks

    def grounds(self) -> list[Task]:
        """Some names on every ground colour, to be told by the colour."""
        r, names = self.chance("grounds"), self.names()
        tasks = []
        for colour in [*COLOURS] * self.size.per_colour:
            scene = Scene(self.art(pick(names, r), r), ground=Ground(Place.PLAIN, (colour,)))
            others = [replace(scene, ground=Ground(Place.PLAIN, (c,))) for c in COLOURS]
            tasks.append(choice(scene, others, r))
        return tasks

    def pairs(self) -> list[Task]:
        """Things side by side that never met in training."""
        r, names = self.chance("pairs"), self.names()
        tasks: list[Task] = []
        for _ in range(10_000):
            if len(tasks) == self.size.pairs:
                break
            first, other = self.art(pick(names, r), r), pick(names, r)
            art = self.artwork.by_subject[other].get(first.style)
            if art and other != first.subject and unseen_pair(first.subject, other):
                scene = Scene(first, first_of(art), Relation.NEXT_TO)
                if not held_out_alone(scene, self.held_out):
                    tasks.append(self.among_names(scene, r))
        return tasks

    def unseen_manners(self) -> list[Task]:
        """Subjects in the style or treatment that was kept from them."""
        r, tasks = self.chance("held out"), []
        by_name = {s.name: s for s in self.artwork.subjects}
        pairs = sorted(pair for pair in self.held_out.pairs if pair[0] in by_name)
        for name, manner in pairs[: self.size.held_out]:
            styles = self.artwork.by_subject[by_name[name]]
            style = manner if manner in styles else str(r.choice(sorted(styles)))
            treatment = manner if manner in TREATMENTS else None
            scene = Scene(first_of(styles[style]), treatment=treatment)
            tasks.append(self.among_names(scene, r))
        return tasks

    def among_names(self, scene: Scene, r: np.random.Generator) -> Task:
        """The task to tell the scene's first thing among all names."""
        scenes = [replace(scene, first=a) for a in self.instead_of(scene.first)]
        return choice(scene, scenes, r)

    def of_second(self, task: Task) -> Task:
        """The same picture, but to tell the scene's second thing."""
        scene = task.scene
        assert scene.second is not None
        scenes = [replace(scene, second=a) for a in self.instead_of(scene.second)]
        return replace(task, choices=tuple(plain_caption(s) for s in scenes), right=0)

    def instead_of(self, art: Art) -> list[Art]:
        """The art, then others of its style in its place, for their names."""
        others = [s for s in self.names() if s != art.subject]
        subjects = [art.subject, *others[: self.size.names - 1]]
        return [words_of(s, art.style) for s in subjects]


def choice(scene: Scene, scenes: Sequence[Scene], r: np.random.Generator) -> Task:
    """A task whose choices are the captions of some scenes."""
    choices = tuple(plain_caption(s) for s in scenes)
    return Task(scene, int(r.integers(2**31)), choices, choices.index(plain_caption(scene)))


def manners(scene: Scene, styles: Sequence[str]) -> tuple[str, ...]:
    """The scene's caption in every style, then in every treatment."""
    plain = replace(scene, treatment=None)
    scenes = [replace(plain, first=words_of(scene.first.subject, s)) for s in styles]
    scenes += [replace(scene, treatment=t) for t in TREATMENTS]
    return tuple(plain_caption(s) for s in scenes)


def words_of(subject: Subject, style: str) -> Art:
    """Art for a caption, where none has to be seen."""
    return Art(subject, style, NO_PIXELS)


def held_out_alone(scene: Scene, held_out: HeldOut) -> bool:
    """Whether one of a pair's things is held out for its style, whatever stands beside it."""
    things = (a for a in (scene.first, scene.second) if a)
    return any(held_out.forbids(replace(scene, first=a, second=None)) for a in things)


def pick(subjects: list[Subject], r: np.random.Generator) -> Subject:
    return subjects[int(r.integers(len(subjects)))]


def first_of(art: list[Art]) -> Art:
    return art[0]
