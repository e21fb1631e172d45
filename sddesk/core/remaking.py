"""Tapes that were dropped to make room: what computes one again, read from its picture."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PIL import Image

from sddesk.core.concepts.index import ConceptIndex, find_concepts
from sddesk.core.json_objects import parse_object
from sddesk.core.paths import AppPaths
from sddesk.core.picture_files import load_picture, read_settings
from sddesk.core.problems import ProblemError
from sddesk.core.safetensors_header import read_header
from sddesk.core.tapes import (
    TAPE_KEY,
    TAPE_SUFFIX,
    TapeFacts,
    check_step,
    find_tape,
    init_picture,
    is_tape,
    read_branch_request,
    request_of,
    tape_beside,
)
from sddesk.core.values import BranchPoint, GenerationRequest, Picture

_MOST = 1000  # files of a folder that are looked at for an init image


def branch_request(path: Path, step: int, paths: AppPaths) -> GenerationRequest:
    """The request that keeps the first `step` steps of the tape at `path`, or beside that picture.

    If the tape of a picture is gone, the picture's own settings stand in for it: the branch names
    the tape all the same, and whoever makes it computes the tape again first. Raises
    `ProblemError`.
    """
    if is_tape(path) or not path.exists() or tape_beside(path).is_file():
        return read_branch_request(find_tape(path), step, paths.model_folders)
    request = picture_request(path, paths)
    check_step(step, request.steps_run, path.name)
    return replace(request, branch=BranchPoint(tape_beside(path), step))


def picture_beside(tape: Path) -> Path:
    """The picture that the tape belongs to."""
    return tape.with_name(tape.name.removesuffix(TAPE_SUFFIX) + ".png")


def picture_request(
    path: Path, paths: AppPaths, like: GenerationRequest | None = None
) -> GenerationRequest:
    """The request that made the picture at `path`, by the settings that it carries.

    `like` brings model and init image where those are the same. Raises `ProblemError` where
    something is missing.
    """
    settings = read_settings(path)
    if settings is None:
        hint = "take over its settings and make it again"
        raise ProblemError("There is no tape beside this picture", str(path), hint)
    run = {
        "model_path": "" if like is None else str(like.model.path),
        "concept_paths": _concept_paths(settings, paths),
    }
    try:
        request = request_of(TapeFacts(settings, run, 0), paths.model_folders)
        return replace(request, init=_init(path, settings, like), branch=_branch(path, settings))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        hint = "the picture itself is sound"
        detail = f"{path} ({error!r})"
        raise ProblemError("The picture's settings are damaged", detail, hint) from error


def _concept_paths(settings: dict[str, Any], paths: AppPaths) -> list[str]:
    """Where the concepts lie now, known by their hashes."""
    used = cast(list[dict[str, Any]], settings.get("concepts") or [])
    if not used:
        return []
    found = find_concepts(paths.concept_folders, ConceptIndex(paths.concept_index))
    places = {one.card.hash: one.card.path for one in found if one.card is not None}
    return [str(places.get(use["hash"], paths.concepts / str(use["name"]))) for use in used]


def _branch(path: Path, settings: dict[str, Any]) -> BranchPoint | None:
    branch = settings.get("branch")
    if branch is None:
        return None
    return BranchPoint(path.with_name(Path(branch["tape"]).name), int(branch["step"]))


def _init(path: Path, settings: dict[str, Any], like: GenerationRequest | None) -> Picture | None:
    """The picture that this one started from: other tapes may hold it, or the folder does."""
    init = settings.get("init")
    if init is None:
        return None
    wanted, size = str(init["pixel_hash"]), (int(settings["width"]), int(settings["height"]))
    if like is not None and like.init is not None and like.init.pixel_hash() == wanted:
        return like.init
    for found in (*_inits_on_tapes(path.parent, wanted), *_pictures(path.parent, size)):
        if found.pixel_hash() == wanted:
            return found
    raise ProblemError(
        "The picture that this one started from is not in its folder any more",
        path.name,
        "without it the steps cannot be computed again",
    )


def _inits_on_tapes(folder: Path, wanted: str) -> Iterator[Picture]:
    for tape in _newest(folder, f"*{TAPE_SUFFIX}"):
        try:
            header = read_header(tape)
            settings = parse_object(header.metadata[TAPE_KEY])["settings"]
            init = init_picture(tape, header) if settings["init"] is not None else None
            if init is not None and settings["init"]["pixel_hash"] == wanted:
                yield init
        except (ProblemError, KeyError, TypeError, ValueError):
            continue  # damaged, or of another program


def _pictures(folder: Path, size: tuple[int, int]) -> Iterator[Picture]:
    for path in _newest(folder, "[!.]*.png"):
        try:
            with Image.open(path) as image:
                fits = image.size == size
            if fits:
                yield load_picture(path)
        except (ProblemError, OSError, ValueError, Image.DecompressionBombError):
            continue


def _newest(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), reverse=True)[:_MOST]
