"""The rows of the evaluation: what was measured beside its aim."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure beside its aim; `real` is what the judge says of the art itself."""

    row: str
    what: str
    value: float
    aim: float | None = None
    at_most: bool = False
    real: float | None = None
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met, None where there is none."""
        if self.aim is None:
            return None
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    def cells(self) -> tuple[str, ...]:
        """Row, what, aim, figure, the same of real pictures, and whether it is met."""
        aim = "" if self.aim is None else f"{'≤' if self.at_most else '≥'} {self.aim:g}{self.unit}"
        real = "" if self.real is None else f"{self.real:.2f}"
        met = {True: "yes", False: "no", None: ""}[self.met]
        return self.row, self.what, aim, f"{self.value:.2f}{self.unit}", real, met


HEAD = ("", "what", "aim", "figure", "real pictures", "met")


def table(marks: Sequence[Mark]) -> str:
    """All marks as a table in Markdown, its columns in line."""
    rows = [HEAD, *(m.cells() for m in marks)]
    widths = [max(len(r[i]) for r in rows) for i in range(len(HEAD))]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) + " |" for r in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)


def save_marks(marks: Sequence[Mark], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(m) for m in marks], indent=1), encoding="utf-8")


def load_marks(path: Path) -> list[Mark]:
    return [Mark(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
