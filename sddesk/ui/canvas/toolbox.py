"""All tools, and the one in hand."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from sddesk.ui.canvas.move_tool import MoveTool
from sddesk.ui.canvas.select_tool import SelectTool
from sddesk.ui.canvas.studio import Studio
from sddesk.ui.canvas.tools import FillTool, PickTool, ShapeTool, StrokeTool, Tool, Touch


class Toolbox(QObject):
    """Tools by name; Alt holds the eyedropper, the pen's other end the eraser, for a moment.

    Signals:
        changed(): another tool is in hand.
    """

    changed = Signal()

    def __init__(self, studio: Studio, run: Callable[..., None]) -> None:
        super().__init__()
        self.move_tool = MoveTool(studio, run)
        self.tools: dict[str, Tool] = {
            "brush": StrokeTool(studio, erases=False),
            "eraser": StrokeTool(studio, erases=True),
            "fill": FillTool(studio, run),
            "line": ShapeTool(studio, "line"),
            "rectangle": ShapeTool(studio, "rectangle"),
            "ellipse": ShapeTool(studio, "ellipse"),
            "pick": PickTool(studio),
            "move": self.move_tool,
            "select": SelectTool(studio, lasso=False),
            "lasso": SelectTool(studio, lasso=True),
        }
        self.name = "brush"
        self._held: str | None = None
        self.studio, self._settling = studio, studio.settling
        self._settling.finish, self._settling.run = self.finish, run

    @property
    def tool(self) -> Tool:
        """The tool in hand now."""
        return self.tools[self._held or self.name]

    @property
    def erases(self) -> bool:
        """Whether size and opacity mean the eraser."""
        return (self._held or self.name) == "eraser"

    def begin_with(self, name: str) -> None:
        """Have that tool in hand, if there is such a one; it does nothing until it is used."""
        if name in self.tools:
            self.name = name
            self.changed.emit()

    def choose(self, name: str) -> None:
        """Take that tool; choosing the selection again changes between rectangle and lasso."""
        self._settling.in_turn(self.tool.finish)
        if name == self.name == "select":
            name = "lasso"
        self.name = name
        self._settling.in_turn(partial(self._take, self.tool))
        self.changed.emit()

    def _take(self, tool: Tool) -> None:
        if tool is self.tool:  # still, when its turn has come
            tool.take()

    def press(self, touch: Touch) -> None:
        """The button went down on the canvas."""
        self._settling.in_turn(partial(self.tool.press, touch))

    def move(self, touch: Touch) -> None:
        """The pen moved while the button is down."""
        self._settling.in_turn(partial(self.tool.move, touch))

    def release(self, touch: Touch) -> None:
        """The button came up."""
        self._settling.in_turn(partial(self.tool.release, touch))

    def finish(self) -> None:
        """Keep what is in the making."""
        self.tool.finish()

    def is_making(self) -> bool:
        """Whether Esc would give something up."""
        return self.tool.is_making()

    def turn_pen(self, *, eraser: bool) -> None:
        """The pen is held by its other end."""
        self._hold("eraser" if eraser else None)

    def hold_alt(self, *, alt: bool) -> None:
        """While painting, Alt picks colours."""
        picks = alt and self.name in ("brush", "fill", "line", "rectangle", "ellipse")
        if picks:
            self._hold("pick")
        elif self._held == "pick":
            self._hold(None)

    def _hold(self, name: str | None) -> None:
        if name != self._held:
            self._settling.in_turn(self.tool.finish)
            self._held = name
            self.changed.emit()
