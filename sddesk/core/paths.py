"""Where SD Desk keeps its files: one folder when the user says so, else the system's places."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The files and folders of one user; nothing is created until something is written."""

    settings: Path
    pictures: Path
    models: Path
    cache: Path
    log: Path
    more_models: tuple[Path, ...] = ()
    more_concepts: tuple[Path, ...] = ()

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where models are looked for, the user's own first."""
        return (self.models, *self.more_models, RESOURCES / "models")

    @property
    def concepts(self) -> Path:
        """Where learned words and LoRA files are kept."""
        return self.models.with_name("concepts")

    @property
    def concept_folders(self) -> tuple[Path, ...]:
        """Where concepts are looked for, the user's own collection first."""
        return (self.concepts, *self.more_concepts, self.concept_box)

    @property
    def concept_box(self) -> Path:
        """Where the concept that ships lies; it cannot be changed."""
        return RESOURCES / "concepts"

    @property
    def concept_index(self) -> Path:
        """What was seen in those folders."""
        return self.cache / "concepts.json"

    @property
    def trainings(self) -> Path:
        """Where trainings keep what they need to go on, a folder each."""
        return self.models.with_name("trainings")

    @property
    def wildcards(self) -> Path:
        """Where `__name__` in a prompt finds `name.txt`."""
        return self.models.with_name("wildcards")

    def with_folders(self, pictures: str, models: str, concepts: Sequence[str] = ()) -> "AppPaths":
        """With the folders that the user chose; an empty text leaves things as they are."""
        return replace(
            self,
            pictures=Path(pictures) if pictures else self.pictures,
            more_models=(Path(models),) if models else (),
            more_concepts=tuple(map(Path, concepts)),
        )


def app_paths(home: Path | None = None) -> AppPaths:
    """Paths below `home`, else below `SDDESK_HOME`, else where the operating system wants them."""
    if home is None and os.environ.get("SDDESK_HOME"):
        home = Path(os.environ["SDDESK_HOME"])
    if home is None:
        return _system_paths()
    home = Path(os.path.expanduser(home)).absolute()  # Path's own raises for unknown users
    return AppPaths(
        settings=home / "settings.json",
        pictures=home / "pictures",
        models=home / "models",
        cache=home / "cache",
        log=home / "logs" / "sddesk.log",
    )


def _system_paths() -> AppPaths:
    name, author = "SD Desk", False
    return AppPaths(
        settings=platformdirs.user_config_path(name, author) / "settings.json",
        pictures=platformdirs.user_pictures_path() / name,
        models=platformdirs.user_data_path(name, author) / "models",
        cache=platformdirs.user_cache_path(name, author),
        log=platformdirs.user_log_path(name, author) / "sddesk.log",
    )
