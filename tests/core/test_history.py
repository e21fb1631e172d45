"""The history: an index that follows its folder, and pictures that can be deleted and undeleted."""

import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from sddesk.core.history import Entry, HistoryIndex, Query, index_path, read_favourites
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.picture_files import save_png
from sddesk.core.problems import ProblemError
from sddesk.core.tapes import tape_beside
from sddesk.core.trash import TRASH, bring_back, put_away
from sddesk.core.values import Picture
from tests.core.helpers import a_model, a_request

PICTURE = Picture(2, 1, b"abcdef")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> HistoryIndex:
    return HistoryIndex(index_path(tmp_path / "cache", folder), folder)


def make(folder: Path, name: str, when: int = 0, **changes: object) -> Path:
    request = a_request(**changes)
    path = folder / name
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, {})}
    save_png(path, PICTURE, texts)
    os.utime(path, (1_700_000_000 + when, 1_700_000_000 + when))
    return path


def names(index: HistoryIndex, query: Query | None = None) -> list[str]:
    return [entry.path.name for entry in index.page(query or Query(), 0, 100)]


def test_the_newest_come_first_page_by_page(folder: Path, index: HistoryIndex) -> None:
    for number in range(7):
        make(folder, f"{number}.png", when=number, prompt=f"moth {number}", seed=number)
    assert index.scan()
    assert index.count(Query()) == 7
    pages = [index.page(Query(), start, 3) for start in (0, 3, 6)]
    assert [e.path.name[0] for page in pages for e in page] == list("6543210")
    first = pages[0][0]
    assert first == Entry(folder / "6.png", first.day, "moth 6", "Tiny", "6", False)
    assert first.day.startswith("2023-11-1")
    assert not index.scan()


def test_search_by_words_and_settings(folder: Path, index: HistoryIndex) -> None:
    make(folder, "a.png", prompt="Red Apple", negative_prompt="worm", seed=7, steps=20)
    make(folder, "b.png", prompt="red 100% moth_", seed=77, steps=20, sampler="Euler a")
    make(folder, "c.png", prompt="ROT 🍎", seed=5, model=replace(a_model(), name="Other"))
    index.scan()
    found = {
        "red": "ab",
        "apple red": "a",
        "worm": "a",
        "seed:7": "a",
        "sampler:euler_a": "",
        "euler a red": "ab",
        "100%": "b",
        "moth_": "b",
        "%": "b",
        "🍎": "c",
        "model:other": "c",
        "steps:20 seed:77": "b",
        "'; DROP TABLE pictures": "",
        "seed:": "abc",
    }
    for words, expected in found.items():
        assert "".join(sorted(n[0] for n in names(index, Query(words)))) == expected, words
    assert names(index, Query(model="Other")) == ["c.png"]
    assert index.models() == ["Other", "Tiny"]


def test_it_follows_what_other_programs_do_to_the_folder(folder: Path, index: HistoryIndex) -> None:
    make(folder, "a.png")
    make(folder, "sub/b.png")
    make(folder, ".hidden/c.png")
    (folder / "notes.txt").write_text("no picture")
    (folder / "broken.png").write_bytes(b"\x89PNG no")
    index.scan()
    assert sorted(names(index)) == ["a.png", "b.png", "broken.png"]
    (folder / "a.png").unlink()
    make(folder, "sub/b.png", when=5, prompt="changed")
    index.scan()
    assert names(index, Query("changed")) == ["b.png"]
    assert "a.png" not in names(index)


@pytest.mark.parametrize("damage", ["missing", "garbage", "foreign", "truncated", "empty table"])
def test_an_index_that_is_missing_or_damaged_is_made_again(
    folder: Path, tmp_path: Path, damage: str
) -> None:
    path = index_path(tmp_path / "cache", folder)
    make(folder, "a.png", prompt="moth")
    first = HistoryIndex(path, folder)
    first.scan()
    first.close()
    match damage:
        case "missing":
            path.unlink()
        case "garbage":
            path.write_bytes(b"nonsense" * 5000)
        case "foreign":
            path.unlink()
            db = sqlite3.connect(path)
            db.execute("CREATE TABLE pictures (other TEXT)")
            db.execute("PRAGMA user_version = 1")
            db.close()
        case "truncated":
            path.write_bytes(path.read_bytes()[:3000])
        case _:
            db = sqlite3.connect(path)
            db.execute("DROP TABLE pictures")
            db.close()
    again = HistoryIndex(path, folder)
    again.scan()
    assert names(again, Query("moth")) == ["a.png"]


def test_favourites_survive_the_loss_of_the_index(
    folder: Path, index: HistoryIndex, tmp_path: Path
) -> None:
    a, b = make(folder, "a.png"), make(folder, "sub/b.png")
    index.scan()
    index.set_favourite([a, b], favourite=True)
    index.set_favourite([a], favourite=False)
    assert names(index, Query(favourites=True)) == ["b.png"]
    other = HistoryIndex(tmp_path / "other.sqlite", folder)
    other.scan()
    assert names(other, Query(favourites=True)) == ["b.png"]
    assert read_favourites(folder) == ["sub/b.png"]


def test_a_saved_picture_is_there_at_once(folder: Path, index: HistoryIndex) -> None:
    index.add(make(folder, "a.png", prompt="moth"))
    assert names(index, Query("moth")) == ["a.png"]
    index.add(folder.parent / "outside.png")
    assert names(index) == ["a.png"]


def test_deleting_can_be_undone_tapes_included(folder: Path, index: HistoryIndex) -> None:
    path = make(folder, "sub/a.png")
    tape_beside(path).write_bytes(b"tape")
    index.scan()
    trashed = put_away(folder, [path])
    index.scan()
    assert names(index) == []
    assert not tape_beside(path).exists()
    make(folder, "sub/a.png", seed=9)  # its name was taken meanwhile
    (back,) = bring_back(trashed)
    index.scan()
    assert sorted(names(index)) == ["a-2.png", "a.png"]
    assert tape_beside(back).read_bytes() == b"tape"
    assert not tape_beside(path).exists()
    assert not [p for p in (folder / TRASH).rglob("*") if p.is_file()]


def test_one_that_is_gone_brings_the_others_back(folder: Path) -> None:
    path = make(folder, "a.png")
    with pytest.raises(ProblemError):
        put_away(folder, [path, folder / "gone.png"])
    assert path.exists()


def test_a_folder_that_takes_no_index_still_has_a_history(tmp_path: Path, folder: Path) -> None:
    make(folder, "a.png")
    (tmp_path / "cache").write_text("a file where the folder should be")
    index = HistoryIndex(index_path(tmp_path / "cache", folder), folder)
    index.scan()
    assert names(index) == ["a.png"]


def test_the_settings_are_indexed_and_not_only_the_prompt(
    folder: Path, index: HistoryIndex
) -> None:
    request = a_request(seed=123456789)
    save_png(folder / "foreign.png", PICTURE, {"parameters": parameters_text(request)})
    save_png(folder / "plain.png", PICTURE, {})
    save_png(folder / "damaged.png", PICTURE, {"sddesk": json.dumps({"prompt": 7})})
    index.scan()
    assert names(index, Query("seed:123456789")) == ["foreign.png"]
    assert index.count(Query()) == 3
