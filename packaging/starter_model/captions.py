"""Says in words what a scene shows, plainly or in one of many natural variants."""

import numpy as np

from starter_model.scenes import Ground, Place, Relation, Scene
from starter_model.subjects import with_article

LEADS = ("", "", "", "a picture of ", "an image of ")
TREATED = {
    "antique painting": (
        "an antique painting of {}",
        "{}, antique painting",
        "an antique 18th century painting of {}",
    ),
    "low poly": ("a low poly picture of {}", "{}, low poly", "low poly {}"),
    "pixel art": ("pixel art of {}", "{}, pixel art", "a pixel art picture of {}"),
    "pencil drawing": ("a pencil drawing of {}", "{}, pencil drawing"),
}
STYLED = ("{}, {} style", "{} in {} style", "{} style, {}")


def ground_words(ground: Ground) -> str:
    """The words that follow the things, with a space before them; none for white."""
    match ground.place:
        case Place.WHITE:
            return ""
        case Place.PARK:
            return " in a park"
        case Place.NIGHT:
            return " at night"
        case Place.TABLE:
            return " on a table"
        case _:
            return f" on {with_article(' and '.join(ground.colours))} background"


def plain_caption(scene: Scene) -> str:
    """The plainest words for a scene, its style or treatment included."""
    words = things_words(scene, [with_article(scene.first.subject.name), second_name(scene)])
    words += ground_words(scene.ground)
    if scene.treatment:
        return TREATED[scene.treatment][0].format(words)
    return f"{words}, {scene.first.style} style"


def second_name(scene: Scene) -> str:
    return with_article(scene.second.subject.name) if scene.second else ""


def things_words(scene: Scene, names: list[str]) -> str:
    if scene.relation is Relation.ALONE:
        return names[0]
    return f"{names[0]} {scene.relation} {names[1]}"


def caption(scene: Scene, r: np.random.Generator) -> str:
    """One of the natural variants: synonyms, articles, with or without the style."""
    names = [spoken(scene.first.subject.names, r, scene.tint)]
    if scene.second:
        names.append(spoken(scene.second.subject.names, r))
    words = things_words(scene, names) + ground_words(scene.ground)
    if scene.treatment == "low poly" and r.random() < 0.4:
        return f"a low poly {words.removeprefix('a ').removeprefix('an ')}"
    if scene.treatment:
        return str(r.choice(TREATED[scene.treatment])).format(words)
    if r.random() < 0.25:
        return LEADS[int(r.integers(len(LEADS)))] + words
    shape = STYLED[int(r.integers(len(STYLED)))]
    style = scene.first.style
    return (
        shape.format(style, words) if shape.startswith("{} style") else shape.format(words, style)
    )


def spoken(names: tuple[str, ...], r: np.random.Generator, tint: str | None = None) -> str:
    """One of a subject's names after its tint, the plainest most often, mostly with its article."""
    name = names[0] if r.random() < 0.6 else names[int(r.integers(len(names)))]
    name = f"{tint} {name}" if tint else name
    return with_article(name) if r.random() < 0.8 else name
