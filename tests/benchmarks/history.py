"""How quickly the history's index answers with 10,000 pictures."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sddesk.core.history import HistoryIndex, Query, index_path
from tests.benchmarks.figures import Figure, percentile

PICTURES = 10_000
_PAGE = 100
_WORDS = ("apple", "gorilla", "bench", "tree", "moth", "chips", "doodle", "circle", "bunny", "park")


def measure() -> list[Figure]:
    """Pages from all over the list, and searches for words, settings, model and favourites."""
    with tempfile.TemporaryDirectory() as name:
        index = full_index(Path(name) / "cache", Path(name) / "pictures")
        starts = [(97 * k * _PAGE) % PICTURES for k in range(50)]
        pages = [_ms(lambda s=start: index.page(Query(), s, _PAGE)) for start in starts]
        asked = [
            *(Query(word) for word in _WORDS),
            *(Query(f"{one} {two}") for one in _WORDS for two in _WORDS[:3]),
            *(Query(f"seed:{seed}") for seed in (7, 99, 1234)),
            Query("steps:20", "Starter"),
            Query("", "", favourites=True),
            Query("nothing that is there"),
        ]
        searches = [
            _ms(lambda q=query: (index.count(q), index.page(q, 0, _PAGE))) for query in asked
        ]
        index.close()
    return [
        Figure("history of 10,000: a page, p95", percentile(pages, 0.95), 10, "ms"),
        Figure("history of 10,000: a search, p95", percentile(searches, 0.95), 50, "ms"),
    ]


def full_index(cache: Path, folder: Path) -> HistoryIndex:
    """An index of as many pictures, as they would be read from files."""
    index = HistoryIndex(index_path(cache, folder), folder)
    index._put(_row(number) for number in range(PICTURES))
    return index


def _row(number: int) -> tuple[object, ...]:
    one, two, three = (_WORDS[number // d % len(_WORDS)] for d in (1, 10, 100))
    prompt = f"a low poly {one} under a {two}, an antique painting of {three}, number {number}"
    text = f"{prompt}\nblurry\nstarter\neuler a\nseed {number} steps 20 guidance 5 128x128"
    day = f"2026-{number // 900 + 1:02}-{number // 30 % 28 + 1:02}"
    settings = ("Starter", text, prompt, str(number), "20", "Euler a", "5")
    kin = (f"{number:064x}", "", "", "")
    favourite = int(number % 50 == 0)
    return (f"{number:05}.png", number * 10**9, 30_000, day, *settings, favourite, *kin)


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
