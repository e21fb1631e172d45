"""The start page: prompts to try, as many as there is room for, gone with the first picture."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from sddesk.core.experiments import START_PROMPTS
from sddesk.ui.desk import Desk
from sddesk.ui.frames import Shown, View
from sddesk.ui.picture_view import PictureView
from sddesk.ui.start_page import Offer, StartPage
from tests.fakes import FakeRunner


def buttons(page: StartPage) -> list[Offer]:
    return page.findChildren(Offer)


def test_a_click_fills_in_the_prompt_and_makes_its_picture(
    qtbot: QtBot, open_desk: Callable[..., Desk], runner: FakeRunner
) -> None:
    desk = open_desk()
    page = desk.workspace.view.start
    first = buttons(page)[0]
    assert first.isVisible()
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(runner.requests))
    assert runner.requests[0].prompt == first.text() == START_PROMPTS[0][0]
    assert desk.workspace.panel.state().prompt == first.text()
    qtbot.waitUntil(lambda: not page.isVisible())


@pytest.mark.parametrize(
    ("width", "height", "columns"), [(900, 500, 2), (380, 520, 1), (380, 300, 1)]
)
def test_only_what_there_is_room_for_is_shown(
    qtbot: QtBot, width: int, height: int, columns: int
) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: buttons(view.start)[0].x() > 0)
    shown = [b for b in buttons(view.start) if b.isVisible()]
    assert shown
    assert len({b.x() for b in shown}) == columns
    inside = view.start.rect()
    assert all(inside.contains(b.geometry()) for b in shown)
    assert (len(shown) < len(START_PROMPTS)) == (height == 300)


def test_in_a_narrow_window_prompts_end_in_an_ellipsis(qtbot: QtBot) -> None:
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(200, 520)
    page.show()
    qtbot.waitUntil(lambda: buttons(page)[0].x() > 0)
    shown = [b for b in buttons(page) if b.isVisible()]
    assert all(page.rect().contains(b.geometry()) for b in shown)
    cut = [b for b in shown if b.shown() != b.text()]
    assert cut
    assert all(b.shown().endswith("…") and b.text() in b.toolTip() for b in cut)
    page.resize(900, 520)
    qtbot.waitUntil(lambda: all(b.shown() == b.text() for b in shown))
    assert cut[0].text() not in cut[0].toolTip()


def test_a_picture_takes_its_place(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.show()
    assert view.start.isVisible()
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    view.show_pictures(Shown((View(image, exact=True),), "a picture"))
    assert not view.start.isVisible()
    view.show_pictures(Shown())
    assert view.start.isVisible()
