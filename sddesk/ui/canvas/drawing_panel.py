"""What lies beside the canvas: colours above, layers below."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sddesk.ui.canvas.canvas_view import CanvasView
from sddesk.ui.canvas.colors_panel import ColorsPanel
from sddesk.ui.canvas.keys import hand_keys_to
from sddesk.ui.canvas.layers_panel import LayersPanel
from sddesk.ui.theme import GAP


class DrawingPanel(QWidget):
    """Both, one above the other.

    Signals: none.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        colors, layers = ColorsPanel(canvas.studio), LayersPanel(canvas.studio)
        layout.addWidget(colors, 1)
        layout.addWidget(layers, 1)
        hand_keys_to(canvas, self)
        colors.typed.connect(canvas.setFocus)
        layers.renamed.connect(canvas.setFocus)
