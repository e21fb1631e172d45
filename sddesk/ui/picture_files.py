"""Files that come to the window and go from it: opened, dropped, recalled, saved, shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from sddesk.core.problems import Problem, disk_problem
from sddesk.core.values import ModelRef
from sddesk.ui.background import Background
from sddesk.ui.canvas.placing import LARGEST
from sddesk.ui.requests import PARTS, restore
from sddesk.ui.restore_dialog import RestoreDialog
from sddesk.ui.results import Result, save_copy
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.dropped import (
        DroppedConcepts,
        DroppedDrawing,
        DroppedLayer,
        DroppedModel,
        DroppedPicture,
        DroppedSheet,
    )
    from sddesk.core.models import FoundModel
    from sddesk.core.recall import Recalled

ALL = frozenset(PARTS)
_RECALLS = {"all": ALL, "prompt": frozenset({"prompt", "negative"}), "seed": frozenset({"seed"})}


class PictureFiles(QObject):
    """Disks are read and written in the background; what comes of it is shown.

    Signals:
        model_dropped(object): the `ModelRef` of a folder that the user wants to use.
        sheet_dropped(object): a `DroppedSheet`, whose settings are in the form now.
        concept_dropped(object): the `Path` of a learned word or a LoRA.
        concepts_dropped(object): the `Path` of a folder of them.
        recalled(object): the `Recalled` whose prompt is in the form now.
    """

    model_dropped = Signal(object)
    sheet_dropped = Signal(object)
    concept_dropped = Signal(object)
    concepts_dropped = Signal(object)
    recalled = Signal(object)

    def __init__(
        self, workspace: Workspace, session: Session, background: Background, folder: Path
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self.folder = background, folder
        self._found: Sequence[FoundModel] | None = None
        self._waiting: list[Path] = []
        workspace.open_requested.connect(self._ask_what_to_open)
        workspace.open_chosen.connect(self.open)
        workspace.save_requested.connect(self._ask_where_to_save)
        workspace.save_chosen.connect(self.save)
        workspace.folder_requested.connect(self.show_folder)
        workspace.init.dropped.connect(self._drop_on_canvas)
        workspace.init.open_requested.connect(self._ask_for_init)
        workspace.init_chosen.connect(self.use_as_init)
        workspace.dropped.connect(self.drop)
        workspace.history.open_requested.connect(self.show_only)
        workspace.history.recall_requested.connect(self.recall)
        workspace.history.init_requested.connect(self.use_as_init)

    def models_arrived(self, found: Sequence["FoundModel"]) -> None:
        """Pictures name their models; now those can be looked up."""
        self._found = found
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            self.open(path)

    def open(self, path: Path) -> None:
        """Show the picture at `path` and put its settings into the form; draw on a drawing."""
        if path.suffix.lower() == ".ora":
            self.use_as_init(path)
        elif self._found is None:
            self._waiting.append(path)
        else:
            self._look(path, self._show_and_restore)

    def show_only(self, path: Path) -> None:
        """Show the picture with its steps; the form stays."""
        self._look(path, self._show)

    def go_back(self, path: Path) -> None:
        """Show the picture and restore its settings; its sketch is on the canvas already."""
        self._look(path, self._go_back)

    def recall(self, path: Path, what: str) -> None:
        """Put "all", "prompt" or "seed" of the picture into the form."""
        self._look(path, partial(self._restore, parts=_RECALLS[what]))

    def use_as_init(self, path: Path) -> None:
        """Start from the picture at `path`."""
        from sddesk.core.dropped import look_at_layer

        work = partial(look_at_layer, path, LARGEST)
        self._background.run(work, self._lay_on_canvas, self._tell)

    def drop(self, paths: Sequence[Path]) -> None:
        """Files were dropped on the window: find out what they are, and what they are good for.

        Of several, the first counts, and all that may be concepts.
        """
        from sddesk.core.dropped import look_at_drop, may_be_concept

        for path in [*paths[:1], *filter(may_be_concept, paths[1:])]:
            self._background.run(partial(look_at_drop, path), self._dropped, self._tell)

    def _drop_on_canvas(self, path: Path) -> None:
        from sddesk.core.dropped import may_be_concept

        if may_be_concept(path):
            self.drop([path])
        else:
            self.use_as_init(path)

    def save(self, path: Path) -> None:
        """Save the finished picture at `path`, with its settings."""
        result = self._session.result
        if result is not None:
            work = partial(save_copy, result, path)
            self._background.run(work, self._saved, self._tell)

    def show_folder(self) -> None:
        """Open the folder of the pictures in the system's file manager."""
        result = self._session.result
        folder = self.folder if result is None or result.path is None else result.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._tell(disk_problem(error, f"opening {folder}").problem)
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            title = self.tr("The folder could not be shown")
            self._tell(Problem(title, str(folder), self.tr("open it in your file manager")))

    def _look(self, path: Path, then: Callable[["DroppedPicture"], None]) -> None:
        from sddesk.core.dropped import look_at_file

        self._background.run(partial(look_at_file, path), then, self._tell)

    def _ask_what_to_open(self) -> None:
        self._workspace.ask_what_to_open(self.folder, self._workspace.open_chosen)

    def _ask_for_init(self) -> None:
        self._workspace.ask_what_to_open(self.folder, self._workspace.init_chosen)

    def _ask_where_to_save(self) -> None:
        result = self._session.result
        if result is not None:
            name = "picture.png" if result.path is None else result.path.name
            self._workspace.ask_where_to_save(Path.home() / name)

    def _dropped(
        self,
        found: "DroppedPicture | DroppedSheet | DroppedModel | DroppedDrawing | DroppedConcepts",
    ) -> None:
        from sddesk.core.dropped import (
            DroppedConcepts,
            DroppedDrawing,
            DroppedModel,
            DroppedPicture,
            DroppedSheet,
        )

        if isinstance(found, DroppedModel):
            self.model_dropped.emit(found.ref)
        elif isinstance(found, DroppedConcepts):
            signal = self.concepts_dropped if found.several else self.concept_dropped
            signal.emit(found.path)
        elif isinstance(found, DroppedSheet):
            whole = DroppedPicture(found.path, found.picture, found.sheet.base, None)
            self._restore(whole, parts=ALL)
            self.sheet_dropped.emit(found)
        elif isinstance(found, DroppedDrawing):
            self._lay_on_canvas(found)
        elif found.recalled is None:
            self.use_as_init(found.path)
        else:
            self._ask_for_parts(found, found.recalled)

    def _ask_for_parts(self, found: "DroppedPicture", recalled: "Recalled") -> None:
        dialog = RestoreDialog(found.path.name, recalled.prompt, self._workspace.shell)
        dialog.parts_chosen.connect(partial(self._restore_parts, found))
        dialog.init_chosen.connect(partial(self.use_as_init, found.path))
        dialog.show()

    def _restore_parts(self, found: "DroppedPicture", parts: frozenset[str]) -> None:
        self._show(found)
        self._restore(found, parts=parts)

    def _lay_on_canvas(self, found: "DroppedLayer | DroppedDrawing") -> None:
        from sddesk.core.dropped import DroppedDrawing

        self._workspace.messages.clear("file")
        if isinstance(found, DroppedDrawing):
            self._workspace.drawing_file.leave(partial(self._open_drawing, found))
        else:
            self._workspace.init.add_pixels(found.pixels, found.name, found.pixel_hash)

    def _open_drawing(self, found: "DroppedDrawing") -> None:
        self._workspace.init.open_drawing(found.state)
        self._workspace.drawing_file.belongs_to(found.path)

    def _show_and_restore(self, found: "DroppedPicture") -> None:
        self._show(found)
        if found.recalled is None:
            title = self.tr("This picture carries no settings")
            hint = self.tr("the settings stay as they are; drop it to start from it")
            self._tell(Problem(title, found.path.name, hint))
        else:
            self._restore(found, parts=ALL)

    def _go_back(self, found: "DroppedPicture") -> None:
        recalled = found.recalled
        self._show_and_restore(
            found if recalled is None else replace(found, recalled=replace(recalled, parent=None))
        )

    def _show(self, found: "DroppedPicture") -> None:
        model = self._model_of(found.recalled)
        result = Result(found.picture, None, found.path, found.tape, model, found.text)
        self._workspace.messages.clear("file")
        self._session.show_opened(result, found.path.name)

    def _model_of(self, recalled: "Recalled | None") -> ModelRef | None:
        """The very model that made the picture: no other can show its steps."""
        if recalled is None or recalled.fingerprint is None:
            return None
        return self.model_with(recalled.fingerprint)

    def model_with(self, fingerprint: str) -> ModelRef | None:
        """The model with these weights, if it is here."""
        models = (model.ref for model in self._found or ())
        return next((ref for ref in models if ref and ref.fingerprint == fingerprint), None)

    def _restore(self, found: "DroppedPicture", parts: frozenset[str]) -> None:
        if found.recalled is None:
            self._tell(Problem(self.tr("This picture carries no settings"), found.path.name))
            return
        panel = self._workspace.panel
        panel.history.remember()  # the words that give way
        restored = restore(found.recalled, self._found or (), panel.state(), parts)
        panel.set_state(restored.form)
        self._workspace.messages.clear("file")
        if restored.problem is not None:
            self._tell(restored.problem)
        if "prompt" in parts:
            self.recalled.emit(found.recalled)

    def _saved(self, _: None) -> None:
        self._workspace.messages.clear("file")

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("file", problem)
