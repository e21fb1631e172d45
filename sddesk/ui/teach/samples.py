"""The sample pictures of a training: a row for each prompt, a column for each time of drawing."""

from bisect import insort

from PySide6.QtGui import QImage


class Samples:
    """What was drawn so far, by step and number of the sample."""

    def __init__(self, prompts: tuple[str, ...] = (), expected: int = 0) -> None:
        self.prompts = prompts
        self.expected = expected  # columns when the training is at its end
        self.steps: list[int] = []
        self._images: dict[tuple[int, int], QImage] = {}

    def add(self, step: int, number: int, image: QImage) -> None:
        """One more was drawn."""
        self._images[step, number] = image
        if step not in self.steps:
            insort(self.steps, step)
            self.expected = max(self.expected, len(self.steps))

    def image(self, column: int, number: int) -> QImage | None:
        """The picture of that column, if it is drawn."""
        if not 0 <= column < len(self.steps):
            return None
        return self._images.get((self.steps[column], number))
