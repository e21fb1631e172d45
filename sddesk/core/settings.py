"""What SD Desk remembers between two starts, as a versioned JSON file."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.styles import FIRST_STYLES, Style

VERSION = 1
GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FormState:
    """The values in the window's controls; None stands for the model's own default."""

    prompt: str = ""
    negative_prompt: str = ""
    model: str | None = None
    sampler: str | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    width: int | None = None
    height: int | None = None
    seed: int | None = None
    count: int = 1
    guidance_rescale: float = 0.0
    strength: float = 0.6
    variation_strength: float = 0.0
    variation_seed: int = 0


@dataclass(frozen=True, slots=True)
class ConceptSwitch:
    """Whether the concept of that hash is on, and how much it counts."""

    hash: str
    on: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered.

    `window` and `layout` are Qt's own states in base64; an empty folder stands for the usual one;
    `shortcuts` holds the keys that the user chose, by command; `concepts` those that differ from
    how they came; `models` are folders of models that lie elsewhere;
    `painting` is what lies ready at the canvas: tool, brush, colours.
    """

    form: FormState = field(default_factory=FormState)
    device: str = "auto"
    tape_quota: int = 5 * GIGABYTE
    timeline_frames: str = "both"
    timeline_open: bool = True
    window: str = ""
    layout: str = ""
    theme: str = "system"
    pictures_folder: str = ""
    models_folder: str = ""
    decode_frames: bool = True
    reduce_motion: bool = False
    safety_checker: bool = True
    shortcuts: dict[str, str] = field(default_factory=dict[str, str])
    prompt_history: list[str] = field(default_factory=list[str])
    models: list[str] = field(default_factory=list[str])
    painting: dict[str, Any] = field(default_factory=dict[str, Any])
    concept_folders: list[str] = field(default_factory=list[str])
    concepts: list[ConceptSwitch] = field(default_factory=list[ConceptSwitch])
    styles: list[Style] = field(default_factory=lambda: list(FIRST_STYLES))


def load_settings(path: Path) -> tuple[Settings, Problem | None]:
    """The settings, and a problem if the file was broken.

    A broken file is kept as `settings.broken.json` and the last good one takes its place; without
    one the defaults do.
    """
    if not path.exists():
        return Settings(), None
    try:
        settings = _read(path)
    except (OSError, ValueError, TypeError) as error:
        return _recover(path, str(error))
    _keep_as_last_good(path, settings)
    return settings, None


def save_settings(path: Path, settings: Settings) -> None:
    """Write atomically; raises `ProblemError` when the disk refuses."""
    data = {"version": VERSION, **asdict(settings)}
    write_bytes_atomically(path, json.dumps(data, indent=2).encode())


def _read(path: Path) -> Settings:
    values = parse_object(path.read_bytes())
    if values.get("version") != VERSION:
        raise ValueError(f"version {values.get('version')!r}, this program reads {VERSION}")
    state = FormState(**_checked(FormState, _object(values.pop("form", {}), "form")))
    checked = _checked(Settings, values)
    _check_texts("prompt_history", checked.get("prompt_history", []))
    _check_texts("models", checked.get("models", []))
    _check_texts("concept_folders", checked.get("concept_folders", []))
    _check_texts("shortcuts", list(checked.get("shortcuts", {}).values()))
    if "styles" in checked:
        styles = [_checked(Style, _object(style, "a style")) for style in checked["styles"]]
        checked["styles"] = [Style(**style) for style in styles]
    if "concepts" in checked:
        texts = [_object(switch, "a concept") for switch in checked["concepts"]]
        checked["concepts"] = [ConceptSwitch(**_checked(ConceptSwitch, one)) for one in texts]
    return Settings(form=state, **checked)


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{name} is not an object")
    return cast(dict[str, Any], value)


def _check_texts(name: str, values: list[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} holds something that is not text")


def _checked(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    """The entries of `values` that are fields of `kind`; raises `TypeError` on a wrong type."""
    known = {f.name: str(f.type) for f in fields(kind)}
    result: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            continue
        if not _fits(value, known[name]):
            raise TypeError(f"{name} is {value!r}")
        result[name] = value
    return result


def _fits(value: Any, annotation: str) -> bool:
    if value is None:
        return "None" in annotation
    if "float" in annotation:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return ("int" if type(value) is int else type(value).__name__) in annotation


def _last_good(path: Path) -> Path:
    return path.with_name("settings.last-good.json")


def _keep_as_last_good(path: Path, settings: Settings) -> None:
    try:
        save_settings(_last_good(path), settings)
    except ProblemError:
        return


def _recover(path: Path, reason: str) -> tuple[Settings, Problem]:
    aside = path.with_name("settings.broken.json")
    try:
        path.replace(aside)
        kept = f"the broken file is kept as {aside}"
    except OSError:
        kept = f"the broken file is {path}"
    try:
        settings, used = _read(_last_good(path)), "The last good settings are in use"
    except (OSError, ValueError, TypeError):
        settings, used = Settings(), "The default settings are in use"
    return settings, Problem("The settings could not be read", f"{reason}; {kept}", used)
