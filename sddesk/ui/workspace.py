"""What fills the window: where everything lies, and nothing that decides anything."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QSplitter, QVBoxLayout, QWidget

from sddesk.core.infotext import parameters_text
from sddesk.core.problems import Problem
from sddesk.ui.canvas.drawing_file import DrawingFile
from sddesk.ui.canvas.drawing_panel import DrawingPanel
from sddesk.ui.compare.page import ComparePage
from sddesk.ui.compare.view import CompareView
from sddesk.ui.concepts.panel import ConceptPanel
from sddesk.ui.docks import Docks
from sddesk.ui.grid_page import GridPage
from sddesk.ui.grid_panel import GridPanel
from sddesk.ui.history_panel import HistoryPanel
from sddesk.ui.images import fitted, from_image
from sddesk.ui.info_panel import InfoPanel
from sddesk.ui.init_panel import InitPanel
from sddesk.ui.lineage_view import LineageView
from sddesk.ui.message_area import MessageArea
from sddesk.ui.picture_view import PictureView
from sddesk.ui.prompt_panel import PromptPanel
from sddesk.ui.queue_panel import QueuePanel
from sddesk.ui.results import Result
from sddesk.ui.shell import Shell
from sddesk.ui.step_panel import StepPanel
from sddesk.ui.theme import GAP
from sddesk.ui.words.words_panel import WordsPanel


class Workspace(QObject):
    """Prompts and settings at the left, pictures in the middle, their steps below, docks around.

    Signals:
        open_requested(): a picture is to be opened.
        open_chosen(object): the `Path` of that picture.
        save_requested(): the finished picture is to be saved elsewhere.
        save_chosen(object): the `Path` where.
        folder_requested(): the folder of the pictures is to be shown.
        init_chosen(object): the `Path` of a picture to start from.
        dropped(object): the `Path`s of what was dropped on the window.
        result_shown(object): the `Result` that is on show now.
    """

    open_requested = Signal()
    open_chosen = Signal(object)
    save_requested = Signal()
    save_chosen = Signal(object)
    folder_requested = Signal()
    init_chosen = Signal(object)
    dropped = Signal(object)
    result_shown = Signal(object)

    def __init__(self, shell: Shell, prompts: Sequence[str], cache: Path, folder: Path) -> None:
        super().__init__(shell)
        self.shell = shell
        self.panel = PromptPanel(prompts)
        self.steps = StepPanel()
        self.view = PictureView()
        self.messages = MessageArea()
        self.init, self.info, self.queue = InitPanel(), InfoPanel(), QueuePanel()
        self.grid, self.grid_page = GridPanel(), GridPage()
        self.history = HistoryPanel(cache, folder)
        self.concepts = ConceptPanel()
        self.words, self.compare_page = WordsPanel(), ComparePage()
        self.drawing, self.lineage = DrawingPanel(self.init.view), LineageView()
        self.drawing_file = DrawingFile(self.init.studio, shell, self.init.clear)
        self.docks = Docks(shell)
        self.save_action = QAction()
        self._lay_out()
        self.steps.shown_changed.connect(self.view.show_pictures)
        self.history.failed.connect(partial(self.messages.show_problem, "history"))
        self.init.changed.connect(self._init_changed)
        self.init.studio.failed.connect(partial(self.messages.show_problem, "canvas"))
        self.init.new_requested.connect(self.drawing_file.new)
        self.drawing_file.changed.connect(lambda: self.init.show_title(self.drawing_file.title()))
        self.drawing_file.failed.connect(partial(self.messages.show_problem, "canvas"))
        shell.may_close = lambda: self.drawing_file.may_close(shell.close_unasked)
        self.panel.changed.connect(self._frame_init)
        shell.accept_drops(self.dropped.emit)
        self.panel.prompt.edit.setFocus()

    def show_result(self, result: Result) -> None:
        """This picture is on show now: it can be saved, copied, carried away."""
        self.save_action.setEnabled(True)
        self.view.file = result.path
        request = result.request
        self.info.show_text(result.text if request is None else parameters_text(request))
        self.result_shown.emit(result)

    def use_shown_as_init(self) -> None:
        """Start from what is on show: the finished picture, or any step at the same size."""
        image = self.view.image()
        if image is None:
            title = self.tr("There is no picture yet that could be the sketch")
            self.messages.show_problem("canvas", Problem(title, hint=self.tr("generate one first")))
            return
        size, finished = self.view.shown.size or image.size(), self.steps.timeline.result()
        whole = image if image.size() == size else fitted(image, size)
        parents = None if finished is None else (from_image(finished).pixel_hash(),)
        self.init.set_picture(from_image(whole), self.tr("Picture"), parents)
        self.init.view.setFocus()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""
        full = self.shell.isFullScreen()
        self.shell.showNormal() if full else self.shell.showFullScreen()

    def looked_at(self) -> PictureView | CompareView:
        """Where the commands for zooming belong."""
        return self.view if self.compare_page.isHidden() else self.compare_page.view

    def alone_keys(self) -> tuple[QWidget, ...]:
        """Where the Tab key leaves the pictures alone on the screen."""
        return (self.view,)

    def ask_where_to_save(self, suggestion: Path, chosen: SignalInstance | None = None) -> None:
        """Let the user choose a file; `save_chosen`, or `chosen`, follows with its `Path`."""
        dialog = self._dialog(self.tr("Save picture as"), suggestion.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(suggestion.name)
        signal = self.save_chosen if chosen is None else chosen
        dialog.fileSelected.connect(lambda name: signal.emit(Path(name)))
        dialog.open()

    def ask_what_to_open(self, folder: Path, chosen: SignalInstance) -> None:
        """Let the user choose a picture; `chosen` follows with its `Path`."""
        dialog = self._dialog(self.tr("Open picture"), folder)
        dialog.setNameFilter(self.tr("Pictures and drawings (*.png *.jpg *.jpeg *.webp *.ora)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: chosen.emit(Path(name)))
        dialog.open()

    def _init_changed(self) -> None:
        self.panel.form.set_strength(self.init.strength())

    def _frame_init(self) -> None:
        """The init image is shown at the size, and with the steps, that the form asks for."""
        form = self.panel.form
        size = form.width_box.value(), form.height_box.value()
        self.init.set_frame(*size, form.steps.value())
        strength = form.state().strength
        if round(strength * 100) != round(self.init.strength() * 100):
            self.init.set_strength(strength)

    def _dialog(self, title: str, folder: Path) -> QFileDialog:
        dialog = QFileDialog(self.shell, title, str(folder), self.tr("PNG pictures (*.png)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _lay_out(self) -> None:
        self.pictures = QSplitter(Qt.Orientation.Horizontal)
        self.pictures.setObjectName("pictures")
        self.pictures.setChildrenCollapsible(False)
        self.pictures.addWidget(self.init)
        self.pictures.addWidget(self.view)
        self.pictures.setStretchFactor(0, 1)
        self.pictures.setStretchFactor(1, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self.messages)
        layout.addWidget(self.grid_page)
        layout.addWidget(self.compare_page, 1)
        layout.addWidget(self.pictures, 1)
        self.shell.setCentralWidget(whole)
        areas = Qt.DockWidgetArea
        self.docks.add("prompt", self.tr("Prompt"), _padded(self.panel), areas.LeftDockWidgetArea)
        self.docks.add("steps", self.tr("Steps"), _padded(self.steps), areas.BottomDockWidgetArea)
        right = areas.RightDockWidgetArea
        self.docks.add("history", self.tr("History"), self.history, right)
        self.docks.add("concepts", self.tr("Concepts"), self.concepts, right)
        self.docks.add("lineage", self.tr("Lineage"), self.lineage, right)
        self.docks.add("queue", self.tr("Queue"), self.queue, right)
        self.docks.add("info", self.tr("Info"), self.info, right)
        self.docks.add("grid", self.tr("Grid"), self.grid, right)
        self.docks.add("drawing", self.tr("Colour and layers"), _padded(self.drawing), right)
        self.docks.add("words", self.tr("Words"), self.words, right)
        self.docks.show("history")
        self.docks.remember_default()


def _padded(widget: QWidget) -> QWidget:
    """With the room around it that a dock does not give by itself."""
    frame = QWidget()
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(GAP, GAP, GAP, GAP)
    layout.addWidget(widget)
    return frame
