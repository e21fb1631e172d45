"""Hostile files: a readable error at once, in little memory, with no code run."""

import contextlib
import os
import shutil
import time
import tracemalloc
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from sddesk.core.concepts.reading import read_concept
from sddesk.core.problems import ProblemError
from tests.core.concepts.dialects import DIALECTS, lora_tensors, sdxl
from tests.core.concepts.hostile import HOSTILE, MARKER, Make, archive, tensor_pickle


def _lora(layout: str, suffix: str) -> Make:
    def write(folder: Path) -> Path:
        path = folder / f"ink{suffix}"
        tensors = lora_tensors(layout)
        save_file(tensors, path) if suffix == ".safetensors" else torch.save(tensors, path)
        return path

    return write


MORE: dict[str, Make] = {
    "SDXL": sdxl,
    "kohya": _lora("kohya", ".safetensors"),
    "peft in an archive": _lora("peft", ".pt"),
    "diffusers": _lora("diffusers", ".safetensors"),
}
SECONDS, BYTES = 1.0, 64 * 1024 * 1024
EXAMPLES = 3_000  # of each kind of file: ten minutes for all
NUMBERS = [sign * width for sign in (b"\0", b"\xff") for width in (1, 2, 4, 8)]  # limits
_BYTES = st.binary(max_size=4)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = HOSTILE[name](tmp_path)
    before = sorted(os.listdir(tmp_path))
    begin = time.thread_time()  # what else runs on the machine does not count
    with pytest.raises(ProblemError) as caught:
        read_concept(path)
    assert time.thread_time() - begin < SECONDS
    problem = caught.value.problem
    assert problem.title
    assert len(problem.what()) < 6000
    assert problem.what().isprintable()
    assert sorted(os.listdir(tmp_path)) == before
    assert not (tmp_path / MARKER).exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_little_memory_is_taken(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = HOSTILE[name](tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError):
            read_concept(path)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


def test_what_is_asked_for_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"asks for os\.system"):
        read_concept(HOSTILE["GLOBAL os.system"](tmp_path))
    with pytest.raises(ProblemError, match="uses INST"):
        read_concept(HOSTILE["INST"](tmp_path))


def test_the_same_by_hand_is_read_when_it_does_not_lie(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(archive(tensor_pickle()))
    (word,) = read_concept(tmp_path / "w.bin").words
    assert word.vectors["text_encoder"].shape == (1, 32)


@pytest.mark.parametrize(
    "name", ["diffusers .bin", "diffusers .safetensors", "A1111 .pt", "kohya", "peft in an archive"]
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_flipped_bytes_never_crash(name: str, tmp_path: Path, data: st.DataObject) -> None:
    _flip_and_read(name, tmp_path, data)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [*DIALECTS, *MORE])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_flipped_bytes_never_crash_for_long(name: str, tmp_path: Path, data: st.DataObject) -> None:
    _flip_and_read(name, tmp_path, data)


def _flip_and_read(name: str, folder: Path, data: st.DataObject) -> None:
    """A good file with some bytes changed, inserted or missing: read, or refused in words."""
    whole, changed = folder / "whole", folder / "changed"
    if not whole.exists():
        whole.mkdir()
        write = MORE[name] if name in MORE else DIALECTS[name][0]
        write(whole)
        shutil.copytree(whole, changed)
    files = sorted(path for path in whole.rglob("*") if path.is_file())
    chosen = data.draw(st.sampled_from(files))
    content = bytearray(chosen.read_bytes())
    places = st.tuples(st.integers(0, len(content) - 1), st.sampled_from(NUMBERS) | _BYTES)
    for place, replacement in data.draw(st.lists(places, min_size=1, max_size=6)):
        gone = data.draw(st.just(len(replacement)) | st.integers(0, 4))
        content[place : place + gone] = replacement
    target = changed / chosen.relative_to(whole)
    target.write_bytes(content)
    try:
        word = None if name in MORE else DIALECTS[name][3]
        with contextlib.suppress(ProblemError):
            read_concept(next(changed.iterdir()), word)
    finally:
        shutil.copyfile(chosen, target)
