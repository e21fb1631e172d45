"""Where each step of the timeline lies: all the geometry of the strip, and nothing else."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP = 2
TRACK = 10  # the scrub bar under the thumbnails
_SMALLEST = 20  # narrower thumbnails show nothing; several steps then share one
_BETWEEN = 8  # between the last step and the finished picture


@dataclass(frozen=True, slots=True)
class Strip:
    """Thumbnails of `steps` steps in `rows` rows, then the finished picture, as one position each.

    Positions count from 1; `steps + 1` is the finished picture. When there are more steps than
    thumbnails fit, `group` of them share a column.
    """

    left: float
    height: float
    steps: int
    rows: int
    group: int
    columns: int
    pitch: float
    thumb_width: float
    thumb_height: float
    finish_width: float

    def column_of(self, step: int) -> int:
        """The column that shows `step`."""
        return (step - 1) // self.group

    def steps_in(self, column: int) -> range:
        """The steps that share `column`."""
        first = column * self.group + 1
        return range(first, min(first + self.group, self.steps + 1))

    def cell(self, column: int, row: int) -> QRectF:
        """Where the thumbnail of `column` lies in `row`."""
        used = self.rows * self.thumb_height + (self.rows - 1) * GAP
        top = (self.height - TRACK - used) / 2 + row * (self.thumb_height + GAP)
        x = self.left + column * self.pitch
        return QRectF(x, top, self.thumb_width, self.thumb_height)

    def finish(self) -> QRectF:
        """Where the finished picture lies."""
        x = self.left + self.columns * self.pitch + _BETWEEN
        return QRectF(x, 0, self.finish_width, self.height - TRACK)

    def extent(self, position: int) -> QRectF:
        """All that changes its look when `position` is selected."""
        if position > self.steps:
            return self.finish().adjusted(-4, -4, 4, TRACK + 4)
        column = self.column_of(position)
        x = self.left + column * self.pitch
        return QRectF(x, 0, self.pitch, self.height).adjusted(-8, -4, 8, 4)

    def center(self, position: int) -> float:
        """The x of `position` on the scrub bar."""
        if position > self.steps:
            return self.finish().center().x()
        return self.left + (position - 0.5) * self.pitch / self.group

    def position_at(self, x: float) -> int:
        """The position under `x`; the nearest one outside of the strip."""
        if x >= self.finish().left() - _BETWEEN / 2:
            return self.steps + 1
        return max(1, min(self.steps, int((x - self.left) * self.group / self.pitch) + 1))


def strip_for(
    width: float, height: float, left: float, steps: int, rows: int, aspect: float
) -> Strip:
    """Lay out `steps` steps of pictures with that aspect (width / height) in the room given."""
    room = height - TRACK
    finish_width = min(room * aspect, width / 4)
    for_steps = max(float(_SMALLEST), width - left - finish_width - _BETWEEN)
    row_height = (room - GAP * (rows - 1)) / rows
    most = max(1, int(for_steps // (_SMALLEST + GAP)))
    group = math.ceil(steps / most)
    columns = math.ceil(steps / group)
    pitch = min(for_steps / columns, row_height * aspect + GAP)
    thumb_width = pitch - GAP
    return Strip(
        left=left,
        height=height,
        steps=steps,
        rows=rows,
        group=group,
        columns=columns,
        pitch=pitch,
        thumb_width=thumb_width,
        thumb_height=thumb_width / aspect,
        finish_width=finish_width,
    )
