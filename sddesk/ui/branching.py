"""Going back to a step: from the timeline to a branch, and from one branch to another."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sddesk.core.problems import Problem, ProblemError
from sddesk.core.values import GenerationRequest, check_request
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

    Signals: none.
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        folders: Callable[[], tuple[Path, ...]],
        show: Callable[[Path], None],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session = workspace, session
        self._background, self._folders, self._show = background, folders, show
        self._shown: Path | None = None
        self.tree = BranchTree()
        workspace.steps.add_above(self.tree)
        workspace.steps.branch_requested.connect(self.branch_here)
        workspace.result_shown.connect(self._look_for_family)
        self.tree.chosen.connect(self._switch)

    def branch_here(self, step: int) -> None:
        """Ask what is to change after the first `step` steps of the picture on show."""
        from sddesk.core.tapes import read_branch_request

        result = self._session.result
        if result is None or result.tape is None:
            self._tell(self._no_tape(result))
            return
        work = partial(read_branch_request, result.tape, step, self._folders())
        self._background.run(work, self._ask, self._tell)

    def _no_tape(self, result: Result | None) -> Problem:
        if result is not None and result.path is None:
            title = self.tr("The steps of this picture are not on the disk yet")
            return Problem(title, hint=self.tr("wait until it is saved"))
        title = self.tr("The steps of this picture are not there any more")
        return Problem(title, hint=self.tr("take over its settings and generate it again"))

    def _ask(self, request: GenerationRequest) -> None:
        self._workspace.messages.clear("branch")
        dialog = BranchDialog(request, self._workspace.shell)
        dialog.chosen.connect(self._go_on)
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
