"""The queue as a value, and what of it survives a restart."""

from dataclasses import replace
from pathlib import Path

import pytest

from sddesk.core.models import FoundModel
from sddesk.core.queue import Queue, Queued, load_queue, save_queue
from sddesk.core.values import (
    BranchPoint,
    ConceptUse,
    GenerationRequest,
    ModelRef,
    Picture,
    Variation,
)
from tests.core.helpers import a_request


@pytest.fixture
def request_(tmp_path: Path) -> GenerationRequest:
    request = a_request()
    return replace(request, model=replace(request.model, path=tmp_path / "model"))


def queue_of(request: GenerationRequest, *ids: int) -> Queue:
    return Queue(tuple(Queued(number, request) for number in ids))


def order(queue: Queue) -> list[int]:
    return [entry.id for entry in queue.waiting]


def found(model: ModelRef) -> list[FoundModel]:
    return [FoundModel(model.path, model, None)]


def test_new_pictures_come_last_or_before_all_others(request_: GenerationRequest) -> None:
    queue = queue_of(request_, 1, 2)
    more = queue_of(request_, 3, 4).waiting
    assert order(queue.added(more)) == [1, 2, 3, 4]
    assert order(queue.added(more, front=True)) == [3, 4, 1, 2]


@pytest.mark.parametrize(
    ("ids", "steps", "expected"),
    [
        ({3}, -1, [1, 3, 2, 4]),
        ({1}, 1, [2, 1, 3, 4]),
        ({1}, -1, [1, 2, 3, 4]),
        ({4}, 1, [1, 2, 3, 4]),
        ({2, 3}, -1, [2, 3, 1, 4]),
        ({2, 3}, 1, [1, 4, 2, 3]),
        ({1, 2}, -1, [1, 2, 3, 4]),
        ({1, 3}, -1, [1, 3, 2, 4]),
    ],
)
def test_pictures_move_past_their_neighbours(
    request_: GenerationRequest, ids: set[int], steps: int, expected: list[int]
) -> None:
    assert order(queue_of(request_, 1, 2, 3, 4).moved(ids, steps)) == expected


def test_a_picture_can_be_put_anywhere(request_: GenerationRequest) -> None:
    queue = queue_of(request_, 1, 2, 3)
    assert order(queue.placed(3, 0)) == [3, 1, 2]
    assert order(queue.placed(1, 9)) == [2, 3, 1]
    assert order(queue.placed(7, 0)) == [1, 2, 3]


def test_what_waits_comes_back_from_disk_as_it_was(
    tmp_path: Path, request_: GenerationRequest
) -> None:
    drawn = replace(
        request_,
        prompt='a "quoted"\nword: ünïcode',
        init=Picture(2, 1, bytes(range(6))),
        strength=0.35,
        variation=Variation(77, 0.25),
        concepts=(ConceptUse(tmp_path / "w.pt", "embedding", "w", ("<w>",), "ab" * 32, 0.8),),
    )
    save_queue(tmp_path / "queue.json", (request_, drawn))
    assert load_queue(tmp_path / "queue.json", found(request_.model)) == ((request_, drawn), None)


def test_a_queue_that_was_emptied_stays_empty(tmp_path: Path, request_: GenerationRequest) -> None:
    path = tmp_path / "queue.json"
    save_queue(path, ())
    assert not path.exists()
    save_queue(path, (request_,))
    save_queue(path, ())
    assert load_queue(path, found(request_.model)) == ((), None)


def test_pictures_of_a_missing_model_are_left_out_and_told(
    tmp_path: Path, request_: GenerationRequest
) -> None:
    save_queue(tmp_path / "queue.json", (request_,))
    requests, problem = load_queue(tmp_path / "queue.json", [])
    assert requests == ()
    assert problem is not None
    assert "1 pictures" in problem.detail


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b'{"requests": 3}', b'{"requests": [{}]}', b'{"requests": [null]}', b"\xff"],
)
def test_a_broken_file_is_set_aside(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "queue.json"
    path.write_bytes(text)
    requests, problem = load_queue(path, [])
    assert requests == ()
    assert problem is not None
    assert "queue.broken.json" in problem.detail
    assert (tmp_path / "queue.broken.json").read_bytes() == text
    assert not path.exists()


def test_branches_and_concepts_are_kept(tmp_path: Path, request_: GenerationRequest) -> None:
    use = ConceptUse(Path("/c/ink.safetensors"), "lora", "ink", (), "ab", 0.7)
    branch = BranchPoint(Path("/p/a.tape.safetensors"), 5)
    wanted = (replace(request_, branch=branch), replace(request_, concepts=(use,)))
    save_queue(tmp_path / "queue.json", wanted)
    assert load_queue(tmp_path / "queue.json", found(request_.model)) == (wanted, None)
