"""The tree from sketch to last picture, found by the pixels that pictures name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.ancestry import Node, ancestry
from sddesk.core.canvas.document import blank_state
from sddesk.core.canvas.layers import State, new_layer
from sddesk.core.history import HistoryIndex, index_path
from sddesk.core.infotext import request_json
from sddesk.core.picture_files import save_png
from sddesk.core.problems import ProblemError
from sddesk.core.recall import recall
from sddesk.core.sketches import keep_sketch, load_sketch, sketch_file, sketch_thumbnail
from sddesk.core.values import BranchPoint, Picture
from tests.core.helpers import a_request

Scan = Callable[[], HistoryIndex]


def shade(value: int) -> Picture:
    return Picture(2, 1, bytes([value]) * 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


@pytest.fixture
def scanned(tmp_path: Path, folder: Path) -> Iterator[Scan]:
    indexes: list[HistoryIndex] = []

    def scan() -> HistoryIndex:
        indexes.append(HistoryIndex(index_path(tmp_path / "cache", folder), folder))
        indexes[-1].scan()
        return indexes[-1]

    yield scan
    for index in indexes:
        index.close()


def put(
    folder: Path, name: str, value: int, init: int | None = None, *origins: int, **more: Any
) -> Path:
    """A picture of one shade, made from a sketch of another that was drawn over pictures."""
    request = a_request(
        prompt=name,
        init=None if init is None else shade(init),
        origins=tuple(shade(o).pixel_hash() for o in origins),
        **more,
    )
    path = folder / f"{name}.png"
    run = {"picture_hash": shade(value).pixel_hash()}
    save_png(path, shade(value), {"sddesk": request_json(request, run)})
    return path


def told(nodes: tuple[Node, ...]) -> list[str]:
    """Each node with its parent's place, in words."""
    words = [
        "sketch" if n.is_sketch else n.prompt + (" (branch)" if n.branched else "") for n in nodes
    ]
    return [f"{w} < {n.parent}" for w, n in zip(words, nodes, strict=True)]


def test_from_the_sketch_to_the_last_picture(folder: Path, scanned: Scan) -> None:
    put(folder, "first", 10, 1)
    put(folder, "second", 20, 10)  # the first, just as it was
    put(folder, "third", 30, 2, 10, 20)  # drawn over the second, which lies over the first
    put(folder, "twin", 11, 1)
    last = put(folder, "branch", 31, None, branch=BranchPoint(Path("third.tape.safetensors"), 3))
    put(folder, "stranger", 99)
    index = scanned()
    tree = ancestry(index, last)
    assert sorted(told(tree)) == sorted(
        [
            "sketch < None",
            "first < 0",
            "second < 1",
            "sketch < 2",
            "third < 3",
            "branch (branch) < 4",
            "twin < 0",
        ]
    )
    assert all(ancestry(index, node.path) == tree for node in tree if node.path)
    assert told(ancestry(index, folder / "stranger.png")) == ["stranger < None"]
    assert ancestry(index, folder / "none.png") == ()
    assert ancestry(index, Path("/elsewhere.png")) == ()


def test_sketches_are_found_where_they_are_kept(folder: Path, scanned: Scan) -> None:
    path = put(folder, "first", 10, 1)
    assert ancestry(scanned(), path)[0].path is None
    pixels = blank_state(2, 1).layers[0].pixels.copy()
    pixels[...] = (1, 1, 1, 255)
    layer = new_layer("drawn", pixels)
    keep_sketch(folder, shade(1).pixel_hash(), State(2, 1, (layer,), layer.id))
    sketch, picture = ancestry(scanned(), path)
    assert sketch.path == picture.sketch == sketch_file(folder, shade(1).pixel_hash())
    assert sketch.path is not None
    assert load_sketch(sketch.path).layers[0].name == "drawn"
    assert sketch_thumbnail(sketch.path, 64) == shade(1)
    sketch.path.write_bytes(b"PK")
    with pytest.raises(ProblemError, match="damaged"):
        sketch_thumbnail(sketch.path, 64)


@pytest.mark.parametrize("name", ["../../evil", "", "A" * 64, "/etc/passwd"])
def test_hashes_that_are_none_lead_nowhere(folder: Path, name: str) -> None:
    assert sketch_file(folder, name) is None
    keep_sketch(folder, name, blank_state(1, 1))
    assert list(folder.iterdir()) == []


def test_circles_end(folder: Path, scanned: Scan) -> None:
    put(folder, "egg", 1, 2)
    path = put(folder, "hen", 2, 1)
    put(folder, "self", 7, 7)
    put(folder, "snake", 8, None, branch=BranchPoint(Path("snake.tape.safetensors"), 1))
    assert len(ancestry(scanned(), path)) == 2
    assert len(ancestry(scanned(), folder / "self.png")) == 2  # and the sketch that looked alike
    assert len(ancestry(scanned(), folder / "snake.png")) == 1


def test_the_hash_is_found_in_pictures_that_do_not_tell_it(folder: Path, scanned: Scan) -> None:
    path = folder / "old.png"
    save_png(path, shade(10), {"sddesk": request_json(a_request(prompt="old"), {})})
    put(folder, "new", 20, 10)
    assert told(ancestry(scanned(), path)) == ["old < None", "new < 0"]


def test_origins_travel_in_the_picture(folder: Path) -> None:
    recalled = recall(put(folder, "first", 10, 1, 5, 6))
    assert recalled is not None
    assert recalled.own == shade(10).pixel_hash()
    assert recalled.parent == shade(1).pixel_hash()
    assert recalled.origins == (shade(5).pixel_hash(), shade(6).pixel_hash())
