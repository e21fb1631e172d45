"""A copy of the bootstrap in a checkout of its own, and stand-ins for the tools that it calls."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pip
import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"

# Stands before the real pip on PYTHONPATH, so that `python -m pip` runs what a test tells it to.
FAKE_PIP = "import os\nexec(os.environ['FAKE_PIP'])\n"
# Makes environments without the real pip, whose unpacking takes seconds.
QUICK_VENV = """
import venv
create = venv.create
venv.create = lambda folder, symlinks, with_pip: create(folder, symlinks=symlinks)
"""


class Checkout:
    """A folder as a user gets it, with no environment yet, in which the bootstrap is started."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / ".venv.log"
        self.state = root / ".venv" / "bootstrap-state"
        (root / "packaging").mkdir()
        for file in PACKAGING.glob("bootstrap*.py"):
            shutil.copy(file, root / "packaging")
        (root / "packaging" / "constraints.txt").write_text("pip==99\n")
        (root / "pyproject.toml").write_text("[project]\nname = 'sddesk'\n")

    def start(self, *args: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.root / "packaging" / "bootstrap.py"), *args],
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, **environ: str) -> tuple[int, str, str]:
        process = self.start(*args, **environ)
        out, err = process.communicate(timeout=90)
        return process.returncode, out, err


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """One whose pip is a stand-in: it does what the variable FAKE_PIP says."""
    fake = tmp_path / "fake" / "pip"
    fake.mkdir(parents=True)
    (fake / "__init__.py").touch()
    (fake / "__main__.py").write_text(FAKE_PIP)
    (fake.parent / "sitecustomize.py").write_text(QUICK_VENV)
    monkeypatch.setenv("PYTHONPATH", str(fake.parent))
    root = tmp_path / "a checkout"  # spaces occur in real paths
    root.mkdir()
    return Checkout(root)


@pytest.fixture
def real_pip(checkout: Checkout, tmp_path: Path) -> None:
    """Puts the pip of the running environment in the place of the stand-in."""
    shutil.rmtree(tmp_path / "fake" / "pip")
    (tmp_path / "fake" / "pip").symlink_to(Path(pip.__file__).parent)


@pytest.fixture
def fake_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes PATH hold shell scripts under the names of system tools, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make
