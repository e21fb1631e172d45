"""How long a training still takes, the samples that it draws included."""

import statistics
import time

from sddesk.core.training.values import SampleDrawn, StepTrained, TrainingMoment, TrainingRequest


class TimeLeft:
    """Learns from what happens how long a sample takes; of steps, the trainer knows itself."""

    def __init__(self, request: TrainingRequest) -> None:
        self._request = request
        self._last = time.monotonic()
        self._times: list[float] = []

    def see(self, moment: TrainingMoment) -> None:
        """Something has happened just now."""
        now = time.monotonic()
        if isinstance(moment, SampleDrawn):
            self._times.append(now - self._last)
        self._last = now

    def after(self, step: StepTrained) -> float:
        """The seconds that are left after this step."""
        if not self._times:
            return step.seconds_left
        every = self._request.sample_every
        columns = -(-step.steps // every) - (step.step - 1) // every
        samples = columns * len(self._request.samples)
        return step.seconds_left + samples * statistics.median(self._times[-20:])
