"""Draws the sketch that ships for the experiments, with the program's own brush.

`.venv/bin/python packaging/draw_sketches.py`
"""

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sddesk.core.canvas import operations as ops  # noqa: E402
from sddesk.core.canvas.brush import Brush  # noqa: E402
from sddesk.core.canvas.document import Document, blank_state  # noqa: E402
from sddesk.core.canvas.layers import Color  # noqa: E402
from sddesk.core.canvas.openraster import OraWriter  # noqa: E402
from sddesk.core.canvas.paths import Point  # noqa: E402
from sddesk.core.canvas.strokes import Stroke  # noqa: E402

SKY, GRASS, LEAF, BARK, WOOD = (
    (176, 214, 240),
    (124, 172, 82),
    (52, 120, 58),
    (98, 68, 44),
    (168, 108, 58),
)
_Way = Sequence[tuple[float, float]]


def stroke(document: Document, color: Color, size: float, *ways: _Way) -> None:
    """One stroke of the pen for each way."""
    for way in ways:
        edit = document.begin()
        made = Stroke(edit, Brush(size, hardness=0.9, pressure_size=False), color)
        for x, y in way:
            made.add(Point(x, y))
        made.end()
        document.commit(edit)


def bench_under_a_tree() -> Document:
    """Quickly mocked up: ground, a tree at the right, a bench before it."""
    document = Document(blank_state(512, 512))
    ops.set_layer(document, document.active.id, name="Ground")
    stroke(document, SKY, 180, *[[(0, y), (512, y)] for y in (60, 180, 250)])
    stroke(document, GRASS, 130, *[[(0, y), (512, y)] for y in (400, 480)])
    ops.add_layer(document, "Tree")
    stroke(document, BARK, 44, [(352, 400), (346, 320), (352, 220)])
    stroke(document, BARK, 20, [(350, 270), (390, 210)], [(348, 260), (306, 205)])
    crown = [(250, 170), (300, 100), (380, 80), (440, 140), (420, 200), (340, 180), (280, 190)]
    stroke(document, LEAF, 92, crown, [(320, 150), (400, 150)])
    ops.add_layer(document, "Bench")
    stroke(document, WOOD, 16, [(110, 318), (300, 314)], [(110, 342), (300, 338)])
    stroke(document, WOOD, 20, [(96, 378), (314, 374)], [(92, 396), (318, 392)])
    stroke(document, BARK, 12, [(120, 310), (118, 440)], [(290, 306), (294, 438)])
    return document


def main() -> None:
    """Write it where the program looks for it."""
    folder = ROOT / "resources" / "sketches"
    folder.mkdir(exist_ok=True)
    OraWriter().save(folder / "bench.ora", bench_under_a_tree().state)


if __name__ == "__main__":
    main()
