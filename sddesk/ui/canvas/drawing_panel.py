"""What lies beside the canvas: colours above, layers below."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sddesk.ui.canvas.colors_panel import ColorsPanel
from sddesk.ui.canvas.layers_panel import LayersPanel
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.theme import GAP


class DrawingPanel(QWidget):
    """Both, one above the other.

    Signals: none.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(ColorsPanel(studio), 1)
        layout.addWidget(LayersPanel(studio), 1)
