"""What a grid comes to: pictures, evaluations, time, and what is good to know of it."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from sddesk.core.grid import evaluations
from sddesk.core.values import GenerationRequest
from sddesk.ui.progress_panel import duration

_MUCH_GUIDANCE = 10


class GridWork(QObject):
    """Learns from finished pictures how long an evaluation takes.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pace: dict[tuple[str, int, int], float] = {}  # seconds of one evaluation

    def learn(self, request: GenerationRequest, seconds: float) -> None:
        """A picture took that long."""
        self._pace[_kind(request)] = seconds / max(1, evaluations(request))

    def text(self, requests: Sequence[GenerationRequest]) -> str:
        """How much there is to do; the time as soon as a picture of the kind was made."""
        total = sum(evaluations(request) for request in requests)
        words = self.tr("{pictures} pictures, {total} network evaluations")
        text = words.format(pictures=len(requests), total=total)
        paces = [self._pace.get(_kind(request)) for request in requests]
        if not all(pace is not None for pace in paces):
            return text
        pairs = zip(paces, requests, strict=True)
        seconds = sum((pace or 0) * evaluations(request) for pace, request in pairs)
        return text + self.tr(", about {time}").format(time=duration(seconds))

    def remark(self, requests: Sequence[GenerationRequest]) -> str:
        """What one should not misunderstand; empty if there is nothing."""
        if len({request.steps for request in requests}) > 1:
            return self.tr(
                "Step 20 of 40 is not a picture of 20 steps: with fewer steps, each takes away a"
                " larger portion of the noise."
            )
        if any(r.guidance_scale > _MUCH_GUIDANCE and not r.guidance_rescale for r in requests):
            return self.tr(
                "Much guidance drives the contrast up. Guidance rescale 0.7 takes it back: it is"
                " an axis as well."
            )
        return ""


def _kind(request: GenerationRequest) -> tuple[str, int, int]:
    """Pictures of one kind take the same time for each evaluation."""
    return request.model.fingerprint, request.width, request.height
