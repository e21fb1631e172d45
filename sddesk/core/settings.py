"""What SD Desk remembers between two starts, as a versioned JSON file."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.problems import Problem, ProblemError

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


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered; `window` and `splitter` are Qt's own states in base64."""

    form: FormState = field(default_factory=FormState)
    device: str = "auto"
    tape_quota: int = 5 * GIGABYTE
    timeline_frames: str = "both"
    window: str = ""


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
    form: Any = values.get("form", {})
    if not isinstance(form, dict):
        raise TypeError("form is not an object")
    state = FormState(**_checked(FormState, cast(dict[str, Any], form)))
    rest = {key: value for key, value in values.items() if key != "form"}
    return Settings(form=state, **_checked(Settings, rest))


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
