"""A shell for tests: command lines in a home of their own, with a fake service."""

from pathlib import Path

import pytest

from sddesk.cli import main
from sddesk.core.messages import Generate, JobRunner
from sddesk.core.paths import AppPaths
from tests.fakes import FakeRunner

RENDER = ("render", "--prompt", "red apple")


class Shell:
    """Runs command lines in a home of their own, with a fake service."""

    def __init__(self, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.runner: JobRunner = FakeRunner()
        self.made: list[tuple[AppPaths, str]] = []
        self._capfd = capfd

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        self._capfd.readouterr()
        code = main(["--home", str(self.home), *map(str, words)], self.make_runner)
        out, err = self._capfd.readouterr()
        return code, out, err

    def make_runner(self, paths: AppPaths, device: str) -> JobRunner:
        self.made.append((paths, device))
        return self.runner

    @property
    def jobs(self) -> list[Generate]:
        assert isinstance(self.runner, FakeRunner)
        return [job for job in self.runner.jobs if isinstance(job, Generate)]

    @property
    def log(self) -> str:
        return (self.home / "logs" / "sddesk.log").read_text(encoding="utf-8")
