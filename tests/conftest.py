"""What all tests share: nothing leaves this machine, and a tiny real model."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
# Tiny networks gain nothing from threads, and lose much while another program computes.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

if TYPE_CHECKING:
    from sddesk.core.values import ModelRef


@pytest.fixture(scope="session")
def tiny_sd(tmp_path_factory: pytest.TempPathFactory) -> "ModelRef":
    """A tiny SD 1.x that predicts the noise."""
    from tests.tiny import make_tiny_sd

    return make_tiny_sd(Path(tmp_path_factory.mktemp("models")) / "tiny-sd")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB, where the system lets us have one."""
    place = tmp_path / "small disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "small", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root on Linux can have a disk of its own")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)
