"""What is to be learned and how: method, kind, word, and the numbers of the preset."""

from dataclasses import MISSING, asdict, fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.training.presets import OBJECT, PERSON, STYLE, preset, preset_of
from sddesk.core.training.templates import default_samples
from sddesk.core.training.values import (
    DREAMBOOTH,
    INVERSION,
    Sample,
    TrainingPicture,
    TrainingRequest,
)
from sddesk.core.values import ModelRef
from sddesk.ui.requests import random_seed
from sddesk.ui.teach.numbers import Numbers
from sddesk.ui.theme import GAP, quiet_color, set_label_color

_PORTIONS = 10  # times that samples are drawn, besides those before the first step
_SEED_LIMIT = 2**31


class MethodForm(QWidget):
    """Method and kind choose a preset, whose numbers stand below and can be changed.

    Signals:
        changed(): what is asked for is different.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._method, self._kind = QComboBox(), QComboBox()
        self._about, self._why = _words(), _words()
        self.word, self._initialiser, self._class = QLineEdit(), QLineEdit(), QLineEdit()
        self._samples = QPlainTextEdit()
        self.numbers = Numbers()
        self._top = QFormLayout()
        self._model: ModelRef | None = None
        self._fill()
        self._lay_out()
        usual = {
            one.name: one.default for one in fields(TrainingRequest) if one.default is not MISSING
        }
        self.numbers.show_values({**usual, "seed": random_seed() % _SEED_LIMIT})
        self._use_preset()
        self._connect()

    def request(self, pictures: tuple[TrainingPicture, ...]) -> TrainingRequest | None:
        """What the form says, of these pictures; None without a model."""
        if self._model is None:
            return None
        plain = TrainingRequest(
            model=self._model,
            method=self._method.currentData(),
            pictures=pictures,
            word=self.word.text().strip(),
            style=self._kind.currentData() == STYLE,
            initialiser=self._initialiser.text().strip(),
            class_word=self._class.text().strip(),
            **self.numbers.values(),
        )
        return replace(plain, samples=self._sample_list(plain))

    def show_request(self, request: TrainingRequest) -> None:
        """Fill in what that training is."""
        known = preset_of(request)
        kind = known.name if known else STYLE if request.style else OBJECT
        self.choose(request.method, kind, request.word)
        self._initialiser.setText(request.initialiser)
        self._class.setText(request.class_word)
        self.numbers.show_values(asdict(request))
        if known is None:
            self._why.setText(self.tr("The numbers below are this training's own, of no preset."))
        self._samples.setPlainText("\n".join(sample.prompt for sample in request.samples))

    def choose(self, method: str, kind: str, word: str, class_word: str = "") -> None:
        """Begin with the preset of that method and kind."""
        for box, value in ((self._method, method), (self._kind, kind)):
            box.setCurrentIndex(box.findData(value))
        self._use_preset()
        self.word.setText(word)
        self._class.setText(class_word)
        self._samples.clear()

    def set_model(self, model: ModelRef) -> None:
        """Teach this one: its own size, unless another was chosen."""
        self.numbers.set_multiple(model.size_multiple)
        before, self._model = self._model, model
        if before is None or before.defaults.width != model.defaults.width:
            self.numbers.show_values({"side": model.defaults.width})
        self._edited()

    def _fill(self) -> None:
        self._method.addItem(self.tr("Textual inversion"), INVERSION)
        self._method.addItem(self.tr("DreamBooth as LoRA"), DREAMBOOTH)
        kinds = (
            (OBJECT, self.tr("A thing")),
            (STYLE, self.tr("A style")),
            (PERSON, self.tr("A person")),
        )
        for kind, title in kinds:
            self._kind.addItem(title, kind)
        self.word.setPlaceholderText(self.tr("<toy>"))
        self._initialiser.setPlaceholderText(self.tr("what it is like, in one word"))
        self._class.setPlaceholderText(self.tr("what kind of thing it is: robot"))
        self._samples.setTabChangesFocus(True)
        self._samples.setFixedHeight(4 * self.fontMetrics().lineSpacing())

    def _lay_out(self) -> None:
        self._top.setSpacing(GAP // 2)
        rows: list[tuple[str, str, QWidget]] = [
            ("teach_method", self.tr("Method"), self._method),
            ("", "", self._about),
            ("teach_kind", self.tr("It is"), self._kind),
            ("", "", self._why),
            ("teach_word", self.tr("Word"), self.word),
            ("teach_initialiser", self.tr("Begins as"), self._initialiser),
            ("teach_class", self.tr("Class"), self._class),
        ]
        for name, title, widget in rows:
            if name:
                widget.setObjectName(name)
                widget.setAccessibleName(title)
                self._top.addRow(title, widget)
            else:
                self._top.addRow(widget)
        self._samples.setObjectName("teach_samples")
        self._samples.setAccessibleName(self.tr("Prompts of the samples, one a line"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addLayout(self._top)
        layout.addLayout(self.numbers)
        layout.addWidget(QLabel(self.tr("Prompts of the samples, {word} for the word")))
        layout.addWidget(self._samples)
        layout.addStretch(1)

    def _connect(self) -> None:
        for box in (self._method, self._kind):
            box.currentIndexChanged.connect(self._use_preset)
        for edit in (self.word, self._initialiser, self._class, self._samples):
            edit.textChanged.connect(self._edited)
        self.numbers.edited.connect(self._edited)

    def _use_preset(self) -> None:
        method = self._method.currentData()
        numbers = preset(method, self._kind.currentData())
        values: dict[str, Any] = asdict(numbers)
        values["sample_every"] = values["checkpoint_every"] = max(1, numbers.steps // _PORTIONS)
        self.numbers.show_values(values)
        self.numbers.show_method(method)
        self._initialiser.setText(numbers.initialiser)
        self._why.setText(numbers.why)
        inversion = method == INVERSION
        self._top.setRowVisible(self._initialiser, inversion)
        self._top.setRowVisible(self._class, not inversion)
        self._about.setText(
            self.tr("Adds a word to the vocabulary; the model stays as it is. A tiny file.")
            if inversion
            else self.tr("Changes the model itself, kept apart as a LoRA. Closer, and larger.")
        )
        self._edited()

    def _edited(self) -> None:
        self._show_default_samples()
        self.changed.emit()

    def _sample_list(self, request: TrainingRequest) -> tuple[Sample, ...]:
        lines = [line.strip() for line in self._samples.toPlainText().splitlines()]
        typed = tuple(Sample(line, 1 + i) for i, line in enumerate(filter(None, lines)))
        return typed or default_samples(request)

    def _show_default_samples(self) -> None:
        """What is drawn when nothing is typed."""
        request = self.request(())
        if request is not None:
            lines = [sample.prompt for sample in default_samples(request)]
            self._samples.setPlaceholderText("\n".join(lines))


def _words() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    set_label_color(label, quiet_color())
    return label
