"""What is to be different from a recorded step on."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from sddesk.core.grid import evaluations, kept_evaluations
from sddesk.core.values import BranchPoint, GenerationRequest
from sddesk.ui.number_fields import GuidanceBox, ShareBox, ranged_box
from sddesk.ui.prompt_field import PromptField
from sddesk.ui.theme import GAP, quiet_color, set_label_color


class BranchDialog(QDialog):
    """Prompt, negative prompt and guidance from a step on; the window goes on meanwhile.

    Signals:
        chosen(object): the `GenerationRequest` of the branch.
        grid_requested(object): the same, of which a grid is to be made.
    """

    chosen = Signal(object)
    grid_requested = Signal(object)

    def __init__(
        self, request: GenerationRequest, parent: QWidget, *, dropped: bool = False
    ) -> None:
        """`dropped` tells that the tape is gone, and computed again first."""
        super().__init__(parent)
        assert request.branch is not None
        self._dropped = dropped
        self._request, self._tape = request, request.branch.tape
        self.setObjectName("branch_dialog")
        self.setWindowTitle(self.tr("Branch here"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(56 * GAP)
        self._prompt = PromptField("branch_prompt", self.tr("Prompt"), "", 3)
        self._negative = PromptField("branch_negative", self.tr("Negative prompt"), "", 2)
        self._guidance, self._rescale = GuidanceBox(), ShareBox()
        self._kept = ranged_box(0, request.steps_run - 1)
        self._work = QLabel()
        self._fill(request.branch.step)
        self._lay_out()
        self._count()
        self._prompt.edit.setFocus()

    def fields(self) -> tuple[PromptField, PromptField]:
        """Prompt and negative prompt."""
        return self._prompt, self._negative

    def request(self) -> GenerationRequest:
        """The branch as the fields describe it."""
        return replace(
            self._request,
            prompt=self._prompt.text(),
            negative_prompt=self._negative.text(),
            guidance_scale=self._guidance.value(),
            guidance_rescale=self._rescale.value(),
            branch=BranchPoint(self._tape, self._kept.value()),
        )

    def _fill(self, step: int) -> None:
        self._prompt.set_text(self._request.prompt)
        self._negative.set_text(self._request.negative_prompt)
        self._guidance.setValue(self._request.guidance_scale)
        self._rescale.setValue(self._request.guidance_rescale)
        self._kept.setValue(step)
        self._kept.valueChanged.connect(self._count)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(GAP)
        total = self.tr("of {steps} steps").format(steps=self._request.steps_run)
        self._kept.setSuffix(f" {total}")
        rows = (
            ("branch_kept", self.tr("Keep"), self._kept),
            ("branch_guidance", self.tr("Guidance"), self._guidance),
            ("branch_rescale", self.tr("Guidance rescale"), self._rescale),
        )
        for name, title, field in rows:
            field.setObjectName(name)
            field.setAccessibleName(title)
            form.addRow(title, field)
        hint = self.tr("0.7 takes back the contrast that much guidance adds (Lin et al. 2023)")
        self._rescale.setToolTip(hint)
        set_label_color(self._work, quiet_color())
        self._work.setObjectName("branch_work")
        self._work.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._prompt)
        layout.addWidget(self._negative)
        layout.addLayout(form)
        layout.addWidget(self._work)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        go_on = buttons.addButton(
            self.tr("Go on from here"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        grid = buttons.addButton(
            self.tr("&Grid from here…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        grid.setObjectName("branch_grid")
        grid.setToolTip(self.tr("Many ways on from this step, side by side"))
        grid.clicked.connect(partial(self._choose, self.grid_requested))
        go_on.setObjectName("branch_go_on")
        for button in (cancel, grid):  # Return goes on
            button.setAutoDefault(False)
        go_on.setDefault(True)
        buttons.accepted.connect(partial(self._choose, self.chosen))
        buttons.rejected.connect(self.reject)
        return buttons

    def _count(self) -> None:
        request = self.request()
        words = self.tr(
            "{made} network evaluations, {saved} saved. Sampler, steps, size, seed and model stay."
        )
        saved = kept_evaluations(request, self._kept.value())
        text = words.format(made=evaluations(request), saved=saved)
        if self._dropped:
            whole = evaluations(replace(request, branch=None))
            again = self.tr(
                "The steps were deleted to make room: they are computed again first,"
                " {count} evaluations. "
            )
            text = again.format(count=whole) + text
        self._work.setText(text)

    def _choose(self, signal: SignalInstance) -> None:
        request = self.request()
        self.accept()
        signal.emit(request)
