"""Loading model folders: every layout that is meant, and none that is broken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sddesk.core.models import read_model
from sddesk.core.problems import JobCancelled, ProblemError
from sddesk.core.values import ModelRef
from sddesk.engine.devices import choose_device, dtype_for
from sddesk.engine.loading import load_model
from sddesk.engine.pipeline import generate
from tests.engine.conftest import load
from tests.tiny import copy_model


def test_only_half_precision_files(tiny_sd: ModelRef, tmp_path: Path) -> None:
    folder = copy_model(tiny_sd, tmp_path / "model")
    for file in folder.rglob("*.safetensors"):
        file.rename(file.with_name(file.stem + ".fp16.safetensors"))
    model = load(read_model(folder), tmp_path)
    assert model.pipeline.unet.dtype == torch.float32  # what a CPU computes in


def test_half_precision_weights_become_float32_on_a_cpu(tmp_path: Path) -> None:
    from sddesk.core.paths import RESOURCES

    model = load(read_model(RESOURCES / "models" / "starter"), tmp_path)
    assert {network.dtype for network in model.networks} == {torch.float32}


def test_pickled_weights_without_code(tiny_sd: ModelRef, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    folder = copy_model(tiny_sd, tmp_path / "model")
    names = {"text_encoder": "pytorch_model.bin"}
    for file in list(folder.rglob("*.safetensors")):
        name = names.get(file.parent.name, "diffusion_pytorch_model.bin")
        torch.save(load_file(file), file.with_name(name))
        file.unlink()
    assert load(read_model(folder), tmp_path).pipeline.unet is not None


def test_a_hostile_pickle_is_not_run(tiny_sd: ModelRef, tmp_path: Path) -> None:
    class Hostile:
        """Makes a folder when it is unpickled."""

        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "hacked"),)

    folder = copy_model(tiny_sd, tmp_path / "model")
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    torch.save(Hostile(), folder / "unet" / "diffusion_pytorch_model.bin")
    with pytest.raises(ProblemError, match="could not be loaded"):
        load(read_model(folder), tmp_path)
    assert not (tmp_path / "hacked").exists()


def test_weights_of_another_network_are_told(tiny_sd: ModelRef, tmp_path: Path) -> None:
    folder = copy_model(tiny_sd, tmp_path / "model")
    config = folder / "unet" / "config.json"
    config.write_text(
        config.read_text().replace('"cross_attention_dim": 32', '"cross_attention_dim": 48')
    )
    with pytest.raises(ProblemError, match="could not be loaded"):
        load(read_model(folder), tmp_path)


def test_progress_names_the_parts_and_cancel_works_between_them(
    tiny_sd: ModelRef, tmp_path: Path
) -> None:
    parts: list[tuple[str, int, int]] = []

    def progress(part: str, done: int, total: int) -> None:
        parts.append((part, done, total))

    cpu = torch.device("cpu")
    with pytest.raises(JobCancelled):
        load_model(tiny_sd, cpu, tmp_path, progress, lambda: len(parts) == 2)
    assert parts == [("tokenizer", 0, 4), ("text encoder", 1, 4)]


def test_missing_devices_are_told() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(ProblemError, match="no such device"):
        choose_device("cuda")
    assert choose_device("cpu").type == "cpu"
    assert dtype_for(torch.device("cpu")) == torch.float32


@pytest.mark.gpu
def test_on_the_gpu(tiny_sd: ModelRef, tmp_path: Path) -> None:
    device = choose_device("auto")
    if device.type == "cpu":
        pytest.skip("this machine has neither CUDA nor MPS")
    from sddesk.core.values import GenerationRequest

    model = load_model(tiny_sd, device, tmp_path, lambda *_: None, lambda: False)
    request = GenerationRequest(
        model=tiny_sd,
        prompt="apple",
        seed=1,
        steps=3,
        guidance_scale=5,
        sampler="Euler",
        width=64,
        height=64,
    )
    assert generate(model, request, None, lambda _: None, lambda: False).picture.width == 64


def test_remote_code_is_switched_off_before_diffusers_is_imported() -> None:
    code = (
        "import os, sddesk.engine, huggingface_hub.constants as hub;"
        "assert os.environ['DIFFUSERS_DISABLE_REMOTE_CODE'] == '1'; assert hub.HF_HUB_OFFLINE"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
