"""Maps are kept while there is room."""

from pathlib import Path

from sddesk.core.attention import Resolution, StepMaps
from sddesk.ui.words.map_store import MapStore


def step(number: int) -> StepMaps:
    return StepMaps(number, (("apple", 0),), (Resolution(2, 2, 1, bytes(8)),))


def test_the_store_forgets_steps_for_want_of_room_but_not_their_sum() -> None:
    one, other = Path("one"), Path("other")
    size = step(1).memory
    store = MapStore(room=3 * size)
    for number in range(1, 6):
        store.add(one, step(number))
    store.add(other, step(1))
    assert store.memory == 3 * size
    assert [store.step(one, n) is not None for n in range(1, 6)] == [False] * 3 + [True] * 2
    assert store.total(one).steps == {1, 2, 3, 4, 5}
    assert store.total(Path("third")).steps == set()
