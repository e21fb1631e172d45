"""The log takes everything, and a home that cannot be written to stops nothing."""

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from sddesk.core.logs import start_log


@pytest.fixture(autouse=True)
def leave_no_handlers() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)


def test_messages_and_warnings_arrive(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "sddesk.log"
    assert start_log(log) is None
    logging.getLogger("some.library").info("grün ☂")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old-fashioned", DeprecationWarning, stacklevel=1)
    text = log.read_text(encoding="utf-8")
    assert "INFO some.library: grün ☂" in text
    assert "old-fashioned" in text


def test_the_log_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "sddesk.log"
    start_log(log)
    for _ in range(60):
        logging.getLogger("chatty").info("x" * 100_000)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 3
    assert sum(file.stat().st_size for file in files) <= 3_000_000


def test_a_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    problem = start_log(tmp_path / "logs" / "sddesk.log")
    assert problem is not None
    assert problem.hint
    logging.getLogger("some.library").error("goes nowhere, and that is no error")
