"""What is painted of the pictures that are compared: themselves, or how they differ."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from sddesk.ui.compare.painting import Layer
from sddesk.ui.compare.sides import Side
from sddesk.ui.compare.view import HEAT


def layers_of(sides: Sequence[Side], step: int, row: str, mode: str) -> list[Layer]:
    """A layer for each picture; for differences one for each but the first."""
    if mode != HEAT:
        return [_layer(side, step, row) for side in sides]
    return [_difference(sides[0], side, step, row) for side in sides[1:]]


def _layer(side: Side, step: int, row: str) -> Layer:
    image = side.image_at(step, row)
    words = side.failure if image is None else ""
    return Layer(side.label, image, words or ("" if image else _tr("Waiting")))


def _difference(first: Side, other: Side, step: int, row: str) -> Layer:
    """Where they differ: dark where they are the same, glowing where they differ most."""
    from sddesk.core.comparing import difference
    from sddesk.ui.words.heat import heat_map

    one, two = first.picture_at(step, row), other.picture_at(step, row)
    if one is None or two is None:
        return Layer(other.label, None, first.failure or other.failure or _tr("Waiting"))
    found = difference(one, two)
    if found is None:
        return Layer(other.label, None, _tr("Pictures of different shapes cannot be subtracted"))
    if not found.most:
        words = _tr("{a} and {b} are the same")
        names = {"a": first.label[0], "b": other.label[0]}
        return Layer(words.format(**names), heat_map(found.levels, 255))
    words = _tr("{a} and {b} differ by up to {most} of 255, {mean} in the mean")
    named = {"a": first.label[0], "b": other.label[0], "mean": f"{found.mean:.1f}"}
    return Layer(words.format(most=found.most, **named), heat_map(found.levels, found.most))


def _tr(text: str) -> str:
    return QCoreApplication.translate("CompareLayers", text)
