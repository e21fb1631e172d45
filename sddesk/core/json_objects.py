"""JSON from files of any origin: an object, or a `ValueError`."""

import json
from typing import Any, cast


def parse_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object in `text`; raises `ValueError` for anything else, however hostile."""
    try:
        data: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return cast(dict[str, Any], data)
