"""Computing a dropped tape again: it is the picture's own only if the same pixels come out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sddesk.core.picture_files import load_picture
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest
from sddesk.engine.loading import LoadedModel
from sddesk.engine.pipeline import Frame, generate
from sddesk.engine.saving import save_tape
from sddesk.engine.tape import Tape


def remake_tape(
    model: LoadedModel,
    picture: Path,
    request: GenerationRequest,
    parent: Tape | None,
    on_frame: Callable[[Frame], None],
    cancelled: Callable[[], bool],
    run: dict[str, Any],
) -> Path:
    """Make the picture that is at `picture` once more, and put the tape beside it.

    The picture's file is left alone. Raises `ProblemError` where another picture comes out, or the
    disk refuses.
    """
    result = generate(model, request, parent, on_frame, cancelled)
    if result.picture.pixel_hash() != load_picture(picture).pixel_hash():
        raise ProblemError(
            "The steps of this picture cannot be computed again here",
            f"{picture.name} comes out differently: another machine or version made it",
            "take over its settings, generate it anew and branch from that",
        )
    return save_tape(picture, result, request, run)
