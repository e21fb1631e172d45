"""One of the pictures that are compared: what is known of it by now."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from sddesk.core.messages import StepDone
from sddesk.core.values import Picture
from sddesk.ui.frames import NOISY
from sddesk.ui.images import to_image

if TYPE_CHECKING:
    from sddesk.core.recall import Recalled


@dataclass(slots=True, eq=False)
class Side:
    """A picture with its steps as far as they are known; `label` is what it is called."""

    label: str
    settings: "Recalled | None" = None
    path: Path | None = None
    picture: Picture | None = None
    frames: dict[int, StepDone] = field(default_factory=dict[int, StepDone])
    steps: int = 0
    failure: str = ""
    _image: QImage | None = None  # the finished picture, for Qt

    def picture_at(self, step: int, row: str) -> Picture | None:
        """The recorded step; the finished picture after the last one, and where there are none.

        While it is made, the newest step.
        """
        frame = self.frames.get(step)
        if frame is not None:
            return frame.noisy if row == NOISY else frame.predicted
        if self.picture is not None or not self.frames:
            return self.picture
        newest = self.frames[max(self.frames)]
        return newest.noisy if row == NOISY else newest.predicted

    def image_at(self, step: int, row: str) -> QImage | None:
        """The same for Qt."""
        picture = self.picture_at(step, row)
        if picture is None or picture is not self.picture:
            return None if picture is None else to_image(picture)
        if self._image is None:
            self._image = to_image(picture)
        return self._image

    def believed(self) -> list[Picture]:
        """The predicted pictures of all steps that are known one after the other."""
        known = range(1, len(self.frames) + 1)
        return [self.frames[step].predicted for step in known if step in self.frames]

    def size(self) -> tuple[int, int] | None:
        """Width and height of the finished picture, as far as it is known."""
        if self.picture is not None:
            return self.picture.width, self.picture.height
        known = self.settings
        if known is not None and known.width and known.height:
            return known.width, known.height
        return None
