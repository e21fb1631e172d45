"""What all tests share: nothing leaves this machine, and a tiny real model."""

import os
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
