"""Finished pictures, and saving them elsewhere."""

from dataclasses import dataclass
from pathlib import Path

from sddesk.core.files import write_bytes_atomically
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.values import GenerationRequest, ModelRef, Picture


@dataclass(frozen=True, slots=True)
class Result:
    """A finished picture, what made it, and its file once it has one."""

    picture: Picture
    request: GenerationRequest | None
    path: Path | None
    tape: Path | None = None
    model: ModelRef | None = None
    text: str = ""  # the settings in the file, where there is no request


def save_copy(result: Result, path: Path) -> None:
    """Write the picture with its settings to `path`; raises `ProblemError`.

    The file itself is copied where there is one; a picture whose saving failed is written anew.
    """
    if result.path is not None and result.path.exists():
        write_bytes_atomically(path, result.path.read_bytes())
        return
    from sddesk.core.picture_files import save_png

    request = result.request
    texts = {} if request is None else _texts(request)
    save_png(path, result.picture, texts)


def _texts(request: GenerationRequest) -> dict[str, str]:
    return {"parameters": parameters_text(request), "sddesk": request_json(request, {})}
