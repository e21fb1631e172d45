"""Every dialect comes to one value, with the vectors that diffusers reads."""

from pathlib import Path
from typing import Any

import pytest
import torch

from sddesk.core.concepts.reading import read_concept
from sddesk.core.concepts.stored import StoredTensor, read_bytes
from sddesk.core.problems import ProblemError
from tests.core.concepts.dialects import DIALECTS, ONE, THREE, lora_tensors, sdxl

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def numbers(tensor: StoredTensor) -> torch.Tensor:
    """The tensor as torch has it."""
    flat = torch.frombuffer(bytearray(read_bytes(tensor)), dtype=TYPES[tensor.dtype])
    return flat.reshape(tensor.shape)


@pytest.mark.parametrize("name", DIALECTS)
def test_words_and_vectors(name: str, tmp_path: Path) -> None:
    write, words, count, asked = DIALECTS[name]
    concept = read_concept(write(tmp_path), asked)
    assert tuple(word.text for word in concept.words) == words
    assert concept.kind == "embedding"
    assert concept.widths == (32,)
    assert len(concept.hash) == 64
    for word in concept.words:
        vectors = numbers(word.vectors["text_encoder"])
        assert vectors.shape == (count, 32)
        candidates = [ONE, THREE, *THREE.split(1)]
        assert any(
            v.shape == vectors.shape and torch.equal(v.to(vectors.dtype), vectors)
            for v in candidates
        )


def test_sdxl_has_vectors_for_both_encoders(tmp_path: Path) -> None:
    concept = read_concept(sdxl(tmp_path))
    (word,) = concept.words
    assert word.text == "xl"
    assert torch.equal(numbers(word.vectors["text_encoder"]), THREE)
    assert torch.equal(numbers(word.vectors["text_encoder_2"]), THREE.cos())
    assert concept.widths == (32, 32)


def test_a_bare_tensor_asks_for_its_word(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="does not say which word"):
        read_concept(DIALECTS["bare tensor"][0](tmp_path))


@pytest.mark.parametrize(("width", "base"), [(768, "SD 1.x"), (1024, "SD 2.x"), (32, "32 wide")])
def test_the_width_tells_the_family(tmp_path: Path, width: int, base: str) -> None:
    torch.save({"<w>": torch.ones(width)}, tmp_path / "w.bin")
    assert read_concept(tmp_path / "w.bin").base == base


def test_author_and_licence_are_told(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    about = {"modelspec.author": "A. Painter", "modelspec.license": "CC0-1.0"}
    save_file({"<cat>": ONE}, tmp_path / "a.safetensors", about)
    concept = read_concept(tmp_path / "a.safetensors")
    assert (concept.author, concept.licence) == ("A. Painter", "CC0-1.0")
    (tmp_path / "library").mkdir()
    assert read_concept(DIALECTS["concepts library"][0](tmp_path / "library")).licence == "mit"


@pytest.mark.parametrize("layout", ["kohya", "peft", "diffusers"])
@pytest.mark.parametrize("container", ["safetensors", "torch"])
def test_loras_of_every_layout(tmp_path: Path, layout: str, container: str) -> None:
    from safetensors.torch import save_file

    tensors: dict[str, Any] = lora_tensors(layout)
    path = tmp_path / "ink.pt"
    if container == "torch":
        torch.save({"state_dict": tensors, "epoch": 3} if layout == "peft" else tensors, path)
    else:
        save_file(tensors, path)
    concept = read_concept(path)
    assert (concept.kind, concept.origin) == ("lora", f"{layout} ({container})")
    assert concept.widths == (32,)
    assert set(concept.tensors) == set(tensors)
    assert all(torch.equal(numbers(concept.tensors[n]), t) for n, t in tensors.items())


@pytest.mark.parametrize(
    ("kin", "key"),
    [
        ("LoHa", "lora_unet_a.hada_w1_a"),
        ("LoKr", "lora_unet_a.lokr_w1"),
        ("OFT", "lora_unet_a.oft_blocks"),
        ("GLoRA", "lora_unet_a.a1.weight"),
        (r"\(IA\)³", "lora_unet_a.on_input"),
        ("full difference", "lora_unet_a.diff"),
        ("IP-Adapter", "ip_adapter.1.to_k_ip.weight"),
    ],
)
def test_kin_of_lora_is_refused_by_name(tmp_path: Path, kin: str, key: str) -> None:
    from safetensors.torch import save_file

    save_file({key: torch.ones(4, 4)}, tmp_path / "k.safetensors")
    with pytest.raises(ProblemError, match=f"{kin} files cannot be used"):
        read_concept(tmp_path / "k.safetensors")
