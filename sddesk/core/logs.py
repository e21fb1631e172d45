"""The rotating log file, where the chatter of libraries goes too."""

import logging
import logging.handlers
from pathlib import Path

from sddesk.core.problems import Problem


def start_log(path: Path) -> Problem | None:
    """Send all logging and warnings to `path` (three files of 1 MB); a problem if that fails."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError as error:
        root.addHandler(logging.NullHandler())
        return Problem("No log can be written", f"{path} ({error.strerror})", "choose another home")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    return None
