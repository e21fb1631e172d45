"""The experiments that SD Desk grew from, each as settings that one click fills in."""

from dataclasses import dataclass, replace

from sddesk.core.settings import FormState

_GORILLA = "An antique 18th century painting of a gorilla eating a plate of chips"
_GORILLA_LEARNED = "An antique painting of a gorilla eating chips"  # by the model in the box
_BENCH = "a bench under a tree in a park"
_RING = "A depiction of a ring comprised of {} serpents, topped with a single jewel of emerald"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One click of the menu: `form` is filled in and generated, `remark` says what to look at.

    With `rows` and `columns`, as `core.axes` reads them, a grid is made of it. `ends` is "pair" for
    two pictures, without the negative prompt and with it, and "words" where one is to see which
    words were heard. With `wants_word`, `{}` in the prompt stands for a learned word. `sketch` is a
    drawing among the resources to start from; `then` are the settings of a second picture that
    starts from the first.
    """

    name: str
    title: str
    remark: str
    form: FormState
    rows: str = ""
    columns: str = ""
    ends: str = ""
    wants_word: bool = False
    sketch: str = ""
    then: FormState | None = None

    def with_word(self, word: str) -> "Experiment":
        """It with that learned word in its prompt."""
        form = replace(self.form, prompt=self.form.prompt.format(word))
        return replace(self, form=form, wants_word=False)


EXPERIMENTS = (
    Experiment(
        "text_to_picture",
        "Text to picture",
        "Words become a picture: change the words, keep the seed, and see what follows",
        FormState(prompt=_GORILLA, seed=7),
    ),
    Experiment(
        "evolution",
        "Evolution over 48 steps",
        "Each step removes a portion of the noise: scrub or play the steps below the picture",
        FormState(prompt=_RING.format("intertwined"), steps=48, seed=11),
    ),
    Experiment(
        "misspelt",
        "A misspelt prompt",
        "A word that the model does not hold falls apart into pieces that mean little",
        FormState(prompt=_RING.format("interwined"), steps=48, seed=11),
    ),
    Experiment(
        "failing",
        "A prompt that fails",
        "Nothing like it was in the training data: see which word was heard least, and where",
        FormState(prompt="A grasshopper riding a bunny", seed=3),
        ends="words",
    ),
    Experiment(
        "negative_prompt",
        "With and without a negative prompt",
        "The same seed twice: the second picture is led away from a yellow circle",
        FormState(prompt=_GORILLA_LEARNED, negative_prompt="yellow circle", seed=7),
        ends="pair",
    ),
    Experiment(
        "guidance_grid",
        "Guidance in a grid",
        "From ignoring the words to exaggerating them: too much drives the contrast up",
        FormState(prompt=_GORILLA, seed=7),
        rows="guidance=1,2.5,5,7.5,10,25,50",
        columns="seed=7,8,9,10",
    ),
    Experiment(
        "learned_word",
        "A learned word: in the style of …",
        "The word was added to the vocabulary; the network itself is as it was",
        FormState(prompt=_GORILLA + " in the style of {}", seed=7),
        wants_word=True,
    ),
    Experiment(
        "image_to_image",
        "From a sketch: a bench under a tree",
        "The picture follows the sketch on the canvas: draw on it, or change the strength",
        FormState(prompt=_BENCH, strength=0.7, seed=5),
        sketch="bench.ora",
    ),
    Experiment(
        "chain",
        "From a sketch, and from the picture of it",
        "The second picture starts from the first one: Lineage shows what came of what",
        FormState(prompt=_BENCH, strength=0.7, seed=5),
        sketch="bench.ora",
        then=FormState(prompt="a low poly bench under a tree in a park", strength=0.6, seed=6),
    ),
)

# Prompt and remark of each button on the start page: all within reach of the model in the box,
# but for the one that fails. Where there is little room, the last ones do not show.
START_PROMPTS = (
    ("an antique painting of a gorilla eating chips", ""),
    ("a bench under a tree in a park", ""),
    ("a low poly bench under a tree in a park", ""),
    (
        "a grasshopper riding a bunny",
        "This one fails: nothing that rides was in the training data",
    ),
    ("a red apple on a blue background", ""),
    ("a cat, noto style", ""),
    ("a sunflower on a purple background", ""),
    ("a purple octopus", ""),
    ("a plate of chips on a pink background", ""),
    ("a rabbit eating a carrot", ""),
    ("a cake on a red background, noto style", ""),
    ("a balloon in a park", ""),
)
