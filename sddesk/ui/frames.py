"""What can be looked at: one recorded step, and what of it is on show."""

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from sddesk.core.messages import StepDone
from sddesk.ui.images import to_image

NOISY, PREDICTED, BOTH = "noisy", "predicted", "both"
CHOICES = (NOISY, PREDICTED, BOTH)


@dataclass(frozen=True, slots=True)
class Frame:
    """Step `step` of `steps`, as the network saw it and as it believed the picture to be."""

    step: int
    steps: int
    noise_level: float
    noisy: QImage
    predicted: QImage

    def image(self, row: str) -> QImage:
        """The image of that row of the timeline."""
        return self.noisy if row == NOISY else self.predicted


@dataclass(frozen=True, slots=True)
class View:
    """One image and the words under it; `exact` if it is no preview, but the decoder's own."""

    image: QImage
    caption: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What the picture view shows: images side by side, and the same in words.

    `size` is that of the finished picture, of which the views may be small previews.
    """

    views: tuple[View, ...] = ()
    text: str = ""
    size: QSize | None = None


def frame_of(event: StepDone) -> Frame:
    """The frame that a finished step brings."""
    return Frame(
        event.step,
        event.steps,
        event.noise_level,
        to_image(event.noisy),
        to_image(event.predicted),
    )


def rows_of(choice: str) -> tuple[str, ...]:
    """The rows that are shown for a choice of frames."""
    return (NOISY, PREDICTED) if choice == BOTH else (choice,)
