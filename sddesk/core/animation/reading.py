"""What a tape tells of its evolution, before anything of it is decoded."""

from pathlib import Path

from sddesk.core.animation.values import Evolution
from sddesk.core.picture_files import load_picture
from sddesk.core.problems import ProblemError
from sddesk.core.tapes import TAPE_SUFFIX, find_tape, read_tape_facts, recorded_model
from sddesk.core.values import Picture


def read_evolution(path: Path, folders: tuple[Path, ...]) -> Evolution:
    """The evolution of the picture or tape at `path`; its model is looked for in `folders`.

    Raises `ProblemError` if there is no tape, or it is damaged, or its model is not here.
    """
    tape = find_tape(path)
    facts = read_tape_facts(tape)
    values = facts.settings
    model = recorded_model(facts, folders)
    try:
        return Evolution(
            tape=tape,
            model=model,
            steps=facts.recorded,
            width=int(values["width"]),
            height=int(values["height"]),
            guidance=float(values["guidance_scale"]),
            prompt=str(values["prompt"]),
            picture=_picture(tape, str(facts.run.get("picture_hash"))),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        hint = "make the picture again from its own settings, that makes a new tape"
        raise ProblemError("The tape's settings are damaged", f"{tape} ({error})", hint) from error


def _picture(tape: Path, pixel_hash: str) -> Picture | None:
    """The picture that the tape ends in, if it still lies beside it."""
    path = tape.with_name(tape.name.removesuffix(TAPE_SUFFIX) + ".png")
    try:
        picture = load_picture(path)
    except ProblemError:
        return None
    return picture if picture.pixel_hash() == pixel_hash else None
