"""Concepts in the window: from files to cards, from cards to pictures, from pictures to cards."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.concepts.index import folders_in
from sddesk.core.concepts.matching import as_seen
from sddesk.core.concepts.notes import Known
from sddesk.core.concepts.restoring import Restoring, restoring
from sddesk.core.concepts.switched import applied
from sddesk.core.concepts.values import EMBEDDING, LORA, ConceptCard
from sddesk.core.experiments import Experiment
from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem
from sddesk.core.prompt_language import spelled
from sddesk.core.settings import Settings
from sddesk.core.values import ConceptUse, GenerationRequest
from sddesk.ui.concepts.collection import Collection, Entry
from sddesk.ui.concepts.prompt_words import PromptWords
from sddesk.ui.concepts.questions import WhichQuestion, WordQuestion
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.recall import Recalled
    from sddesk.ui.prompt_field import PromptField

_TOPIC = "concepts"


class Concepts(QObject):
    """Joins the collection with its panel, with the prompts, and with pictures that are recalled.

    Signals:
        changed(): folders or switches are different.
        experiment_ready(object): the `Experiment` that waited for a learned word.
    """

    changed = Signal()
    experiment_ready = Signal(object)

    def __init__(self, workspace: Workspace, paths: AppPaths, settings: Settings) -> None:
        super().__init__(workspace)
        self._workspace, self._panel = workspace, workspace.concepts
        self._bare_paths = paths
        self.folders = list(settings.concept_folders)
        self.collection = Collection(self._paths, settings.concepts, self)
        self._missing: tuple[ConceptUse, ...] = ()
        self._recalled: Recalled | None = None  # a picture that came before the cards did
        self._waiting: Experiment | None = None
        self._names: list[str] = []
        fields = (workspace.panel.prompt, workspace.panel.negative)
        self._helps = [PromptWords(field, self._known, lambda: self._names) for field in fields]
        workspace.panel.words = self.words
        self._panel.show_folders(self.folders)
        self._connect()

    def help_with(self, fields: Sequence["PromptField"]) -> None:
        """Colour and complete in these fields, too."""
        for field in fields:
            PromptWords(field, self._known, lambda: self._names).refresh()

    def finish(self, request: GenerationRequest) -> GenerationRequest:
        """The request with the concepts that take part in it; raises `ProblemError`."""
        return applied(request, self.collection.switched(), self._bare_paths.wildcards)

    def words(self) -> list[str]:
        """What the concepts that are on answer to."""
        switched = self.collection.switched()
        return [word for one in switched if one.on for word in one.card.said]

    def take(self, path: Path) -> None:
        """A concept was dropped: add a copy of it."""
        self._workspace.docks.show("concepts")
        self.collection.take_in(path)

    def take_all(self, paths: Sequence[Path]) -> None:
        """Several were chosen."""
        for path in paths:
            self.take(path)

    def add_folder(self, folder: Path) -> None:
        """Read a folder in place from now on; in A1111's own, those of its concepts."""
        new = [str(path) for path in folders_in(folder) if str(path) not in self.folders]
        self._set_folders([*self.folders, *new])
        self._workspace.docks.show("concepts")

    def restore(self, recalled: "Recalled") -> None:
        """Switch on what a picture was made with, and say what of it is not here."""
        if not self.collection.is_known:
            self._recalled = recalled
            return
        asked = restoring(recalled, self.collection.switched())
        self._missing = asked.missing
        for one in asked.switches:
            self.collection.set_switch(one)
        self._tell_missing(asked)
        self._refresh()

    def with_word(self, experiment: Experiment) -> Experiment | None:
        """The experiment with the learned word that ships, or None while one is asked for."""
        folder = self._bare_paths.concept_box
        cards = [entry.found.card for entry in self.collection.entries if entry.on]
        box = [card for card in cards if card is not None and card.path.is_relative_to(folder)]
        if self.collection.is_known and box:
            return experiment.with_word(spelled(box[0].words[0]))
        self._waiting = experiment
        if self.collection.is_known:
            title = self.tr("This experiment needs a learned word")
            hint = self.tr("choose or drop a file that teaches one")
            self._tell(Problem(title, experiment.title, hint))
            self._workspace.docks.show("concepts")
            self._panel.ask_for_files()
        return None

    def close(self) -> None:
        """The window closes."""
        self.collection.close()
        self._panel.close_thumbnails()

    def _connect(self) -> None:
        panel, collection, form = self._panel, self.collection, self._workspace.panel.form
        panel.switched.connect(lambda entry, on: collection.set_on(_card(entry), on=on))
        panel.weight_chosen.connect(lambda entry, w: collection.set_weight(_card(entry), w))
        panel.word_chosen.connect(self._rename)
        panel.insert_requested.connect(self._insert)
        panel.remove_requested.connect(collection.remove)
        panel.undo_requested.connect(collection.bring_back)
        panel.files_chosen.connect(self.take_all)
        panel.folder_chosen.connect(self.add_folder)
        panel.folder_dropped.connect(self._forget_folder)
        form.model_changed.connect(self._refresh)
        collection.changed.connect(self._collection_changed)
        collection.scanned.connect(self._scanned)
        collection.taken.connect(self._taken)
        collection.undoable.connect(panel.show_removed)
        collection.word_wanted.connect(self._ask_for_word)
        collection.failed.connect(self._tell)

    def _paths(self) -> AppPaths:
        return self._bare_paths.with_folders("", "", self.folders)

    def _known(self) -> Known:
        model = self._workspace.panel.form.model.ref()
        wildcards = self._bare_paths.wildcards
        return Known(self.collection.switched(), model, wildcards, self._missing)

    # The collection has changed

    def _collection_changed(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        model = self._workspace.panel.form.model.ref()
        self._panel.show_entries(self.collection.entries, model)
        self._names = self._all_names()
        for help_ in self._helps:
            help_.refresh()

    def _all_names(self) -> list[str]:
        """What can be said in a prompt and works."""
        model = self._workspace.panel.form.model.ref()
        names = [model.word] if model is not None and model.word else []
        for one in self.collection.switched():
            fits = model is None or not one.misfit(model)
            if fits and one.card.kind == LORA:
                names.append(f"<lora:{one.card.name}:1>")
            if fits and one.on:
                names += map(spelled, one.card.said)
        files = self._bare_paths.wildcards.rglob("*.txt")
        root = self._bare_paths.wildcards
        names += [f"__{file.relative_to(root).with_suffix('').as_posix()}__" for file in files]
        return list(dict.fromkeys(names))

    def _scanned(self) -> None:
        recalled, self._recalled = self._recalled, None
        if recalled is not None:
            self.restore(recalled)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.experiment_ready.emit(waiting)

    def _taken(self, card: ConceptCard) -> None:
        """A file is here: switch it on, or ask which one its word is to call."""
        self._missing = tuple(use for use in self._missing if not card.hash.startswith(use.hash))
        if not self._missing:
            self._workspace.messages.clear(_TOPIC)
        self._panel.select(card.path)
        rival = self._rival(card)
        if rival is None:
            self.collection.set_on(card, on=True)
            self._go_on(card)
            return
        self.collection.set_on(card, on=False)
        question = WhichQuestion(card.title, card.name, rival.name, self._workspace.shell)
        question.answered.connect(partial(self._decide, card, rival))
        question.show()

    def _rival(self, card: ConceptCard) -> ConceptCard | None:
        """Another concept that is on, fits the same models and has the same word."""
        words = set(map(as_seen, card.words))
        for one in self.collection.switched():
            other = one.card
            same = other.widths == card.widths and other.hash != card.hash
            if one.on and same and words & set(map(as_seen, other.words)):
                return other
        return None

    def _decide(self, card: ConceptCard, rival: ConceptCard, answer: str) -> None:
        if answer == "rename":
            self._ask(
                self.tr("Which word is to call {name}?").format(name=card.name),
                card.name,
                partial(self._rename_taken, card),
            )
        elif answer == "new":
            self.collection.set_on(rival, on=False)
            self.collection.set_on(card, on=True)
            self._go_on(card)

    def _rename_taken(self, card: ConceptCard, word: str) -> None:
        self.collection.set_on(card, on=True)
        self.collection.rename(card, word)

    def _go_on(self, card: ConceptCard) -> None:
        """An experiment may have waited for this word."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        if card.kind == EMBEDDING:
            self.experiment_ready.emit(waiting.with_word(spelled(card.words[0])))
        else:
            title = self.tr("That file is a LoRA, and the experiment needs a learned word")
            self._tell(Problem(title, card.name))

    # What the user does

    def _insert(self, entry: Entry) -> None:
        card = _card(entry)
        field = self._workspace.panel.last_field()
        if card.kind == LORA:
            tag = f"<lora:{card.name}:{entry.weight:g}>"
            field.insert(" ".join((tag, *map(spelled, card.said))))
        else:
            field.insert(", ".join(map(spelled, card.words)))
            if not entry.on:
                self.collection.set_on(card, on=True)

    def _rename(self, entry: Entry, word: str) -> None:
        card = _card(entry)
        if entry.own:
            self.collection.rename(card, word)
        else:  # the user's own file is not touched
            self.collection.take_in(entry.found.path, word)

    def _ask_for_word(self, path: Path) -> None:
        question = self.tr("{name} does not say which word it teaches. Which word is to call it?")
        self._ask(
            question.format(name=path.name), path.stem, partial(self.collection.take_in, path)
        )

    def _ask(self, question: str, proposal: str, then: Callable[[str], None]) -> None:
        dialog = WordQuestion(question, proposal, self._workspace.shell)
        dialog.answered.connect(then)
        dialog.show()

    def _forget_folder(self, folder: Path) -> None:
        self._set_folders([one for one in self.folders if one != str(folder)])

    def _set_folders(self, folders: list[str]) -> None:
        self.folders = folders
        self._panel.show_folders(folders)
        self.collection.scan()
        self.changed.emit()

    def _tell_missing(self, asked: Restoring) -> None:
        if not asked.remarks:
            self._workspace.messages.clear(_TOPIC)
            return
        title = self.tr("Concepts of this picture are not here")
        hint = self.tr("drop their files on the window; without them it will come out differently")
        self._tell(Problem(title, "; ".join(asked.remarks), hint))

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem(_TOPIC, problem)


def _card(entry: Entry) -> ConceptCard:
    assert entry.found.card is not None
    return entry.found.card
