"""From the picture or the grid on show to an animation in a file."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sddesk.core.messages import Cancelled, DecodeTape, Event, Failed, Finished, FrameDecoded, Job
from sddesk.core.problems import Problem, ProblemError
from sddesk.ui.animation.maker import Made, Maker
from sddesk.ui.animation.scene import GRID, OTHER, PAIR, PICTURE, SOME
from sddesk.ui.background import Background
from sddesk.ui.session import Session
from sddesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from sddesk.core.animation.store import FrameStore
    from sddesk.core.animation.values import Look
    from sddesk.ui.animation.dialog import AnimateDialog
    from sddesk.ui.animation.scene import GridOnShow, Scene


class Animating(QObject):
    """Steps are decoded by the worker, kept in a file, and drawn and written beside both threads.

    Signals:
        other_chosen(object): the `Path` of a picture to stand beside the one on show.
    """

    other_chosen = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        background: Background,
        folders: Callable[[], tuple[Path, ...]],
        grid: "Callable[[], GridOnShow | None]",
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._jobs, self._session = workspace, session.jobs, session
        self._background, self._folders, self._grid = background, folders, grid
        self._look: Look | None = None  # of last time
        self._kind, self._folder = "webp", Path.home()
        self.dialog: AnimateDialog | None = None
        self._maker: Maker | None = None
        self._scene: Scene | None = None
        self._store: FrameStore | None = None
        self._decoding: tuple[int, int] | None = None  # the job, and which evolution it is of
        self._paths: dict[str, list[Path]] = {}
        self._jobs.happened.connect(self._on_event)
        self.other_chosen.connect(self._show_beside)

    def open(self) -> None:
        """Animate the grid or the picture on show."""
        self._paths = {}
        result = self._session.result
        if result is not None and result.tape is not None:
            self._paths[PICTURE] = self._paths[OTHER] = [result.path or result.tape]
        grid = self._grid()
        if grid is not None and grid.files:
            self._paths[GRID] = []
        if not self._paths:
            hint = self.tr("generate one, or open one that has its tape beside it")
            title = self.tr("There is no picture with recorded steps to animate")
            self._tell(Problem(title, hint=hint))
            return
        self._begin(GRID if GRID in self._paths else PICTURE)
        if result is not None and result.path is not None and PICTURE in self._paths:
            from sddesk.ui.animation.scene import parent_of

            work, then = partial(parent_of, result.path), partial(self._offer_pair, result.path)
            self._background.run(work, then, lambda _: None)

    def open_files(self, paths: Sequence[Path]) -> None:
        """Animate these pictures side by side, in lockstep."""
        if paths:
            self._paths = {SOME: list(paths)}
            self._begin(SOME)

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        if self.dialog is not None:
            self.dialog.reject()

    def _begin(self, source: str) -> None:
        from sddesk.core.animation.values import Look
        from sddesk.ui.animation.dialog import AnimateDialog

        self.close()
        self._workspace.messages.clear("animation")
        look, shell = self._look or Look(scale=None), self._workspace.shell
        self.dialog = dialog = AnimateDialog(look, self._kind, shell)
        self._maker = maker = Maker()
        dialog.changed.connect(self._changed)
        dialog.source_chosen.connect(self._choose)
        dialog.cancel_requested.connect(self._cancel)
        dialog.save_chosen.connect(self._save)
        dialog.closed.connect(self._closed)
        maker.progressed.connect(self._show_writing)
        maker.made.connect(dialog.show_made)
        maker.kept.connect(self._kept)
        maker.failed.connect(self._failed)
        self._offer(source)
        dialog.show()
        self._choose(source)

    def _offer(self, current: str) -> None:
        titles = {
            PICTURE: self.tr("This picture"),
            PAIR: self.tr("With what it branched from"),
            OTHER: self.tr("Beside another picture…"),
            SOME: self.tr("The chosen pictures"),
            GRID: self.tr("The grid"),
        }
        if self.dialog is not None:
            offered = {name: title for name, title in titles.items() if name in self._paths}
            self.dialog.form.set_sources(offered, current)

    def _offer_pair(self, path: Path, parent: Path | None) -> None:
        if parent is not None and self._paths.get(PICTURE) == [path]:
            self._paths[PAIR] = [parent, path]
            self._offer(GRID if self._scene is not None and self._scene.grid else PICTURE)

    # What is shown

    def _choose(self, source: str) -> None:
        from sddesk.ui.animation.scene import read_grid, read_row

        grid = self._grid()
        if source == OTHER:
            folder = self._paths[OTHER][0].parent
            self._workspace.ask_what_to_open(folder, self.other_chosen)
        elif source == GRID and grid is not None:
            self._read(partial(read_grid, grid, self._folders()))
        else:
            self._read(partial(read_row, self._paths[source], self._folders()))

    def _show_beside(self, path: Path) -> None:
        from sddesk.ui.animation.scene import read_row

        if self.dialog is not None:
            self._read(partial(read_row, [*self._paths[OTHER], path], self._folders()))

    def _read(self, work: "Callable[[], Scene]") -> None:
        if self.dialog is not None:
            self._forget()
            self.dialog.forget()
            self.dialog.show_idle(self.tr("Reading the tapes…"))
            self._background.run(work, partial(self._show, self.dialog), self._failed)

    def _show(self, dialog: "AnimateDialog", scene: "Scene") -> None:
        from sddesk.core.animation.store import FrameStore

        if dialog is not self.dialog:
            return
        try:
            self._scene, self._store = scene, FrameStore()
        except ProblemError as error:
            self._failed(error.problem)
            return
        dialog.folder = self._folder
        dialog.name = f"{scene.evolutions[0].tape.name.partition('.')[0]}-steps"
        self._go_on()

    def _changed(self) -> None:
        """What was asked for before is not to be finished."""
        assert self._maker is not None
        self._maker.stop()
        self._go_on()

    # Decoding, then writing

    def _go_on(self) -> None:
        from sddesk.core.animation.film import wanted

        dialog, scene, store = self.dialog, self._scene, self._store
        if dialog is None or scene is None or store is None or self._decoding is not None:
            return
        look = dialog.form.look()
        for index, frames in enumerate(wanted(scene.evolutions, look)):
            missing = tuple(one for one in frames if (index, *one) not in store)
            if missing:
                self._decode(index, missing)
                return
        assert self._maker is not None
        dialog.show_work(self.tr("Writing…"), 0, 0)
        kind = dialog.form.kind()
        self._maker.make(partial(scene.film, look, store, kind), kind)

    def _decode(self, index: int, frames: tuple[tuple[int, bool], ...]) -> None:
        assert self._scene is not None
        assert self.dialog is not None
        one = self._scene.evolutions[index]
        job = self._jobs.submit(lambda job_id: DecodeTape(job_id, one.tape, one.model, frames))
        self._decoding = (job.id, index)
        self.dialog.show_work(self.tr("Waiting for the decoder…"), 0, 0)

    def _on_event(self, event: Event, job: Job) -> None:
        if self._decoding is None or job.id != self._decoding[0]:
            return
        match event:
            case FrameDecoded():
                self._keep_frame(event)
            case Finished():
                self._decoding = None
                self._go_on()
            case Failed():
                self._decoding = None
                self._failed(event.problem)
            case Cancelled():  # from elsewhere
                self._decoding = None
                self._cancel()
            case _:
                pass

    def _keep_frame(self, event: FrameDecoded) -> None:
        assert self._decoding is not None
        if self._store is None or self.dialog is None:
            return
        _, index = self._decoding
        try:
            self._store.add((index, event.step, event.predicted), event.picture)
        except ProblemError as error:
            self._stop_decoding()
            self._failed(error.problem)
            return
        self.dialog.preview.show_picture(event.picture)
        self._show_decoding()

    def _show_decoding(self) -> None:
        from sddesk.core.animation.film import decoded

        if self.dialog is None or self._scene is None or self._store is None:
            return
        done, total = decoded(self._scene.evolutions, self.dialog.form.look(), self._store)
        words = self.tr("Decoding step {done} of {total}").format(done=done, total=total)
        self.dialog.show_work(words, done, total)

    def _show_writing(self, done: int, total: int) -> None:
        if self.dialog is not None:
            words = self.tr("Writing frame {done} of {total}").format(done=done, total=total)
            self.dialog.show_work(words, done, total)

    def _cancel(self) -> None:
        assert self._maker is not None
        self._maker.stop()
        self._stop_decoding()
        if self.dialog is not None:
            self.dialog.show_idle(self.tr("Stopped"), again=True)

    def _stop_decoding(self) -> None:
        if self._decoding is not None:
            job, _ = self._decoding
            self._decoding = None
            self._jobs.stop(job)

    # To the disk

    def _save(self, path: Path) -> None:
        if self.dialog is not None and self._maker is not None:
            made: Made | None = self.dialog.made()
            if made is not None:
                self._maker.keep(made, path)

    def _kept(self, path: Path) -> None:
        self._folder = path.parent
        if self.dialog is not None:
            self.dialog.folder = self._folder
            self.dialog.show_idle(self.tr("Saved as {name}").format(name=path.name))

    def _failed(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.show_problem(problem, again=self._scene is not None)

    def _tell(self, problem: Problem) -> None:
        self._workspace.messages.show_problem("animation", problem)

    def _forget(self) -> None:
        """Another scene comes, or none."""
        self._stop_decoding()
        if self._maker is not None:
            self._maker.stop()
            if self._store is not None:
                self._maker.afterwards(self._store.close)
        self._scene = self._store = None

    def _closed(self) -> None:
        assert self.dialog is not None
        self._look, self._kind = self.dialog.form.look(), self.dialog.form.kind()
        self._forget()
        if self._maker is not None:
            self._maker.close()
        self.dialog = self._maker = None
