"""Who was made from whom: sketches are kept, the tree is shown, and one can go back in it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sddesk.core.problems import Problem
from sddesk.core.values import GenerationRequest, Picture
from sddesk.ui.background import Background
from sddesk.ui.picture_files import PictureFiles
from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.sketching import Sketch
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sddesk.core.ancestry import Node
    from sddesk.core.canvas.layers import State


class Lineage(QObject):
    """Files are read and written in the background; the index is asked in the history's thread.

    Signals: none.
    """

    def __init__(self, workspace: Workspace, session: Session, pictures: PictureFiles) -> None:
        super().__init__(workspace)
        self._workspace, self._pictures = workspace, pictures
        self._background = Background(self)
        self._shown: Path | None = None
        session.frozen.connect(self._keep_sketch)
        session.saved.connect(self._look)
        workspace.result_shown.connect(self._result_shown)
        workspace.lineage.chosen.connect(self.go_back)

    def go_back(self, node: "Node") -> None:
        """To a picture with its settings and its sketch, or to a sketch alone."""
        from sddesk.core.sketches import load_sketch

        source = node.path if node.is_sketch else node.sketch
        then = partial(self._arrive, node)
        if source is not None:
            self._background.run(partial(load_sketch, source), then, self._tell)
        elif node.is_sketch:
            title = self.tr("This sketch was not kept")
            hint = self.tr("the picture that was made from it can still be used as a sketch")
            self._tell(Problem(title, hint=hint))
        else:
            then(None)

    def close(self, limit_s: float) -> None:
        """Finish what is being written; the window closes."""
        self._background.close(limit_s)
        self._workspace.lineage.close_thumbnails()

    def _keep_sketch(self, request: GenerationRequest, sketch: Sketch | None) -> None:
        """A picture is about to be made: keep what it starts from, with its layers."""
        if request.init is None or sketch is None:
            return
        work = partial(_keep, self._pictures.folder, request.init, sketch)
        self._background.run(work, partial(self._kept, sketch.revision), self._tell)

    def _kept(self, revision: int, _: None) -> None:
        self._workspace.drawing_file.keep(revision)

    def _arrive(self, node: "Node", sketch: "State | None") -> None:
        self._workspace.messages.clear("lineage")
        self._workspace.drawing_file.leave(partial(self._show, node, sketch))

    def _show(self, node: "Node", sketch: "State | None") -> None:
        init, file = self._workspace.init, self._workspace.drawing_file
        if sketch is not None:
            init.open_drawing(sketch)
        elif not init.studio.blank:
            init.clear()
        file.belongs_to_nobody()
        if not node.is_sketch and node.path is not None:
            self._pictures.go_back(node.path)

    def _result_shown(self, result: Result) -> None:
        if result.path is not None:
            self._look(result.path)

    def _look(self, path: Path) -> None:
        """Look for the tree of that picture, as soon as all sketches are written."""
        self._shown = path
        self._background.run(_nothing, partial(self._look_up, path), self._tell)

    def _look_up(self, path: Path, _: None) -> None:
        from sddesk.core.ancestry import ancestry

        then = partial(self._show_tree, path)
        self._workspace.history.look_up(partial(ancestry, path=path), then, self._tell)

    def _show_tree(self, path: Path, nodes: "Sequence[Node]") -> None:
        if path != self._shown:
            return
        current = next((i for i, node in enumerate(nodes) if node.path == path), None)
        if current is not None:
            self._workspace.lineage.show_nodes(nodes, current)

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("lineage", problem)


def _keep(folder: Path, init: Picture, sketch: Sketch) -> None:
    from sddesk.core.sketches import keep_sketch

    keep_sketch(folder, init.pixel_hash(), sketch.snapshot.state())


def _nothing() -> None:
    """Only to wait for what was begun before."""
