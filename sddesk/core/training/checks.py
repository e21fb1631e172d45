"""What a training must keep to, and what is worth a warning."""

import math
from collections.abc import Iterable

from sddesk.core.concepts.matching import as_seen
from sddesk.core.concepts.values import ConceptCard
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.tokens import token_ids
from sddesk.core.training.presets import LAYERS
from sddesk.core.training.values import DREAMBOOTH, METHODS, SCHEDULES, TrainingRequest
from sddesk.core.values import MAX_SEED

MOST_PICTURES = 200
MOST_STEPS = 100_000
MOST_VECTORS = 32
MOST_RANK = 256
MOST_PRIOR = 1000
MOST_SAMPLES = 200  # times that samples are drawn, each with a snapshot
FEW_PICTURES = 3
_RARE = 40_000  # CLIP's vocabulary begins with the commonest words; DreamBooth takes late ones


def check_training(request: TrainingRequest) -> None:
    """Raise `ProblemError` for the first value that cannot be trained with."""
    _check_choice("method", request.method, METHODS)
    _check_choice("schedule", request.schedule, SCHEDULES)
    _check_choice("choice of layers", request.layers, LAYERS)
    check_count(len(request.pictures))
    _check_word(request.word)
    _check_side(request)
    for name, number, low, high in _wholes(request):
        if not low <= number <= high:
            raise _impossible(name, number, low, high)
    for name, value, low, high in _numbers(request):
        if not (math.isfinite(value) and low <= value <= high):
            raise _impossible(name, value, low, high)
    _check_words_of_method(request)
    if request.samples and request.steps > request.sample_every * MOST_SAMPLES:
        least = math.ceil(request.steps / MOST_SAMPLES)
        raise ProblemError(
            "Samples are drawn too often", f"every {request.sample_every} steps", f"use {least}"
        )


def check_count(count: int) -> None:
    """Raise `ProblemError` for too few or too many pictures."""
    if not count:
        raise ProblemError("There is no picture to learn from", hint="give three to five pictures")
    if count > MOST_PICTURES:
        raise ProblemError(
            "These are too many pictures to learn one word from",
            f"{count}",
            f"choose the best, at most {MOST_PICTURES}; five are often enough",
        )


def warnings_about(request: TrainingRequest) -> list[Problem]:
    """What is possible and rarely meant."""
    found: list[Problem] = []
    if len(request.pictures) < FEW_PICTURES:
        title = "There are very few pictures to learn from"
        hint = "three to five of different views are enough; one is learned by heart"
        found.append(Problem(title, f"{len(request.pictures)}", hint))
    if is_ordinary(request):
        title = "This word has a meaning already"
        hint = "choose one that means nothing, unless you want to change what it means"
        found.append(Problem(title, request.word, hint))
    return found


def is_ordinary(request: TrainingRequest) -> bool:
    """Whether the model reads the word as a whole, and knows it well."""
    if not request.word.isalpha():
        return False
    numbers = token_ids(request.model, request.word)
    return len(numbers) == 1 and numbers[0] < _RARE


def check_free(request: TrainingRequest, collection: Iterable[ConceptCard]) -> None:
    """Raise `ProblemError` if a concept of the collection answers to the word already."""
    for card in collection:
        if as_seen(request.word) in map(as_seen, card.said):
            renamed = "rename or remove that concept" if card.words else "remove that LoRA"
            raise ProblemError(
                "There is a concept with this word already",
                f"{request.word}: {card.path}",
                f"choose another word, or {renamed}",
            )


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ProblemError(f"There is no such {name}", value[:80], f"use {', '.join(choices)}")


def _check_word(word: str) -> None:
    if not word or len(word) > 60 or not word.isprintable() or " " in word:
        raise ProblemError(
            "That is no word to be learned", repr(word)[:80], "use one word, like <mascot>"
        )
    if any(sign in word for sign in "()[]{}|:\\,/#"):
        raise ProblemError(
            "The word has signs that mean something else in prompts",
            word,
            "use letters, digits, - _ and < >",
        )


def _check_side(request: TrainingRequest) -> None:
    multiple, side = request.model.size_multiple, request.side
    if not multiple <= side <= 2048 or side % multiple:
        raise ProblemError(
            "That picture size cannot be trained", str(side), f"use a multiple of {multiple}"
        )


def _check_words_of_method(request: TrainingRequest) -> None:
    if request.method == DREAMBOOTH:
        if not request.class_word.strip() and not request.style:
            raise ProblemError(
                "The class is missing", request.word, "say what kind of thing it is, like robot"
            )
        if request.style and request.prior and not request.class_word.strip():
            raise ProblemError(
                "Class pictures need a class", hint="name it, or use no class pictures"
            )
    elif request.initialiser and not token_ids(request.model, request.initialiser):
        raise ProblemError("The model reads nothing in this word", repr(request.initialiser)[:80])


def _wholes(request: TrainingRequest) -> list[tuple[str, int, int, int]]:
    return [
        ("number of steps", request.steps, 1, MOST_STEPS),
        ("number of vectors", request.vectors, 1, MOST_VECTORS),
        ("rank", request.rank, 1, MOST_RANK),
        ("number of class pictures", request.prior, 0, MOST_PRIOR),
        ("warm-up", request.warmup, 0, request.steps),
        ("batch", request.batch, 1, 64),
        ("accumulation", request.accumulation, 1, 256),
        ("seed", request.seed, 0, MAX_SEED),
        ("number of steps between samples", request.sample_every, 1, MOST_STEPS),
        ("number of steps between checkpoints", request.checkpoint_every, 1, MOST_STEPS),
    ]


def _numbers(request: TrainingRequest) -> list[tuple[str, float, float, float]]:
    return [
        ("learning rate", request.learning_rate, 1e-8, 1.0),
        ("alpha", request.alpha, 1e-3, 10_000.0),
        ("weight of class pictures", request.prior_weight, 0.0, 100.0),
        ("gamma of min-SNR", request.min_snr, 0.0, 1000.0),
    ]


def _impossible(name: str, value: float, low: float, high: float) -> ProblemError:
    return ProblemError(
        f"The {name} is not possible", f"{value}", f"use a number from {low:g} to {high:g}"
    )
