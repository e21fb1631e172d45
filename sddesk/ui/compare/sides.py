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
    _images: dict[tuple[int, str], QImage] = field(default_factory=dict[tuple[int, str], QImage])

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
        """The same for Qt, made once."""
        picture = self.picture_at(step, row)
        if picture is None:
            return None
        key = (step if step in self.frames else 0, row)
        if picture is not self.picture and key[0] == 0:
            return to_image(picture)
        if key not in self._images:
            self._images[key] = to_image(picture)
        return self._images[key]

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
