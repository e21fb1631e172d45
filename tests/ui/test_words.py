"""Tokens under the prompt, and where the network looked, in the real window."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot

from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.messages import JobRunner, MapAttention
from sddesk.core.paths import AppPaths
from sddesk.core.prompt_words import Word
from sddesk.core.settings import FormState, Settings
from sddesk.core.tapes import read_branch_request
from sddesk.ui.desk import Desk
from tests.fakes import FakeRunner
from tests.ui.conftest import OpenDesk

LONG = 100_000  # ms: torch is imported and a model loaded


def real_service(paths: AppPaths) -> JobRunner:
    from sddesk.service import Service

    return Service(paths, "cpu")


def click(desk: Desk, name: str) -> None:
    button = desk.shell.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


@pytest.fixture(autouse=True)
def _menus_stay_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt's offscreen platform cannot give the keyboard to a menu."""
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)


def type_prompt(qtbot: QtBot, desk: Desk, text: str) -> tuple[Word, ...]:
    """What the strip shows of it."""
    strip = desk.workspace.panel.tokens.strip
    before = strip.words()
    desk.workspace.panel.prompt.set_text(text)
    qtbot.waitUntil(lambda: strip.words() is not before)
    return strip.words()


def menu_of(qtbot: QtBot, desk: Desk, word: Word) -> QMenu:
    strip = desk.workspace.panel.tokens.strip
    desk.tokens.menu = None
    place = strip.place_of(word).center()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: desk.tokens.menu is not None)
    assert desk.tokens.menu is not None
    return desk.tokens.menu


def test_a_misspelt_word_falls_apart_and_can_be_put_right(qtbot: QtBot, desk: Desk) -> None:
    words = type_prompt(qtbot, desk, "a red appple, at night")
    assert [word.text for word in words] == ["a", "red", "appple", ",", "at", "night"]
    assert [word.text for word in words if word.falls_apart] == ["appple"]
    assert not desk.workspace.panel.tokens.isHidden()
    menu = menu_of(qtbot, desk, words[2])
    titles = [action.text() for action in menu.actions()]
    assert "Write “apple”" in titles
    next(a for a in menu.actions() if a.text() == "Write “apple”").trigger()
    menu.close()
    assert desk.workspace.panel.prompt.text() == "a red apple, at night"
    desk.workspace.panel.prompt.edit.undo()
    assert desk.workspace.panel.prompt.text() == "a red appple, at night"


def test_of_choices_the_longest_is_cut_and_counted(
    qtbot: QtBot, desk: Desk, paths: AppPaths
) -> None:
    paths.wildcards.mkdir()
    (paths.wildcards / "animal.txt").write_text("cat\nteddy bear\n")
    words = type_prompt(qtbot, desk, "a {red|dark blue} __animal__")
    assert [word.text for word in words] == ["a", "dark", "blue", "teddy", "bear"]
    field = desk.workspace.panel.prompt
    qtbot.waitUntil(lambda: field._count.text().startswith("up to 5 /"))
    assert "longest" in field._count.toolTip()


def test_the_strip_is_hidden_without_words(qtbot: QtBot, desk: Desk) -> None:
    type_prompt(qtbot, desk, "apple")
    assert type_prompt(qtbot, desk, "") == ()
    assert desk.workspace.panel.tokens.isHidden()


def test_numbers_are_shown_on_demand_and_what_is_read_apart_has_a_border(
    qtbot: QtBot, desk: Desk
) -> None:
    words = type_prompt(qtbot, desk, "apple " * 40)
    assert {word.part for word in words} == {0, 1}
    strip = desk.workspace.panel.tokens.strip
    low = strip.line_height()
    click(desk, "token_ids")
    assert strip.line_height() > low
    assert str(words[0].pieces[0].id) in strip.accessibleDescription()


def test_the_keyboard_walks_the_words(qtbot: QtBot, desk: Desk) -> None:
    type_prompt(qtbot, desk, "red apple")
    strip = desk.workspace.panel.tokens.strip
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription().startswith("apple: held whole")
    with qtbot.waitSignal(strip.word_chosen) as chosen:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert chosen.args[0].text == "apple"
    qtbot.waitUntil(lambda: desk.tokens.menu is not None)
    assert desk.tokens.menu is not None
    desk.tokens.menu.close()


@pytest.fixture
def real(open_desk: OpenDesk, paths: AppPaths) -> Desk:
    """A window with the real engine and the model in the box."""
    form = FormState(prompt="red apple on green ground", steps=7, seed=7, width=64, height=64)
    return open_desk(lambda: real_service(paths), Settings(form=form))


def shown_tape(desk: Desk) -> Path | None:
    return None if desk.session.result is None else desk.session.result.tape


def generate(qtbot: QtBot, desk: Desk) -> Path:
    before = shown_tape(desk)
    click(desk, "generate")
    jobs = desk.session.jobs
    qtbot.waitUntil(lambda: jobs.is_idle() and shown_tape(desk) not in (None, before), timeout=LONG)
    found = shown_tape(desk)
    assert found is not None
    return found


def choose(qtbot: QtBot, desk: Desk, text: str) -> None:
    bars = desk.workspace.words.bars
    qtbot.waitUntil(lambda: bool(bars.words()))
    index = [word.text for word in bars.words()].index(text)
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    for _ in range(index):
        qtbot.keyClick(bars, Qt.Key.Key_Down)


def test_a_word_that_is_chosen_lies_over_picture_and_steps(qtbot: QtBot, real: Desk) -> None:
    tape = generate(qtbot, real)
    assert real.word_maps.store.total(tape).steps == set()
    real.workspace.docks.show("words")
    choose(qtbot, real, "apple")
    maps = real.word_maps
    qtbot.waitUntil(lambda: len(maps.store.total(tape).steps) == 7, timeout=LONG)
    view, timeline = real.workspace.view, real.workspace.steps.timeline
    qtbot.waitUntil(lambda: view.veil is not None)
    assert view.veil is not None
    together = view.veil.image
    click(real, "map_this_step")
    timeline.setValue(2)
    assert view.veil is not None
    assert view.veil.image != together
    second = view.veil.image
    timeline.setValue(5)
    assert view.veil.image != second
    sizes = real.workspace.words.resolution.count() - 1
    assert sizes == len(maps.store.total(tape).sizes()) > 0
    real.workspace.words.resolution.setCurrentIndex(sizes)
    assert view.veil.image.width() <= second.width()
    assert timeline.grab().toImage() != timeline_without(real)
    click(real, "hide_map")
    assert view.veil is None


def timeline_without(desk: Desk) -> object:
    timeline = desk.workspace.steps.timeline
    veils, timeline._veils = timeline._veils, None
    image = timeline.grab().toImage()
    timeline._veils = veils
    return image


def test_maps_are_kept_for_a_picture_that_is_shown_again(qtbot: QtBot, real: Desk) -> None:
    first = generate(qtbot, real)
    real.workspace.docks.show("words")
    qtbot.waitUntil(lambda: bool(real.workspace.words.bars.words()))
    click(real, "map_words")
    maps = real.word_maps
    qtbot.waitUntil(lambda: len(maps.store.total(first).steps) == 7, timeout=LONG)
    shares = maps.store.total(first).shares()
    assert sum(shares.values()) == pytest.approx(1)
    picture = first.with_name(first.name.replace(".tape.safetensors", ".png"))
    generate(qtbot, real)
    assert real.workspace.view.veil is None
    real.pictures.show_only(picture)
    bars = real.workspace.words.bars
    qtbot.waitUntil(lambda: bool(bars.words()) and real.session.jobs.is_idle(), timeout=LONG)
    qtbot.waitUntil(lambda: bars._shares == shares)


def test_finding_out_can_be_stopped(qtbot: QtBot, real: Desk) -> None:
    real.workspace.panel.form.steps.setValue(60)
    tape = generate(qtbot, real)
    real.workspace.docks.show("words")
    qtbot.waitUntil(lambda: bool(real.workspace.words.bars.words()))
    click(real, "map_words")
    store = real.word_maps.store
    qtbot.waitUntil(lambda: len(store.total(tape).steps) > 0, timeout=LONG)
    click(real, "cancel_map")
    qtbot.waitUntil(real.session.jobs.is_idle, timeout=LONG)
    assert 0 < len(store.total(tape).steps) < 60
    assert real.workspace.messages.text() == ""


def test_a_branch_is_looked_at_from_where_its_own_words_begin(qtbot: QtBot, real: Desk) -> None:
    parent = generate(qtbot, real)
    request = read_branch_request(parent, 3, ())
    real.session.jobs.add([replace(request, prompt="a boat")])
    jobs = real.session.jobs
    qtbot.waitUntil(lambda: jobs.is_idle() and shown_tape(real) not in (None, parent), timeout=LONG)
    tape = shown_tape(real)
    assert tape is not None
    real.workspace.docks.show("words")
    choose(qtbot, real, "boat")
    store = real.word_maps.store
    qtbot.waitUntil(lambda: store.total(tape).steps == {4, 5, 6, 7}, timeout=LONG)
    remark = real.workspace.words.remark
    qtbot.waitUntil(lambda: "Steps 1 to 3 belong to the picture" in remark())


def test_a_tape_of_one_step(qtbot: QtBot, real: Desk) -> None:
    real.workspace.panel.form.steps.setValue(1)
    tape = generate(qtbot, real)
    real.workspace.docks.show("words")
    choose(qtbot, real, "red")
    qtbot.waitUntil(lambda: real.workspace.view.veil is not None, timeout=LONG)
    click(real, "map_this_step")
    assert real.workspace.view.veil is not None
    assert real.word_maps.store.total(tape).steps == {1}


def test_the_failing_prompt_ends_with_the_word_that_lost(qtbot: QtBot, real: Desk) -> None:
    """An experiment of one click: the picture, then the maps, then the word heard least."""
    before = generate(qtbot, real)
    experiment = next(one for one in EXPERIMENTS if one.name == "failing")
    short = replace(experiment, form=replace(experiment.form, steps=4))
    real.menus.experiment_chosen.emit(short)
    words = real.workspace.words
    qtbot.waitUntil(lambda: words.bars.selected() is not None, timeout=LONG)
    lost = words.bars.selected()
    assert lost is not None
    assert lost.text in ("grasshopper", "riding", "bunny")
    assert f"Heard least: “{lost.text}”" in words.remark()
    assert real.workspace.view.veil is not None
    assert words.isVisible()
    assert real.word_maps.store.total(before).steps == set()


def test_a_broken_tape_says_so(qtbot: QtBot, real: Desk) -> None:
    tape = generate(qtbot, real)
    tape.write_bytes(tape.read_bytes()[:-100])
    real.workspace.docks.show("words")
    qtbot.waitUntil(lambda: "is damaged" in real.workspace.words.remark())


def test_a_picture_without_tape_says_why(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> None:
    desk.workspace.docks.show("words")
    desk.workspace.panel.prompt.set_text("red apple")
    click(desk, "generate")
    qtbot.waitUntil(lambda: "not there any more" in desk.workspace.words.remark())
    assert not any(isinstance(job, MapAttention) for job in runner.jobs)
