"""What a grid comes to: pictures, evaluations, time, and what is good to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from sddesk.core.grid import evaluations
from sddesk.core.values import GenerationRequest
from sddesk.ui.progress_panel import duration

_MUCH_GUIDANCE = 10


@dataclass(frozen=True, slots=True)
class Work:
    """How much there is to do, and a remark if there is something to misunderstand."""

    text: str
    remark: str = ""
    wants_rescale: bool = False


class GridWork(QObject):
    """Learns from finished pictures how long an evaluation takes.

    Signals: none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pace: dict[tuple[str, int, int], float] = {}  # seconds of one prompt's evaluation

    def learn(self, request: GenerationRequest, seconds: float) -> None:
        """A picture took that long."""
        self._pace[_kind(request)] = seconds / max(1, _cost(request))

    def of(self, requests: Sequence[GenerationRequest]) -> Work:
        """What these pictures come to."""
        unlike = len({request.steps for request in requests}) > 1
        much = any(r.guidance_scale > _MUCH_GUIDANCE and not r.guidance_rescale for r in requests)
        rescaled = any(r.guidance_rescale for r in requests)
        wants_rescale = much and not rescaled and not unlike
        return Work(self._text(requests), self._remark(unlike, wants_rescale), wants_rescale)

    def _text(self, requests: Sequence[GenerationRequest]) -> str:
        """The time as soon as a picture of the kind was made."""
        total = sum(evaluations(request) for request in requests)
        words = self.tr("{pictures} pictures, {total} network evaluations")
        text = words.format(pictures=len(requests), total=total)
        paces = [self._pace.get(_kind(request)) for request in requests]
        if not all(pace is not None for pace in paces):
            return text
        pairs = zip(paces, requests, strict=True)
        seconds = sum((pace or 0) * _cost(request) for pace, request in pairs)
        return text + self.tr(", about {time}").format(time=duration(seconds))

    def _remark(self, unlike: bool, wants_rescale: bool) -> str:
        if unlike:
            return self.tr(
                "Step 20 of 40 is not a picture of 20 steps: with fewer steps, each takes away a"
                " larger portion of the noise."
            )
        if wants_rescale:
            return self.tr(
                "Much guidance drives the contrast up. Guidance rescale 0.7 takes it back"
                " (Lin et al. 2023)."
            )
        return ""


def _cost(request: GenerationRequest) -> int:
    """Evaluations, those with guidance counted twice: they look at two prompts."""
    return evaluations(request) * (2 if request.guidance_scale > 1 else 1)


def _kind(request: GenerationRequest) -> tuple[str, int, int]:
    """Pictures of one kind take the same time for each evaluation."""
    return request.model.fingerprint, request.width, request.height
