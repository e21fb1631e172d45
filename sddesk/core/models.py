"""Finding model folders and reading what they are, before torch is imported."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sddesk.core.instance_words import instance_word
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import Problem, ProblemError, disk_problem, one_line
from sddesk.core.safetensors_header import read_header
from sddesk.core.samplers import sampler_named
from sddesk.core.values import GenerationRequest, ModelDefaults, ModelRef, check_request

FAMILIES = {"StableDiffusionPipeline": "sd", "StableDiffusionXLPipeline": "sdxl"}
COMPONENTS = {
    "sd": ("tokenizer", "text_encoder", "unet", "vae", "scheduler"),
    "sdxl": (
        "tokenizer",
        "tokenizer_2",
        "text_encoder",
        "text_encoder_2",
        "unet",
        "vae",
        "scheduler",
    ),
}
DEFAULT_MODEL = "starter"
_INCOMPLETE = "The model is incomplete"
_BAD_DEFAULTS = "The model's sddesk.json is damaged"
_MEND = "mend or remove that file"
_FOREIGN = "SD Desk reads Stable Diffusion 1.x, 2.x and SDXL folders in diffusers' layout"


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A folder that looks like a model: its `ref`, or the `problem` that makes it unusable."""

    path: Path
    ref: ModelRef | None
    problem: Problem | None


def find_models(folders: tuple[Path, ...]) -> list[FoundModel]:
    """All folders with a `model_index.json` directly below `folders`, in their order."""
    found: list[FoundModel] = []
    for folder in folders:
        if folder.is_dir():
            found += [look_at(path.parent) for path in sorted(folder.glob("*/model_index.json"))]
    return found


def look_at(path: Path) -> FoundModel:
    """What is in this folder, broken ones included."""
    try:
        return FoundModel(path, read_model(path), None)
    except ProblemError as error:
        return FoundModel(path, None, error.problem)


def model_named(text: str, folders: tuple[Path, ...]) -> ModelRef:
    """The model of that name in `folders`, or the folder of that path; raises `ProblemError`."""
    models = find_models(folders)
    for found in models:
        if text in (found.path.name, found.ref.name if found.ref else None):
            return read_model(found.path)
    path = Path(os.path.expanduser(text))  # Path's own raises for unknown users
    if _exists(path):
        return read_model(path.absolute())
    names = ", ".join(found.path.name for found in models)
    hint = f"found: {names or 'none'}; or give a folder"
    raise ProblemError("There is no such model", text[:200], hint)


def read_model(path: Path) -> ModelRef:
    """The model in folder `path`; raises `ProblemError` for what cannot or must not be loaded."""
    try:
        ref = _read_model(path)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    _check_defaults(ref)
    return ref


def weight_files(component: Path) -> list[Path]:
    """The weight files of a component folder: safetensors if there are any, else `.bin`."""
    return sorted(component.glob("*.safetensors")) or sorted(component.glob("*.bin"))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # too long to be a path
        return False


def _read_model(path: Path) -> ModelRef:
    index = _read_json(path / "model_index.json", "This folder is not a model")
    family = FAMILIES.get(str(index.get("_class_name")))
    if family is None:
        raise ProblemError(
            "This kind of model cannot be used", f"{path} is a {index.get('_class_name')}", _FOREIGN
        )
    _refuse_code(path)
    _check_components(path, index, family)
    unet = _read_json(path / "unet" / "config.json", _INCOMPLETE)
    name, word, defaults = _stated(path, family)
    return ModelRef(
        name=name,
        path=path,
        family=family,
        size_multiple=_size_multiple(path, unet.get("in_channels")),
        fingerprint=_fingerprint(path),
        defaults=defaults,
        distilled=unet.get("time_cond_proj_dim") is not None,
        word=word,
    )


def _read_json(path: Path, title: str) -> dict[str, Any]:
    try:
        return parse_object(path.read_bytes())
    except FileNotFoundError as error:
        raise ProblemError(title, f"{path} is missing", _FOREIGN) from error
    except (OSError, ValueError) as error:
        raise ProblemError(
            title, f"{path} cannot be read ({error})", "get the file again"
        ) from error


def _refuse_code(path: Path) -> None:
    """Model folders are data: one that brings Python files could run them on loading."""
    code = next(path.rglob("*.py"), None)
    if code is not None:
        raise ProblemError(
            "The model brings program code, which SD Desk never runs",
            str(code),
            "use a model without .py files, or remove them if you know what they do",
        )


def _check_components(path: Path, index: dict[str, Any], family: str) -> None:
    for name in COMPONENTS[family]:
        entry = index.get(name)
        if not isinstance(entry, list) or cast(list[Any], entry)[:1] in ([], [None]):
            raise ProblemError(_INCOMPLETE, f"{path} names no {name}", _FOREIGN)
        library = str(cast(list[Any], entry)[0])
        if library not in ("diffusers", "transformers"):
            raise ProblemError(
                "The model asks for code that SD Desk never runs",
                f"{path} wants {name} from {library}",
                _FOREIGN,
            )
        if not (path / name).is_dir():
            raise ProblemError(_INCOMPLETE, f"{path / name} is missing", _FOREIGN)
        _check_files(path / name)


def _check_files(component: Path) -> None:
    """What can be told of a component without loading it."""
    if component.name == "scheduler":
        _read_json(component / "scheduler_config.json", _INCOMPLETE)
    elif component.name.startswith("tokenizer"):
        pair = (component / "vocab.json").is_file() and (component / "merges.txt").is_file()
        if not pair and not (component / "tokenizer.json").is_file():
            raise ProblemError(_INCOMPLETE, f"no vocabulary in {component}", _FOREIGN)
    else:
        _read_json(component / "config.json", _INCOMPLETE)
        _check_weights(component)


def _check_weights(component: Path) -> None:
    files = weight_files(component)
    if not files:
        raise ProblemError(_INCOMPLETE, f"no weights in {component}", _FOREIGN)
    for file in files:
        if file.suffix == ".safetensors":
            read_header(file)


def _size_multiple(path: Path, channels: Any) -> int:
    """What sides must be divisible by: the VAE's factor, which also has to fit the UNet."""
    vae = _read_json(path / "vae" / "config.json", _INCOMPLETE)
    if not isinstance(channels, int) or channels != vae.get("latent_channels"):
        raise ProblemError(
            "This kind of model cannot be used",
            f"{path}: its UNet takes {channels} channels (is it made for inpainting?)",
            _FOREIGN,
        )
    blocks = vae.get("block_out_channels")
    if not isinstance(blocks, list):
        raise ProblemError(_INCOMPLETE, f"{path}: its VAE has no blocks", _FOREIGN)
    factor = 2 ** (len(cast(list[Any], blocks)) - 1)
    return max(8, factor)  # diffusers' pipelines insist on 8 even for smaller factors


def _fingerprint(path: Path) -> str:
    """A hash that changes with the weights, quick enough to take at every start.

    Sizes, and the first and last 64 KiB of each file: safetensors' headers and a sample.
    """
    digest = hashlib.sha256()
    for component in ("text_encoder", "text_encoder_2", "unet", "vae"):
        for file in weight_files(path / component):
            size = file.stat().st_size
            digest.update(f"{component}/{file.name}:{size};".encode())
            with file.open("rb") as data:
                digest.update(data.read(65536))
                data.seek(max(0, size - 65536))
                digest.update(data.read(65536))
    return digest.hexdigest()[:16]


def _stated(path: Path, family: str) -> tuple[str, str, ModelDefaults]:
    """Name, word and defaults from `sddesk.json` beside the index, else by the model's kind."""
    side = 1024 if family == "sdxl" else 512
    base = ModelDefaults(width=side, height=side)
    file = path / "sddesk.json"
    if not file.exists():
        return path.name, instance_word(path), base
    data = _read_json(file, _BAD_DEFAULTS)
    try:
        defaults = ModelDefaults(
            width=int(data.get("width", base.width)),
            height=int(data.get("height", base.height)),
            steps=int(data.get("steps", base.steps)),
            guidance_scale=float(data.get("guidance_scale", base.guidance_scale)),
            sampler=sampler_named(str(data.get("sampler", base.sampler))),
        )
        name = one_line(str(data.get("name", path.name)))
        return name, instance_word(path, data.get("word")), defaults
    except (TypeError, ValueError, OverflowError, ProblemError) as error:
        raise ProblemError(_BAD_DEFAULTS, f"{file} ({error})", _MEND) from error


def _check_defaults(ref: ModelRef) -> None:
    """A model that proposes the impossible is told here, not at the first picture."""
    values = ref.defaults
    trial = GenerationRequest(
        model=ref,
        prompt="",
        seed=0,
        steps=values.steps,
        guidance_scale=values.guidance_scale,
        sampler=values.sampler,
        width=values.width,
        height=values.height,
    )
    try:
        check_request(trial)
    except ProblemError as error:
        raise ProblemError(_BAD_DEFAULTS, f"{ref.path} ({error})", _MEND) from error
