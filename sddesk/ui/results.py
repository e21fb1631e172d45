"""Finished pictures: opening them with their settings, and saving them elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sddesk.core.files import write_bytes_atomically
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.problems import ProblemError
from sddesk.core.values import GenerationRequest, Picture


@dataclass(frozen=True, slots=True)
class Result:
    """A finished picture, what made it, and its file once it has one."""

    picture: Picture
    request: GenerationRequest | None
    path: Path | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture from disk with the settings it carries."""

    path: Path
    picture: Picture
    settings: dict[str, Any]


def open_picture(path: Path) -> Opened:
    """Read a picture that SD Desk made; raises `ProblemError` for any other file."""
    from sddesk.core.picture_files import load_picture, read_settings  # Pillow comes with it

    picture = load_picture(path)
    settings = read_settings(path)
    if settings is None:
        raise ProblemError(
            "This picture carries no settings of SD Desk", str(path), "open one made by SD Desk"
        )
    return Opened(path, picture, settings)


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
