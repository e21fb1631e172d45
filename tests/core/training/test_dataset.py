"""Pictures to learn from: what is wrong with them, and what the trainer sees of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from sddesk.core.problems import ProblemError
from sddesk.core.training.dataset import (
    as_trained,
    automatic_crop,
    mirrored,
    pictures_in,
    problems_of,
    take_in,
)
from sddesk.core.training.values import Crop


def draw(path: Path, size: tuple[int, int] = (120, 90), at: int = 10, fill: str = "red") -> Path:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((at, 10, at + 40, 50), fill=fill)
    ImageDraw.Draw(image).rectangle((at + 10, 50, at + 30, 70), fill="black")
    image.save(path)
    return path


def test_broken_pictures_are_skipped_and_named(tmp_path: Path) -> None:
    draw(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    (tmp_path / "notes.txt").write_text("not looked at")
    taken = take_in(pictures_in(tmp_path))
    assert [entry.picture.path.name for entry in taken.entries] == ["a.png"]
    assert ["b.jpg" in p.detail or "c.png" in p.detail for p in taken.skipped] == [True, True]


def test_a_text_of_the_same_name_is_the_caption(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("a red\n thing ")
    assert take_in([path]).entries[0].picture.caption == "a red thing"
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\xfa")
    assert "caption" in take_in([path]).skipped[0].title


def test_what_is_wrong_is_told_once(tmp_path: Path) -> None:
    one = draw(tmp_path / "one.png")
    twin = draw(tmp_path / "twin.png")
    alike = draw(tmp_path / "alike.png", fill="orange")
    other = draw(tmp_path / "other.png", at=70, fill="navy")
    small = draw(tmp_path / "small.png", size=(60, 200), at=5)
    entries = take_in([one, twin, alike, other, small]).entries
    found = [(problem.title, problem.detail) for problem in problems_of(entries, 80)]
    assert found == [
        ("A picture is there twice", "one.png and twin.png"),
        ("A picture is smaller than what is trained", "small.png: 60x200"),
        ("Two pictures are nearly the same", "one.png and alike.png"),
    ]


def test_the_crop_by_hand_is_what_is_trained(tmp_path: Path) -> None:
    entry = take_in([draw(tmp_path / "a.png")]).entries[0]
    by_hand = replace(entry.picture, crop=Crop(20, 20, 20))
    seen = as_trained(by_hand, 16)
    assert (seen.width, seen.height) == (16, 16)
    assert seen.pixels[:3] == bytes((255, 0, 0))
    assert as_trained(replace(entry.picture, crop=Crop(110, 80, 50)), 16) == as_trained(
        replace(entry.picture, crop=Crop(70, 40, 50)), 16
    )  # moved into the picture, never stretched
    with pytest.raises(ProblemError, match="outside"):
        as_trained(replace(entry.picture, crop=Crop(500, 0, 20)), 16)


@pytest.mark.parametrize("at", [5, 90, 150])
def test_the_automatic_crop_goes_where_the_thing_is(tmp_path: Path, at: int) -> None:
    entry = take_in([draw(tmp_path / "a.png", size=(200, 80), at=at)]).entries[0]
    crop = automatic_crop(as_trained(entry.picture, 80))
    assert crop == Crop(0, 0, 80)
    seen = as_trained(entry.picture, 80)
    black = sum(seen.pixels[i : i + 3] == b"\0\0\0" for i in range(0, len(seen.pixels), 3))
    assert black == 21 * 21  # the whole of it is to be seen


def test_mirroring_turns_left_to_right(tmp_path: Path) -> None:
    seen = as_trained(take_in([draw(tmp_path / "a.png")]).entries[0].picture, 32)
    turned = mirrored(seen)
    assert turned.pixels != seen.pixels
    assert mirrored(turned) == seen


def test_a_picture_deleted_meanwhile_is_told(tmp_path: Path) -> None:
    entry = take_in([draw(tmp_path / "a.png")]).entries[0]
    (tmp_path / "a.png").unlink()
    with pytest.raises(ProblemError, match="No such file"):
        as_trained(entry.picture, 32)
