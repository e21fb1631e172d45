"""The maps that were found out, kept while there is room."""

from collections import OrderedDict
from pathlib import Path

from sddesk.core.attention import MapSum, StepMaps

_BYTES = 64_000_000


class MapStore:
    """Maps by tape and step; those that were not looked at for longest go first.

    The sum over all steps of a tape is kept beside them: it is no larger than one step.
    """

    def __init__(self, room: int = _BYTES) -> None:
        self._room = room
        self._steps: OrderedDict[tuple[Path, int], StepMaps] = OrderedDict()
        self._sums: OrderedDict[Path, MapSum] = OrderedDict()
        self._used = 0

    @property
    def memory(self) -> int:
        """Bytes that the maps of single steps take."""
        return self._used

    def add(self, tape: Path, maps: StepMaps) -> None:
        """One more step."""
        key = (tape, maps.step)
        if key in self._steps:
            self._used -= self._steps.pop(key).memory
        self._steps[key] = maps
        self._used += maps.memory
        self._sums.setdefault(tape, MapSum()).add(maps)
        self._sums.move_to_end(tape)
        while self._used > self._room and len(self._steps) > 1:
            self._used -= self._steps.popitem(last=False)[1].memory
        while len(self._sums) > 20:
            self._sums.popitem(last=False)

    def step(self, tape: Path, step: int) -> StepMaps | None:
        """The maps of one step."""
        key = (tape, step)
        if key in self._steps:
            self._steps.move_to_end(key)
        return self._steps.get(key)

    def total(self, tape: Path) -> MapSum:
        """All steps of a tape that were looked at, together."""
        return self._sums.get(tape) or MapSum()
