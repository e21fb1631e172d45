"""Going back to a step: from the timeline to a branch, and from one branch to another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.paths import AppPaths
from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import BranchPoint, GenerationRequest, check_request
from sddesk.ui.background import Background
from sddesk.ui.branch_dialog import BranchDialog
from sddesk.ui.branch_tree import BranchTree
from sddesk.ui.results import Result
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.lineage import Member


class Branching(QObject):
    """Tapes and families are read in the background; branches go where all pictures go.

    Signals:
        grid_requested(object): the `GenerationRequest` whose step a grid is to go on from.
        asking(object): the `PromptField`s of the question that is being asked.
    """

    grid_requested = Signal(object)
    asking = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        paths: Callable[[], AppPaths],
        show: Callable[[Path], None],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self._paths, self._show = background, paths, show
        self._shown: Path | None = None
        self.tree = BranchTree()
        workspace.steps.add_above(self.tree)
        workspace.steps.branch_requested.connect(self.branch_here)
        workspace.result_shown.connect(self._look_for_family)
        self.tree.chosen.connect(self._switch)

    def branch_here(self, step: int) -> None:
        """Ask what is to change after the first `step` steps of the picture on show.

        Step 0 stands for one that is still to be chosen: the steps are not there to be seen.
        """
        result, steps = self._session.result, self._workspace.steps
        if result is None or result.path is None or not steps.is_complete():
            self._tell(self._no_file())
            return
        self.branch_from(result.path, step)

    def branch_from(self, picture: Path, step: int) -> None:
        """The same for any picture that is on disk."""
        work = partial(_branch_at, picture, step, self._paths())
        self._background.run(work, self._ask, self._tell)

    def _no_file(self) -> Problem:
        if not self._workspace.steps.is_complete():
            title = self.tr("The picture of these steps is not finished")
            return Problem(title, hint=self.tr("a branch goes on from one that is saved"))
        title = self.tr("There is no picture on the disk to branch from")
        return Problem(title, hint=self.tr("make one, or choose one in the history"))

    def _ask(self, found: tuple[GenerationRequest, bool]) -> None:
        request, dropped = found
        self._workspace.messages.clear("branch")
        dialog = BranchDialog(request, self._workspace.shell, dropped=dropped)
        dialog.chosen.connect(self._go_on)
        dialog.grid_requested.connect(self.grid_requested)
        self.asking.emit(dialog.fields())
        dialog.show()

    def _go_on(self, request: GenerationRequest) -> None:
        try:
            request = self._session.finish(request)
            check_request(request)
        except ProblemError as error:
            self._tell(error.problem)
            return
        self._session.jobs.add([request])

    def _look_for_family(self, result: Result) -> None:
        from sddesk.core.lineage import family

        self._shown = result.path
        if result.path is not None:
            then = partial(self._show_family, result.path)
            self._background.run(partial(family, result.path), then, _ignore)

    def _show_family(self, path: Path, members: "Sequence[Member]") -> None:
        if path == self._shown:
            self.tree.show_family(members, path)

    def _switch(self, path: Path) -> None:
        if path != self._shown:
            self._workspace.steps.keep_step()
            self._show(path)

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("branch", problem)


def _ignore(_: Problem) -> None:
    """A picture that cannot be read has told so when it was opened."""


def _branch_at(picture: Path, step: int, paths: AppPaths) -> tuple[GenerationRequest, bool]:
    """The request, and whether its tape was dropped; without a step it keeps half of them."""
    from sddesk.core.remaking import branch_request

    request = branch_request(picture, step, paths)
    assert request.branch is not None
    tape = request.branch.tape
    if not step:
        request = replace(request, branch=BranchPoint(tape, request.steps_run // 2))
    return request, not tape.exists()
