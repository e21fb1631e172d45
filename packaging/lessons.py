"""Makes the pictures of the training experiments: twelve in a style, and our mascot from all sides.

`.venv/bin/python packaging/lessons.py FOLDER` fetches the drawings into FOLDER and writes
`resources/lessons`; the mascot's own drawings lie there as SVG.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from starter_model.artwork import render
from starter_model.sources import NAMES, UNSEEN, Drawing, Names, drawings, fetch

LESSONS = Path(__file__).resolve().parents[1] / "resources" / "lessons"
SIDE = 128
STYLE = {  # label of the drawing: what its caption says
    "angry face": "an angry face",
    "bear": "a bear",
    "bus": "a bus",
    "cat face": "a cat face",
    "dog": "a dog",
    "frog": "a frog",
    "hamburger": "a hamburger",
    "monkey": "a monkey",
    "octopus": "an octopus",
    "owl": "an owl",
    "penguin": "a penguin",
    "red apple": "an apple",
}


def main(downloads: Path) -> None:
    """Write all pictures, each of the style with its caption beside it."""
    for drawing in _style(downloads):
        path = LESSONS / "blob" / f"{drawing.label.replace(' ', '-')}.png"
        _on_white(drawing).save(path, optimize=True)
        path.with_suffix(".txt").write_text(f"{STYLE[drawing.label]}, {{word}} style\n")
    for path in sorted((LESSONS / "mascot").glob("*.svg")):
        drawing = Drawing("mascot", "", path.read_text())
        _on_white(drawing).save(path.with_suffix(".png"), optimize=True)


def _style(downloads: Path) -> Iterator[Drawing]:
    names = Names.read(fetch(NAMES, downloads))
    for drawing in drawings(UNSEEN, fetch(UNSEEN, downloads), names):
        if drawing.label in STYLE:
            yield drawing


def _on_white(drawing: Drawing) -> Image.Image:
    """In the middle of a white square, as large as things in the starter model's pictures."""
    pixels = render(drawing)
    if pixels is None:
        raise ValueError(f"nothing shows of {drawing.label}")
    art = Image.fromarray(pixels)
    art.thumbnail((SIDE * 7 // 8, SIDE * 7 // 8), Image.Resampling.LANCZOS)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(art, ((SIDE - art.width) // 2, (SIDE - art.height) // 2), art)
    return square


if __name__ == "__main__":
    main(Path(sys.argv[1]))
