"""Where a training keeps its things: the request, checkpoints, samples and snapshots."""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sddesk.core.files import write_bytes_atomically
from sddesk.core.json_objects import parse_object
from sddesk.core.models import model_named
from sddesk.core.problems import ProblemError, disk_problem
from sddesk.core.training.values import Crop, Sample, TrainingPicture, TrainingRequest

KEPT_CHECKPOINTS = 2
_VERSION = 1
_NAME = re.compile(r"(\d{6})(?:-(\d+))?\.(?:safetensors|png)")


@dataclass(frozen=True, slots=True)
class Run:
    """The folder of one training."""

    folder: Path

    def checkpoint(self, step: int) -> Path:
        """The file with all that is needed to go on after `step`."""
        return self.folder / "checkpoints" / f"{step:06}.safetensors"

    def snapshot(self, step: int) -> Path:
        """The concept as it was after `step`: a file like any other concept's."""
        return self.folder / "snapshots" / f"{step:06}.safetensors"

    def sample(self, step: int, number: int) -> Path:
        """The picture of sample `number` after `step`."""
        return self.folder / "samples" / f"{step:06}-{number}.png"

    def checkpoints(self) -> list[int]:
        """The steps of the checkpoints, the newest first."""
        return sorted((step for step, _ in _found(self.folder / "checkpoints")), reverse=True)

    def snapshots(self) -> list[int]:
        """The steps of the snapshots, in order."""
        return sorted(step for step, _ in _found(self.folder / "snapshots"))

    def samples(self) -> list[tuple[int, int]]:
        """Step and number of all samples, in order."""
        return sorted(_found(self.folder / "samples"))

    def drop_old_checkpoints(self) -> None:
        """Keep the newest ones alone."""
        for step in self.checkpoints()[KEPT_CHECKPOINTS:]:
            self.checkpoint(step).unlink(missing_ok=True)

    def empty(self) -> None:
        """Forget everything: a training begins anew."""
        for name in ("checkpoints", "snapshots", "samples"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def finished(self) -> None:
        """The training is done: what was needed to go on is needed no more."""
        shutil.rmtree(self.folder / "checkpoints", ignore_errors=True)

    def keep(self, request: TrainingRequest) -> None:
        """Note what is trained here; raises `ProblemError` when the disk refuses."""
        data = {"version": _VERSION, **training_values(request)}
        write_bytes_atomically(self.folder / "training.json", json.dumps(data, indent=1).encode())

    def holds(self, request: TrainingRequest) -> bool:
        """Whether it is this request that was trained here."""
        try:
            noted = parse_object((self.folder / "training.json").read_bytes())
        except (OSError, ValueError):
            return False
        return noted == {"version": _VERSION, **training_values(request)}


def run_of(request: TrainingRequest, trainings: Path) -> Run:
    """The folder that belongs to this very request."""
    text = json.dumps(training_values(request), sort_keys=True)
    safe = "".join(c for c in request.word if c.isalnum())[:30]
    return Run(trainings / f"{safe or 'word'}-{hashlib.sha256(text.encode()).hexdigest()[:12]}")


def training_values(request: TrainingRequest) -> dict[str, Any]:
    """The request as JSON; the model by its path and fingerprint."""
    values = asdict(request)
    values["model"] = {
        "name": request.model.name,
        "path": str(request.model.path),
        "fingerprint": request.model.fingerprint,
    }
    for picture in values["pictures"]:
        picture["path"] = str(picture["path"])
    return cast(dict[str, Any], json.loads(json.dumps(values)))


def read_run(folder: Path) -> TrainingRequest:
    """What is trained in `folder`; raises `ProblemError` if that cannot be told."""
    path = folder / "training.json"
    try:
        values = parse_object(path.read_bytes())
        if values.pop("version") != _VERSION:
            raise ValueError("another version")
        return _request(values)
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemError(
            "This training cannot be gone on with", f"{path} ({error})", "begin it anew"
        ) from error


def unfinished(trainings: Path) -> list[Path]:
    """The folders of trainings that were begun and not finished, the newest first."""
    try:
        runs = [path for path in trainings.iterdir() if (path / "checkpoints").is_dir()]
    except OSError:  # none was ever begun
        return []
    return sorted(runs, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def keep_snapshot(run: Run, step: int, out: Path) -> None:
    """Take the concept as it was after `step` for the result; raises `ProblemError`."""
    path = run.snapshot(step)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise disk_problem(error, f"reading {path}") from error
    write_bytes_atomically(out, data)


def _found(folder: Path) -> list[tuple[int, int]]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    matches = [match for name in names if (match := _NAME.fullmatch(name))]
    return [(int(match[1]), int(match[2] or 0)) for match in matches]


def _request(values: dict[str, Any]) -> TrainingRequest:
    noted = values.pop("model")
    model = model_named(str(noted["path"]), ())
    if model.fingerprint != noted["fingerprint"]:
        raise ValueError("the model has changed")
    pictures = tuple(_picture(picture) for picture in values.pop("pictures"))
    samples = tuple(Sample(**sample) for sample in values.pop("samples"))
    return TrainingRequest(model=model, pictures=pictures, samples=samples, **values)


def _picture(values: dict[str, Any]) -> TrainingPicture:
    crop = values.pop("crop")
    path = Path(values.pop("path"))
    return TrainingPicture(path=path, crop=None if crop is None else Crop(**crop), **values)
