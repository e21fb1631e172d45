"""One picture of the dataset: which square of it is learned, mirrored or not, and what is said."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sddesk.core.problems import Problem
from sddesk.core.training.dataset import automatic_crop
from sddesk.core.training.templates import prompts_of, spoken
from sddesk.core.training.values import Crop, TrainingRequest
from sddesk.ui.background import Background
from sddesk.ui.images import fitted, to_image
from sddesk.ui.teach.crop_view import CropView
from sddesk.ui.teach.dataset import Dataset, Item
from sddesk.ui.theme import GAP, quiet_color, set_label_color, warning_color

_SEEN = 112


class PictureEditor(QWidget):
    """Shows the selected picture, and what the trainer makes of it: the square, and the words.

    Signals:
        failed(object): a `Problem` with the file.
    """

    failed = Signal(object)

    def __init__(self, dataset: Dataset, background: Background) -> None:
        super().__init__()
        self._dataset, self._background = dataset, background
        self._item: Item | None = None
        self._request: TrainingRequest | None = None
        self._loaded: tuple[Path, QImage, Crop] | None = None  # with its automatic crop
        self._crop = CropView()
        self._automatic = QPushButton(self.tr("Crop automatically"))
        self._mirror = QCheckBox(self.tr("Also mirrored"))
        self._left_out = QCheckBox(self.tr("Leave out"))
        self._remove = QPushButton(self.tr("Remove"))
        self._caption = QLineEdit()
        self._seen, self._seen_mirrored = QLabel(), QLabel()
        self._said, self._wrong = QLabel(), QLabel()
        self._name_all()
        self._lay_out()
        self._connect()
        self.show_item(None, [])

    def show_item(self, item: Item | None, problems: list[Problem]) -> None:
        """Edit this one."""
        other = item is None or self._item is None or item.picture.path != self._item.picture.path
        self._item = item
        self.setVisible(item is not None)
        if item is None:
            return
        if other:
            self._load(item.picture.path)
        for box, checked in ((self._mirror, item.picture.mirror), (self._left_out, item.left_out)):
            box.blockSignals(True)
            box.setChecked(checked)
            box.blockSignals(False)
        if self._caption.text() != item.picture.caption:
            self._caption.setText(item.picture.caption)
        self._wrong.setText("\n".join(f"{p.what()}. {p.hint.capitalize()}." for p in problems))
        self._wrong.setVisible(bool(problems))
        set_label_color(self._wrong, warning_color())
        self._show_crop()
        self._show_seen()
        self._show_said()

    def show_request(self, request: TrainingRequest | None) -> None:
        """The words follow what is asked for."""
        self._request = request
        self._show_said()

    def _name_all(self) -> None:
        self._automatic.setObjectName("teach_crop_automatically")
        self._mirror.setObjectName("teach_mirror")
        self._left_out.setObjectName("teach_leave_out")
        self._remove.setObjectName("teach_remove")
        self._caption.setObjectName("teach_caption")
        self._caption.setAccessibleName(self.tr("Caption"))
        self._caption.setPlaceholderText(self.tr("Caption, {word} for the word; empty: templates"))
        self._seen.setObjectName("teach_seen")
        self._seen.setAccessibleName(self.tr("What the trainer sees"))
        self._seen_mirrored.setAccessibleName(self.tr("What the trainer sees, mirrored"))
        self._said.setObjectName("teach_said")
        self._wrong.setObjectName("teach_wrong")
        for label in (self._said, self._wrong):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for widget in (self._automatic, self._mirror, self._left_out):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self._remove)
        seen = QHBoxLayout()
        seen.setSpacing(GAP)
        for label in (self._seen, self._seen_mirrored):
            label.setFixedSize(_SEEN, _SEEN)
            seen.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        seen.addWidget(self._said, 1)
        title = QLabel(self.tr("What the trainer sees, and is told"))
        set_label_color(title, quiet_color())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._crop, 1)
        layout.addLayout(buttons)
        layout.addWidget(self._wrong)
        layout.addWidget(title)
        layout.addLayout(seen)
        layout.addWidget(self._caption)

    def _connect(self) -> None:
        self._crop.cropped.connect(lambda crop: self._change(crop=crop))
        self._automatic.clicked.connect(lambda: self._change(crop=None))
        self._mirror.toggled.connect(lambda on: self._change(mirror=on))
        self._caption.textEdited.connect(lambda text: self._change(caption=text))
        self._left_out.toggled.connect(self._set_left_out)
        self._remove.clicked.connect(self._remove_item)
        self._dataset.seen.connect(self._seen_anew)

    def _load(self, path: Path) -> None:
        self._loaded = None
        self._crop.show_picture(QImage(), Crop(0, 0, 1))
        self._background.run(partial(_read, path), self._arrived, self.failed.emit)

    def _arrived(self, loaded: tuple[Path, QImage, Crop]) -> None:
        if self._item is not None and self._item.picture.path == loaded[0]:
            self._loaded = loaded
            self._show_crop()

    def _show_crop(self) -> None:
        if self._loaded is not None and self._item is not None:
            crop = self._item.picture.crop or self._loaded[2]
            if crop != self._crop.crop:
                self._crop.show_picture(self._loaded[1], crop)
            self._automatic.setEnabled(self._item.picture.crop is not None)

    def _seen_anew(self, path: Path) -> None:
        item = self._dataset.item(path)
        if item is not None and self._item is not None and item.picture == self._item.picture:
            self._item = item
            self._show_seen()

    def _show_seen(self) -> None:
        assert self._item is not None
        seen = self._item.seen
        self._seen_mirrored.setVisible(self._item.picture.mirror)
        if seen is None:
            self._seen.clear()
            self._seen_mirrored.clear()
            return
        image = fitted(seen, QSize(_SEEN, _SEEN))
        self._seen.setPixmap(QPixmap.fromImage(image))
        self._seen_mirrored.setPixmap(QPixmap.fromImage(image.flipped(Qt.Orientation.Horizontal)))

    def _show_said(self) -> None:
        if self._item is None or self._request is None:
            self._said.clear()
            return
        request = self._request
        prompts = [spoken(form, request) for form in prompts_of(request, self._item.picture)]
        lines = [f"“{prompt}”" for prompt in prompts[:4]]
        if len(prompts) > len(lines):
            more = self.tr("and {count} more, one at a time")
            lines.append(more.format(count=len(prompts) - len(lines)))
        self._said.setText("\n".join(lines))

    def _change(self, **changes: object) -> None:
        if self._item is not None:
            self._dataset.change(replace(self._item.picture, **changes))  # pyright: ignore[reportArgumentType]

    def _set_left_out(self, left_out: bool) -> None:
        if self._item is not None:
            self._dataset.leave_out(self._item.picture.path, left_out=left_out)

    def _remove_item(self) -> None:
        if self._item is not None:
            self._dataset.remove(self._item.picture.path)


def _read(path: Path) -> tuple[Path, QImage, Crop]:
    """The whole picture, and the square that would be taken by itself."""
    from sddesk.core.picture_files import load_picture

    picture = load_picture(path)
    return path, to_image(picture), automatic_crop(picture)
