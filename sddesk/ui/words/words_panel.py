"""The panel that tells which words the network listened to, and where it looked for one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.ui.theme import GAP, calling_palette, quiet_color, set_label_color
from sddesk.ui.words.legend import HeatLegend
from sddesk.ui.words.word_bars import WordBars

ALL_STEPS, THIS_STEP = 0, 1


class WordsPanel(QWidget):
    """Bars, what the map is of, and the progress.

    Signals:
        map_requested(): find out where the network looked.
        cancel_requested(): stop finding out.
        view_changed(): another step range, resolution, or no map at all.
        without_requested(object): make the picture with and without this `Word`.
        opened(): the panel has come to the front.
    """

    map_requested = Signal()
    cancel_requested = Signal()
    view_changed = Signal()
    without_requested = Signal(object)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bars = WordBars()
        self._remark = QLabel()
        self._which, self.resolution = QButtonGroup(self), QComboBox()
        self._progress = QProgressBar()
        self._start = self._button("map_words", self.tr("Where did it look?"))
        self._cancel = self._button("cancel_map", self.tr("Stop"))
        self._hide = self._button("hide_map", self.tr("Hide the map"))
        self._without = self._button("compare_without", self.tr("Compare without this word"))
        self._start.setToolTip(
            self.tr(
                "Runs the recorded steps once more and averages the cross-attention over heads,"
                " layers and steps (DAAM, Tang et al. 2022)"
            )
        )
        self._controls = QWidget()
        self._lay_out()
        self._connect()
        self.set_progress(None)
        self.show_emptiness(self.tr("Which words were heard will be here"))

    def over_all_steps(self) -> bool:
        """Whether the map is of all steps together."""
        return self._which.checkedId() == ALL_STEPS

    def size_chosen(self) -> tuple[int, int] | None:
        """The resolution of the map; None for all of them together."""
        return self.resolution.currentData()

    def offer_sizes(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Let one of these resolutions be chosen."""
        known = [self.resolution.itemData(i) for i in range(1, self.resolution.count())]
        if known == list(sizes):
            return
        chosen = self.size_chosen()
        self.resolution.blockSignals(True)
        self.resolution.clear()
        self.resolution.addItem(self.tr("All resolutions"), None)
        for width, height in sizes:
            self.resolution.addItem(self.tr("{w} × {h} alone").format(w=width, h=height))
            self.resolution.setItemData(self.resolution.count() - 1, (width, height))
        self.resolution.setCurrentIndex(max(0, self.resolution.findData(chosen)))
        self.resolution.blockSignals(False)

    def show_emptiness(self, text: str) -> None:
        """There are no words to show, and why."""
        self.bars.show_words(())
        self._scroll.hide()
        self._controls.hide()
        self.show_remark(text)

    def show_list(self) -> None:
        """There are words."""
        self._scroll.show()
        self._controls.show()
        self.show_state(mapped=False)

    def show_remark(self, text: str) -> None:
        """What is to be said of the words."""
        self._remark.setText(text)
        self._remark.setVisible(bool(text))

    def remark(self) -> str:
        """What is said of the words."""
        return self._remark.text()

    def show_state(self, *, mapped: bool) -> None:
        """Whether there are maps, and a word is chosen."""
        word = self.bars.selected()
        for widget in (self._hide, self._without):
            widget.setVisible(word is not None)
        self._start.setVisible(not mapped and self._progress.isHidden())
        self._view.setVisible(mapped)

    def set_progress(self, share: tuple[int, int] | None) -> None:
        """So many of so many steps are looked at; None when nothing is going on."""
        self._progress.setVisible(share is not None)
        self._cancel.setVisible(share is not None)
        if share is not None:
            self._start.hide()
            self._progress.setRange(0, share[1])
            self._progress.setValue(share[0])

    def _button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(title)
        button.setObjectName(name)
        button.setAccessibleName(title)
        return button

    def _lay_out(self) -> None:
        self._remark.setObjectName("words_remark")
        self._remark.setWordWrap(True)
        set_label_color(self._remark, quiet_color())
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.bars)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._progress.setObjectName("map_progress")
        self._progress.setAccessibleName(self.tr("Steps looked at"))
        self._progress.setFormat(self.tr("%v of %m steps"))
        self._view = self._make_view()
        controls = QVBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(GAP)
        for widget in (self._progress, self._cancel, self._start, self._view):
            controls.addWidget(widget)
        controls.addWidget(self._hide)
        controls.addWidget(self._without)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, GAP, GAP // 2, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._remark)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._controls)
        layout.addStretch(0)

    def _make_view(self) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout()
        row.setSpacing(0)
        names = {ALL_STEPS: self.tr("All steps"), THIS_STEP: self.tr("This step")}
        for number, title in names.items():
            button = QToolButton()
            button.setObjectName(("map_all_steps", "map_this_step")[number])
            button.setText(title)
            button.setAccessibleName(self.tr("Map of: {what}").format(what=title))
            button.setCheckable(True)
            self._which.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._which.button(ALL_STEPS).setChecked(True)
        self._mark()
        self.resolution.setObjectName("map_resolution")
        self.resolution.setAccessibleName(self.tr("Resolution of the map"))
        layout = QVBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(HeatLegend())
        layout.addLayout(row)
        layout.addWidget(self.resolution)
        return widget

    def _connect(self) -> None:
        self._start.clicked.connect(self.map_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._hide.clicked.connect(self._forget_word)
        self._without.clicked.connect(self._ask_without)
        self._which.idClicked.connect(self._which_changed)
        self.resolution.currentIndexChanged.connect(self.view_changed)

    def _which_changed(self) -> None:
        self._mark()
        self.view_changed.emit()

    def _mark(self) -> None:
        plain = QGuiApplication.palette()
        for button in self._which.buttons():
            button.setPalette(calling_palette(plain) if button.isChecked() else plain)

    def _forget_word(self) -> None:
        self.bars.select(None)
        self.view_changed.emit()

    def _ask_without(self) -> None:
        word = self.bars.selected()
        if word is not None:
            self.without_requested.emit(word)

    # What Qt calls

    def sizeHint(self) -> QSize:
        return QSize(236, 300)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.opened.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._mark()
            set_label_color(self._remark, quiet_color())
