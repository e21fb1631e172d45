"""The collection: taken in once, the original untouched, renamed, put away and brought back."""

from pathlib import Path

import pytest
import torch

from sddesk.core.concepts.index import ConceptIndex, FoundConcept
from sddesk.core.concepts.index import find_concepts as find_in
from sddesk.core.concepts.library import bring_back, picture_of, remove, rename
from sddesk.core.concepts.library import take_in as take_in_with
from sddesk.core.concepts.reading import read_concept
from sddesk.core.concepts.stored import read_bytes
from sddesk.core.concepts.values import ConceptCard
from sddesk.core.problems import ProblemError
from tests.core.concepts.dialects import DIALECTS, lora_tensors, sdxl


def take_in(path: Path, folder: Path, word: str | None = None) -> ConceptCard:
    return take_in_with(path, folder, ConceptIndex(folder.with_name("index.json")), word)


def find_concepts(folder: Path) -> list[FoundConcept]:
    return find_in([folder], ConceptIndex(folder.with_name("index.json")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "collection"


@pytest.mark.parametrize("name", DIALECTS)
def test_words_are_the_same_after_they_were_taken_in(
    name: str, tmp_path: Path, folder: Path
) -> None:
    write, words, _, asked = DIALECTS[name]
    path = write(tmp_path)
    original = read_concept(path, asked)
    taken = take_in(path, folder, asked)
    assert taken.path.parent == folder
    assert (taken.hash, taken.origin, taken.widths) == (
        original.hash,
        original.origin,
        original.widths,
    )
    assert taken.words == words
    again = read_concept(taken.path)
    for mine, theirs in zip(again.words, original.words, strict=True):
        for encoder, tensor in theirs.vectors.items():
            assert read_bytes(mine.vectors[encoder]) == read_bytes(tensor)
    assert read_concept(path, asked) == original


def test_diffusers_reads_what_was_taken_in(tmp_path: Path, folder: Path) -> None:
    from safetensors.torch import load_file

    taken = take_in(sdxl(tmp_path), folder)
    assert set(load_file(taken.path)) == {"clip_l", "clip_g"}


def test_a_pickled_lora_becomes_safetensors(tmp_path: Path, folder: Path) -> None:
    from safetensors.torch import load_file

    tensors = lora_tensors("kohya")
    torch.save(tensors, tmp_path / "ink.pt")
    taken = take_in(tmp_path / "ink.pt", folder)
    assert taken.origin == "kohya (torch)"
    again = load_file(taken.path)
    assert all(torch.equal(again[name], tensor) for name, tensor in tensors.items())


def test_a_lora_keeps_its_trigger(tmp_path: Path, folder: Path) -> None:
    """What it was taught with is in the copy, too, where A1111 and others look for it."""
    from safetensors import safe_open
    from safetensors.torch import save_file

    trigger = {"modelspec.trigger_phrase": "ink drawing"}
    save_file(lora_tensors("peft"), tmp_path / "ink.safetensors", trigger)
    taken = take_in(tmp_path / "ink.safetensors", folder)
    assert taken.trigger == "ink drawing"
    assert taken.said == ("ink drawing",)
    with safe_open(taken.path, "pt") as file:
        assert file.metadata()["modelspec.trigger_phrase"] == "ink drawing"


@pytest.mark.parametrize(
    "phrase", ["{red|blue}", "<lora:other:1> x", "a\nb", "__file__", "x" * 300, "a # b", " "]
)
def test_a_trigger_that_no_prompt_can_hold_is_none(tmp_path: Path, phrase: str) -> None:
    from safetensors.torch import save_file

    file = tmp_path / "ink.safetensors"
    save_file(lora_tensors("peft"), file, {"modelspec.trigger_phrase": phrase})
    assert read_concept(file).card.said == ()


def test_twice_is_once(tmp_path: Path, folder: Path) -> None:
    path = DIALECTS["A1111 .pt"][0](tmp_path)
    assert take_in(path, folder).path == take_in(path, folder).path
    assert len(find_concepts(folder)) == 1


def test_renamed_removed_and_brought_back(tmp_path: Path, folder: Path) -> None:
    taken = rename(take_in(DIALECTS["A1111 .pt"][0](tmp_path), folder), "scribble")
    assert taken.words == ("scribble",)
    (found,) = find_concepts(folder)
    assert found.card == taken
    now = remove(taken.path)
    assert not find_concepts(folder)
    bring_back(taken.path, now)
    assert find_concepts(folder) == [found]


def test_the_picture_comes_along(tmp_path: Path, folder: Path) -> None:
    path = DIALECTS["concepts library"][0](tmp_path)
    (path / "concept_images" / "0.jpeg").write_bytes(b"picture")
    picture = picture_of(take_in(path, folder).path)
    assert picture is not None
    assert picture.read_bytes() == b"picture"


def test_a_broken_one_is_told_and_does_not_hide_others(tmp_path: Path, folder: Path) -> None:
    take_in(DIALECTS["A1111 .pt"][0](tmp_path), folder)
    (folder / "broken.safetensors").write_text("not safetensors")
    broken, sound = find_concepts(folder)
    assert broken.problem is not None
    assert sound.card is not None


def test_names_stay_in_the_folder(tmp_path: Path, folder: Path) -> None:
    torch.save({"../../up": torch.ones(32)}, tmp_path / "..sneaky..bin")
    taken = take_in(tmp_path / "..sneaky..bin", folder)
    assert taken.path.parent == folder
    assert sorted(p.name for p in tmp_path.iterdir()) == ["..sneaky..bin", "collection"]


def test_without_one_word_nothing_is_renamed(tmp_path: Path, folder: Path) -> None:
    taken = take_in(DIALECTS["list of dicts"][0](tmp_path), folder)
    with pytest.raises(ProblemError):
        rename(taken, "other")
