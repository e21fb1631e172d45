"""Folders full of concepts: read in place, once, and remembered."""

import os
from pathlib import Path

import pytest
import torch

from sddesk.core.concepts import index as indexing
from sddesk.core.concepts.index import ConceptIndex, concept_paths, find_concepts, folders_in
from tests.core.concepts.dialects import DIALECTS, ONE, THREE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As A1111 has it: words, one of them in a folder of its own, and what is no concept."""
    place = tmp_path / "embeddings"
    (place / "styles").mkdir(parents=True)
    torch.save({"<one>": ONE[0]}, place / "one.pt")
    torch.save({"<three>": THREE}, place / "styles" / "three.bin")
    (place / "notes.txt").write_text("not a concept")
    (place / ".hidden").mkdir()
    torch.save({"<h>": ONE[0]}, place / ".hidden" / "h.pt")
    DIALECTS["concepts library"][0](place)
    return place


def test_all_that_could_be_concepts(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in concept_paths(folder)]
    assert names == ["one.pt", "cat-toy", "styles/three.bin"]


def test_cards_say_what_there_is(folder: Path, tmp_path: Path) -> None:
    found = find_concepts([folder], ConceptIndex(tmp_path / "index.json"))
    cards = [one.card for one in found if one.card is not None]
    assert [card.title for card in cards] == ["<one>", "<cat-toy>", "<three>"]
    assert [card.vectors for card in cards] == [1, 1, 3]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_has_not_changed_is_not_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.pt").write_text("nonsense")
    first = find_concepts([folder], ConceptIndex(tmp_path / "index.json"))
    read: list[Path] = []
    real = indexing.read_concept
    monkeypatch.setattr(indexing, "read_concept", lambda path: (read.append(path), real(path))[1])
    assert find_concepts([folder], ConceptIndex(tmp_path / "index.json")) == first
    assert not read
    torch.save({"<other>": THREE}, folder / "one.pt")
    again = find_concepts([folder], ConceptIndex(tmp_path / "index.json"))
    assert read == [folder / "one.pt"]
    assert next(one.card.title for one in again if one.card) == "<other>"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1, "files": {"/a": 3}}', b"[]"])
def test_a_damaged_memory_is_made_anew(folder: Path, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "index.json").write_bytes(damage)
    assert len(find_concepts([folder], ConceptIndex(tmp_path / "index.json"))) == 3


def test_the_same_file_twice_counts_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "copy.pt").write_bytes((folder / "one.pt").read_bytes())
    found = find_concepts([tmp_path / "own", folder], ConceptIndex(tmp_path / "index.json"))
    assert [one.path.name for one in found] == ["copy.pt", "cat-toy", "three.bin"]


def test_a_loop_of_folders_ends(folder: Path) -> None:
    os.symlink(folder, folder / "styles" / "again")
    assert len(concept_paths(folder)) == 3


def test_a_folder_that_is_gone_is_empty(tmp_path: Path) -> None:
    assert concept_paths(tmp_path / "gone") == []


def test_in_a1111s_own_folder_only_those_of_concepts(folder: Path, tmp_path: Path) -> None:
    assert folders_in(folder) == [folder]
    (tmp_path / "models" / "Lora").mkdir(parents=True)
    assert folders_in(tmp_path) == [folder, tmp_path / "models" / "Lora"]
