"""Experiments and prompts to try: what they say is filled in, and their pictures are made."""

from dataclasses import replace

from PySide6.QtCore import QObject

from sddesk.core.axes import parse_axis
from sddesk.core.experiments import Experiment
from sddesk.core.problems import Problem
from sddesk.ui.compare.compare import Compare
from sddesk.ui.concepts.concepts import Concepts
from sddesk.ui.grids import Grids
from sddesk.ui.sketch_experiments import SketchExperiments
from sddesk.ui.words.word_maps import WordMaps
from sddesk.ui.workspace import Workspace


class Experiments(QObject):
    """Each ends in a way that is open to everybody by hand as well.

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        concepts: Concepts,
        grids: Grids,
        sketches: SketchExperiments,
        compare: Compare,
        word_maps: WordMaps,
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._concepts, self._grids = workspace, concepts, grids
        self._sketches, self._compare, self._word_maps = sketches, compare, word_maps
        concepts.experiment_ready.connect(self.run)
        workspace.view.start.prompt_chosen.connect(self.try_prompt)
        self._prompt = ""  # of which the remark on show speaks
        workspace.panel.generate_requested.connect(self._forget_remark)

    def run(self, experiment: Experiment) -> None:
        """Fill in what the experiment says, keep the model, and make its picture."""
        if experiment.wants_word:
            ready = self._concepts.with_word(experiment)
            if ready is None:
                return
            experiment = ready
        panel = self._workspace.panel
        panel.history.remember()  # the words that give way
        panel.set_state(replace(experiment.form, model=panel.state().model))
        self._prompt = experiment.form.prompt
        remark = Problem(experiment.title, experiment.remark, self._without_loras())
        self._workspace.messages.show_note("experiment", remark)
        self._begin(experiment)

    def try_prompt(self, prompt: str) -> None:
        """A prompt of the start page: fill it in, keep all else, and make its picture."""
        panel = self._workspace.panel
        self._prompt = prompt
        self._workspace.messages.clear("experiment")
        off = self._without_loras()
        if off:
            note = Problem(self.tr("This is drawn by the model alone"), "", off)
            self._workspace.messages.show_note("experiment", note)
        panel.set_state(replace(panel.state(), prompt=prompt))
        panel.generate_requested.emit()

    def _without_loras(self) -> str:
        """They would change what experiments are to show; what to say of it."""
        model = self._workspace.panel.form.model.ref()
        off = self._concepts.collection.switch_loras_off(model)
        said = self.tr("switched off among the concepts, as it would change the picture: {names}")
        return said.format(names=", ".join(off)) if off else ""

    def _forget_remark(self) -> None:
        """Another prompt is no part of the experiment."""
        if self._workspace.panel.state().prompt != self._prompt:
            self._workspace.messages.clear("experiment")

    def _begin(self, experiment: Experiment) -> None:
        if experiment.rows:
            rows, columns = parse_axis(experiment.rows), parse_axis(experiment.columns)
            self._grids.fill_with(rows, columns)
        elif experiment.sketch:
            self._sketches.begin(experiment)
        elif experiment.ends == "pair":
            self._compare.with_and_without_negative()
        else:
            if experiment.ends == "words":
                self._word_maps.begin_when_shown()
            self._workspace.panel.generate_requested.emit()
