"""PySide6 itself: the fault of one release that ends the program after a while."""

import sys

from PySide6.QtCore import QPointF, QRectF


def test_qt_calls_do_not_use_up_none() -> None:
    """PySide6 6.12.0 on Python before 3.12 drops a reference to None in each call without result.

    After some thousand calls the interpreter aborts (`none_dealloc`); 6.11.3 is sound.
    """
    area, spot = QRectF(), QPointF()
    before = sys.getrefcount(None)
    for _ in range(500):
        area.moveCenter(spot)
    assert sys.getrefcount(None) > before - 250
