"""The essay's prompts, and between which captions the judge chooses for each of their things."""

from dataclasses import dataclass

from starter_model.exam import Exam
from starter_model.subjects import with_article


@dataclass(frozen=True, slots=True)
class EssayPrompt:
    """A prompt, its form with other things in it, and the names that fit each place."""

    prompt: str
    form: str  # {a} and {b} are names with their articles, {bare} is {a} without
    first: tuple[str, ...]
    second: tuple[str, ...]

    def choices(self, exam: Exam) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Captions in which one of the two things varies: those that fit stand first."""
        return (
            tuple(self.words(name, self.second[0]) for name in names(exam, self.first)),
            tuple(self.words(self.first[0], name) for name in names(exam, self.second)),
        )

    def words(self, first: str, second: str) -> str:
        return self.form.format(a=with_article(first), b=with_article(second), bare=first)


ESSAY = (
    EssayPrompt(
        "an antique painting of a gorilla eating chips",
        "an antique painting of {a} eating {b}",
        ("gorilla",),
        ("chips", "plate of chips"),
    ),
    EssayPrompt("a bench under a tree in a park", "{a} under {b} in a park", ("bench",), ("tree",)),
    EssayPrompt(
        "a low poly bench under a tree in a park",
        "a low poly {bare} under {b} in a park",
        ("bench",),
        ("tree",),
    ),
)
FAILING = EssayPrompt(
    "a grasshopper riding a bunny",
    "{a} riding {b}",
    ("grasshopper",),
    ("rabbit", "bunny face"),
)


def names(exam: Exam, fitting: tuple[str, ...]) -> list[str]:
    """As many names as the judge chooses from, the fitting ones first."""
    others = [s.name for s in exam.names() if s.name not in fitting]
    return [*fitting, *others][: exam.size.names]
