"""What words belong to: a picture's request and tape, and the steps that can be looked at."""

from dataclasses import dataclass
from pathlib import Path

from sddesk.core.prompt_words import Word, read_words
from sddesk.core.values import GenerationRequest


@dataclass(frozen=True, slots=True)
class Subject:
    """What the words belong to: the picture's request and tape; its first `kept` steps are
    another picture's, with words of their own.
    """

    tape: Path
    request: GenerationRequest
    words: tuple[Word, ...]
    kept: int

    @property
    def steps(self) -> tuple[int, ...]:
        """Those that can be looked at."""
        return tuple(range(self.kept + 1, self.request.steps_run + 1))


def read_subject(tape: Path, folders: tuple[Path, ...]) -> Subject:
    """What the tape says; raises `ProblemError`."""
    from sddesk.core.tapes import kept_steps, read_branch_request

    request = read_branch_request(tape, 0, folders)
    readings = read_words(request.model, request.prompt, request.steps_run, request.concepts)
    seen: dict[tuple[str, int], Word] = {}
    for reading in readings:  # words may change from step to step
        seen |= {word.key: word for word in reading.words}
    return Subject(tape, request, tuple(seen.values()), kept_steps(tape))
