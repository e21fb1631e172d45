"""A measured figure beside its aim, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `aim` is the most it may be, None for what is only told."""

    name: str
    value: float
    aim: float | None = None
    unit: str = ""

    @property
    def missed(self) -> bool:
        return self.aim is not None and self.value > self.aim

    def __str__(self) -> str:
        aim = "" if self.aim is None else f"≤ {_number(self.aim, self.unit)}"
        return f"{self.name:58} {_number(self.value, self.unit):>12}  {aim:14}" + (
            "MISSED" if self.missed else ""
        )


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float, unit: str) -> str:
    return f"{value:.3f}" if not unit else f"{value:.1f} {unit}"
