"""The essay's prompts as tasks of the exam, each over the same fixed seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

from starter_model.artwork import Artwork
from starter_model.captions import plain_caption
from starter_model.exam import Exam, words_of
from starter_model.scenes import Ground, Place, Scene


@dataclass(frozen=True, slots=True)
class EssayPrompt:
    """A prompt, and what has to be seen: of each group of names one among the first five."""

    prompt: str
    groups: tuple[tuple[str, ...], ...]
    place: Place = Place.WHITE
    treatment: str | None = None


ESSAY = (
    EssayPrompt(
        "an antique painting of a gorilla eating chips",
        (("gorilla",), ("chips", "plate of chips")),
        treatment="antique painting",
    ),
    EssayPrompt(
        "a bench under a tree in a park", (("bench",), ("tree", "fir tree")), place=Place.PARK
    ),
    EssayPrompt(
        "a low poly bench under a tree in a park",
        (("bench",), ("tree", "fir tree")),
        place=Place.PARK,
        treatment="low poly",
    ),
)
FAILING = EssayPrompt("a grasshopper riding a bunny", (("grasshopper",), ("rabbit", "bunny face")))


def essay_choices(asked: EssayPrompt, exam: Exam) -> tuple[str, ...]:
    """Captions of single things in the prompt's place and treatment, those asked for first."""
    wanted = [name for group in asked.groups for name in group]
    others = [s.name for s in exam.names() if s.name not in wanted]
    names = [*wanted, *others][: exam.size.names]
    return tuple(alone(asked, name, exam.artwork) for name in names)


def alone(asked: EssayPrompt, name: str, artwork: Artwork) -> str:
    style = "noto"
    art = words_of(artwork.named(name), style)
    scene = Scene(art, ground=Ground(asked.place), treatment=asked.treatment)
    words = plain_caption(scene)
    return words.removesuffix(f", {style} style")


def both_seen(asked: EssayPrompt, places: Sequence[int], among: int = 5) -> bool:
    """Whether of each group one name stands among the first places."""
    seen, start = [], 0
    for group in asked.groups:
        seen.append(min(places[start : start + len(group)]) < among)
        start += len(group)
    return all(seen)
