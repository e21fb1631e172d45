"""Reading a sheet back: its axes, its cells and where they lie, from a file of any origin."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sddesk.core.axes import Axis, axis_of
from sddesk.core.json_objects import parse_object
from sddesk.core.picture_files import from_pil, load_picture, read_texts, to_pil
from sddesk.core.problems import ProblemError
from sddesk.core.recall import Recalled, from_values
from sddesk.core.sheet import SHEET_KEY, VERSION
from sddesk.core.values import Picture


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell of a sheet; `picture` is None where none was made, `file` the name it had."""

    row: int
    column: int
    picture: Picture | None
    file: str
    settings: Recalled


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet tells of its grid; `base` are the settings that all cells share."""

    rows: Axis
    columns: Axis | None
    base: Recalled
    cells: tuple[SheetCell, ...]


def is_sheet(path: Path) -> bool:
    """Whether the picture at `path` carries a grid; raises `ProblemError` for no picture."""
    return SHEET_KEY in read_texts(path)


def read_sheet(path: Path) -> Sheet:
    """The grid in the picture at `path`; raises `ProblemError` where there is none, or damage."""
    text = read_texts(path).get(SHEET_KEY)
    if text is None:
        raise ProblemError("This picture is not the sheet of a grid", str(path))
    whole = load_picture(path)
    try:
        return _sheet(parse_object(text), whole)
    except (KeyError, TypeError, ValueError, AttributeError, ProblemError) as error:
        hint = "the picture itself is sound"
        raise ProblemError("The sheet's settings are damaged", f"{path} ({error})", hint) from error


def _sheet(values: dict[str, Any], whole: Picture) -> Sheet:
    if values["version"] != VERSION:
        raise ValueError(f"version {values['version']}, this program reads {VERSION}")
    columns = values["columns"]
    cells = cast(list[dict[str, Any]], values["cells"])
    return Sheet(
        axis_of(values["rows"]),
        None if columns is None else axis_of(columns),
        from_values(values["base"]),
        tuple(_cell(cell, whole) for cell in cells),
    )


def _cell(values: dict[str, Any], whole: Picture) -> SheetCell:
    made = values["pixel_hash"] is not None
    left, top, width, height = (int(number) for number in values["rectangle"])
    inside = 0 <= left <= left + width <= whole.width and 0 <= top <= top + height <= whole.height
    if width < 1 or height < 1 or not inside:
        raise ValueError(f"a cell lies at {values['rectangle']}")
    box = (left, top, left + width, top + height)
    return SheetCell(
        int(values["row"]),
        int(values["column"]),
        from_pil(to_pil(whole).crop(box)) if made else None,
        str(values["file"] or ""),
        from_values(values["settings"]),
    )
