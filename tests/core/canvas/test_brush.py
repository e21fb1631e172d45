"""How the brush paints: round, even, without beads, whatever the speed of the hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from sddesk.core.canvas.brush import Brush
from sddesk.core.canvas.document import Document, blank_state
from sddesk.core.canvas.paths import Point
from sddesk.core.canvas.strokes import Stroke

SIDE = 256


def painted(points: Sequence[Point], brush: Brush, color=(0, 0, 0)) -> np.ndarray:
    """The alpha (height, width) that a stroke leaves on an empty layer."""
    document = Document(blank_state(SIDE, SIDE))
    edit = document.begin()
    stroke = Stroke(edit, brush, color)
    for point in points:
        stroke.add(point)
    stroke.end()
    return document.active.pixels[..., 3].copy()


def circle(count: int, radius: float = 80) -> list[Point]:
    turns = [2 * math.pi * i / count for i in range(count + 1)]
    return [Point(128 + radius * math.cos(t), 128 + radius * math.sin(t)) for t in turns]


def test_half_opacity_does_not_darken_where_it_crosses_itself() -> None:
    cross = [Point(30, 30), Point(226, 226), Point(226, 30), Point(30, 226)]
    alpha = painted(cross, Brush(20, hardness=0.9, opacity=0.5))
    assert alpha[128, 128] == alpha[60, 60] == alpha.max() == 128


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("size", [3, 12, 40])
def test_slow_and_fast_strokes_are_alike(hardness: float, size: float) -> None:
    slow = painted(circle(720), Brush(size, hardness))
    fast = painted(circle(40), Brush(size, hardness))
    differ = np.abs(slow.astype(int) - fast) > 16
    assert differ.sum() < 0.02 * (np.maximum(slow, fast) > 0).sum()


def test_pressure_widens_monotonically() -> None:
    brush = Brush(30, hardness=1, curve=1.5)
    line = [Point(20 + i, 128, i / 200) for i in range(201)]
    widths = (painted(line, brush) / 255).sum(axis=0)[24:210]
    smooth = np.convolve(widths, np.ones(5) / 5, "valid")
    assert (np.diff(smooth) > -0.15).all()
    assert smooth[-1] > 4 * smooth[0]


@pytest.mark.parametrize("size", [2, 8, 30, 90])
def test_a_line_is_even_without_beads_or_gaps(size: float) -> None:
    brush = Brush(size, hardness=1, pressure_size=False)
    alpha = painted([Point(30, 128.3), Point(226, 128.3)], brush) / 255
    widths = alpha.sum(axis=0)[80:170]
    assert widths.max() - widths.min() < max(0.15, 0.02 * size)
    assert widths.mean() == pytest.approx(size, abs=0.5)


def test_edges_are_antialiased_and_dots_round() -> None:
    alpha = painted([Point(128, 128)], Brush(41, hardness=1)) / 255
    ys, xs = np.mgrid[0:SIDE, 0:SIDE]
    distance = np.hypot(xs + 0.5 - 128, ys + 0.5 - 128)
    assert (alpha[distance < 19] == 1).all()
    assert (alpha[distance > 22] == 0).all()
    rim = alpha[(distance > 20) & (distance < 21)]
    assert ((rim > 0.05) & (rim < 0.95)).mean() > 0.8
    assert alpha.sum() == pytest.approx(math.pi * 20.5**2, rel=0.02)


def test_soft_brushes_fade_without_a_rim() -> None:
    row = painted([Point(128, 128)], Brush(80, hardness=0))[128].astype(int)
    middle = row[128:170]
    assert (np.diff(middle) <= 0).all()
    assert np.abs(np.diff(row)).max() < 16


def test_flow_builds_up_and_ends_at_opacity() -> None:
    there_and_back = [Point(50, 128), Point(200, 128)] * 20
    once = painted(there_and_back[:2], Brush(20, 1, 0.8, flow=0.05, spacing=0.25))
    often = painted(there_and_back, Brush(20, 1, 0.8, flow=0.05, spacing=0.25))
    assert once[128, 128] < often[128, 128] <= 204


def test_pressure_may_mean_opacity() -> None:
    brush = Brush(20, 1, pressure_size=False, pressure_opacity=True)
    light = painted([Point(50, 128, 0.25), Point(200, 128, 0.25)], brush)
    assert light.max() == 64


def test_smoothing_takes_the_tremor_and_arrives() -> None:
    shaky = [Point(20 + 2 * i, 128 + (6 if i % 2 else -6)) for i in range(100)]
    rows = np.flatnonzero(painted(shaky, Brush(3, smoothing=0.5)).any(axis=1))
    plain = np.flatnonzero(painted(shaky, Brush(3)).any(axis=1))
    assert np.ptp(rows[:-1]) < np.ptp(plain)
    end = painted([Point(30, 30), Point(200, 30)], Brush(6, smoothing=1))
    assert end[30, 199] > 0


def test_corners_stay_corners() -> None:
    corner = [Point(50 + 10 * i, 200) for i in range(11)]
    corner += [Point(150, 200 - 10 * i) for i in range(1, 11)]
    alpha = painted(corner, Brush(4, hardness=1))
    assert not alpha[:, 154:].any()
    assert alpha[199, 149] == 255


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e12, -1e12])
def test_pens_beyond_all_bounds_do_no_harm(bad: float) -> None:
    alpha = painted([Point(100, 100), Point(bad, 100)], Brush(10))
    assert alpha[100, 100] == 255
