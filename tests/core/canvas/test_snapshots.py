"""A snapshot has the drawing of its moment, whatever happens before and while it is read."""

import random
import threading

import numpy as np

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.document import Document, blank_state
from sddesk.core.canvas.editing import PixelEdit
from sddesk.core.canvas.rects import Rect
from sddesk.core.canvas.snapshots import Snapshots


def scrawl(edit: PixelEdit, luck: random.Random) -> None:
    """Some pixels somewhere, not in step with the tiles."""
    side, (height, width) = 70, edit.pixels.shape[:2]
    left, top = luck.randrange(-side, width), luck.randrange(-side, height)
    rect = edit.touch(Rect(left, top, left + side, top + side))
    edit.pixels[rect.rows, rect.columns] = [luck.randrange(256) for _ in range(4)]


def work_on(document: Document, luck: random.Random) -> None:
    """One thing that a user does, from painting to undo."""
    kind = luck.randrange(6)
    if kind == 0:
        document.undo()
    elif kind == 1:
        document.redo()
    elif kind == 2 and len(document.state.layers) < 4:
        ops.add_layer(document)
    else:
        edit = document.begin()
        scrawl(edit, luck)
        if kind == 3:
            edit.revert()
            scrawl(edit, luck)
        document.commit(edit)


def test_what_is_done_later_does_not_show() -> None:
    luck = random.Random(5)
    document, snapshots = Document(blank_state(200, 150)), Snapshots()
    taken = []
    for _ in range(300):
        work_on(document, luck)
        if luck.random() < 0.3:
            taken.append((snapshots.take(document.state), flatten(document.state)))
        if taken and luck.random() < 0.2:
            snapshot, seen = taken.pop(luck.randrange(len(taken)))
            assert flatten(snapshot.state()) == seen
    for snapshot, seen in taken:
        assert flatten(snapshot.state()) == seen


def test_an_edit_that_began_earlier_does_not_show_later() -> None:
    document = Document(blank_state(100, 100))
    edit, snapshots = document.begin(), Snapshots()
    edit.touch(edit.bounds)
    edit.pixels[...] = 9
    snapshot = snapshots.take(document.state)
    edit.touch(Rect(0, 0, 5, 5))
    edit.pixels[:5, :5] = 200
    other = snapshots.take(document.state)
    edit.revert()
    assert (snapshot.state().layers[0].pixels == 9).all()
    assert other.state().layers[0].pixels[4, 4].tolist() == [200] * 4
    assert other.state().layers[0].pixels[5, 5].tolist() == [9] * 4


def test_painting_goes_on_while_another_thread_reads() -> None:
    luck = random.Random(1)
    document, snapshots = Document(blank_state(1024, 1024)), Snapshots()
    edit = document.begin()
    for _ in range(12):
        scrawl(edit, luck)
        snapshot, seen = snapshots.take(document.state), document.active.pixels.copy()
        found: list[np.ndarray] = []
        reader = threading.Thread(
            target=lambda s=snapshot, f=found: f.append(s.state().layers[0].pixels)
        )
        reader.start()
        while reader.is_alive():
            scrawl(edit, luck)
        reader.join()
        assert np.array_equal(found[0], seen)
