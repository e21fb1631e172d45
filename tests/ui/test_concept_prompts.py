"""Learned concepts in prompts: coloured, completed, weighed, missing, remembered."""

import re
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QLabel
from pytestqt.qtbot import QtBot

from sddesk.core.concepts.notes import Kind
from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.paths import RESOURCES, AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.prompt_language import lora_names, read_prompt
from sddesk.core.settings import FormState, Settings
from sddesk.core.training.experiments import EXPERIMENTS as TRAININGS
from sddesk.core.values import GenerationRequest
from sddesk.core.wildcards import has_choices
from sddesk.ui.desk import Desk
from sddesk.ui.prompt_help import PAGE
from tests.fakes import FakeRunner, plain_picture
from tests.starter import WIDTH
from tests.ui.concept_steps import add, child, entries, generate, kinds, press, trouble, type_prompt
from tests.ui.conftest import OpenDesk


def test_known_words_are_coloured_and_others_say_why(
    qtbot: QtBot, desk: Desk, doodle: Path
) -> None:
    torch.save({"wide": torch.ones(1024)}, doodle.with_name("wide.pt"))
    add(qtbot, desk, doodle, doodle.with_name("wide.pt"))
    type_prompt(desk, "Mr Doodle")
    qtbot.waitUntil(lambda: kinds(desk) == [Kind.KNOWN])
    assert trouble(desk) == ""
    type_prompt(desk, "a wide cat")
    said = f"wide: made for SD 2.x, 1024 wide; this model takes {WIDTH}"
    qtbot.waitUntil(lambda: trouble(desk) == said)
    type_prompt(desk, "<lora:gone:1> <nobody>")
    qtbot.waitUntil(lambda: "no LoRA of this name is here" in trouble(desk))
    assert "<nobody>: no concept with this word is here" in trouble(desk)
    card = entries(desk)["doodle"].found.card
    assert card is not None
    type_prompt(desk, "Mr Doodle")
    desk.concepts.collection.set_on(card, on=False)
    qtbot.waitUntil(lambda: "doodle is switched off" in trouble(desk))


def test_words_are_completed_while_they_are_typed(qtbot: QtBot, desk: Desk, doodle: Path) -> None:
    add(qtbot, desk, doodle)
    type_prompt(desk, "a mr")
    edit = desk.workspace.panel.prompt.edit
    assert edit.suggestions is not None
    assert not edit.suggestions.isHidden()
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.toPlainText() == "a Mr Doodle"
    assert edit.hasFocus()
    assert edit.suggestions.isHidden()
    type_prompt(desk, "a mr")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.suggestions.isHidden()
    type_prompt(desk, "a mr")
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "a Mr Doodle"


def test_keys_change_the_weight(qtbot: QtBot, desk: Desk, doodle: Path) -> None:
    add(qtbot, desk, doodle)
    type_prompt(desk, "by Mr Doodle")
    edit = desk.workspace.panel.prompt.edit
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(edit, Qt.Key.Key_Up, control)
    QTest.keyClick(edit, Qt.Key.Key_Up, control)
    assert edit.toPlainText() == "by (Mr Doodle:1.2)"
    QTest.keyClick(edit, Qt.Key.Key_Down, control)
    assert edit.toPlainText() == "by (Mr Doodle:1.1)"
    assert edit.textCursor().selectedText() == "Mr Doodle"
    edit.undo()
    assert edit.toPlainText() == "by (Mr Doodle:1.2)"


def test_inserted_at_the_cursor(qtbot: QtBot, desk: Desk, doodle: Path, ink: Path) -> None:
    add(qtbot, desk, doodle)
    type_prompt(desk, "in the style of")
    press(qtbot, desk, "concept_insert")
    assert desk.workspace.panel.prompt.text() == "in the style of Mr Doodle"
    add(qtbot, desk, ink)
    negative = desk.workspace.panel.negative
    negative.edit.setFocus()
    press(qtbot, desk, "concept_insert")
    assert negative.text() == "<lora:ink:1> <ink>"


def test_choices_follow_the_seed(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, paths: AppPaths
) -> None:
    paths.wildcards.mkdir()
    (paths.wildcards / "animal.txt").write_text("cat\ndog\n")
    for count in (9, 18):
        form = FormState(prompt="{red|blue} __animal__", seed=5, count=9, steps=1)
        desk.workspace.panel.set_state(form)
        desk.session.generate()
        qtbot.waitUntil(lambda count=count: len(runner.requests) == count)
    prompts = [request.prompt for request in runner.requests]
    assert prompts[:9] == prompts[9:]
    assert set(prompts) == {"red cat", "blue cat", "red dog", "blue dog"}
    assert desk.workspace.panel.state().prompt == "{red|blue} __animal__"


def picture_of(request: GenerationRequest, path: Path) -> Path:
    texts = {"parameters": parameters_text(request), "sddesk": request_json(request, {})}
    save_png(path, plain_picture(request.width, request.height, 9), texts)
    return path


def test_a_recalled_picture_switches_its_concepts(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path, ink: Path, tmp_path: Path
) -> None:
    add(qtbot, desk, doodle, ink)
    type_prompt(desk, "a Mr Doodle")
    child(desk, QDoubleSpinBox, "concept_weight").setValue(0.7)
    made = generate(qtbot, desk, runner)
    path = picture_of(made, tmp_path / "made.png")
    for entry in entries(desk).values():
        assert entry.found.card is not None
        desk.concepts.collection.set_on(entry.found.card, on=False)
        desk.concepts.collection.set_weight(entry.found.card, 1)
    type_prompt(desk, "something else")
    desk.pictures.recall(path, "all")
    qtbot.waitUntil(lambda: desk.workspace.panel.state().prompt == "a Mr Doodle")
    assert generate(qtbot, desk, runner) == made


def test_a_missing_concept_is_named_and_marked(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path, tmp_path: Path
) -> None:
    add(qtbot, desk, doodle)
    type_prompt(desk, "a Mr Doodle")
    made = generate(qtbot, desk, runner)
    press(qtbot, desk, "concept_remove")
    qtbot.waitUntil(lambda: not desk.concepts.collection.entries)
    desk.pictures.recall(picture_of(made, tmp_path / "made.png"), "all")
    name = f"Mr Doodle ({made.concepts[0].hash[:8]})"
    qtbot.waitUntil(lambda: name in desk.workspace.messages.text())
    qtbot.waitUntil(lambda: "is not here" in trouble(desk))
    add(qtbot, desk, doodle)
    assert name not in desk.workspace.messages.text()
    qtbot.waitUntil(lambda: trouble(desk) == "")


def test_the_experiment_asks_for_a_word(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path
) -> None:
    qtbot.waitUntil(lambda: desk.concepts.collection.is_known)
    experiment = next(one for one in EXPERIMENTS if one.wants_word)
    desk.menus.experiment_chosen.emit(experiment)
    assert "needs a learned word" in desk.workspace.messages.text()
    add(qtbot, desk, doodle)
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    (request,) = runner.requests
    assert request.prompt.endswith("gorilla eating a plate of chips in the style of Mr Doodle")
    assert [use.words for use in request.concepts] == [("Mr Doodle",)]


def test_experiments_show_the_model_without_loras(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path, ink: Path
) -> None:
    """One that was just taught would be seen in all that the model is to show."""
    add(qtbot, desk, doodle, ink)
    assert {name for name, entry in entries(desk).items() if entry.on} == {"doodle", "ink"}
    desk.menus.experiment_chosen.emit(EXPERIMENTS[0])
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert not runner.requests[0].concepts
    assert {name for name, entry in entries(desk).items() if entry.on} == {"doodle"}
    assert "change the picture: ink" in desk.workspace.messages.text()
    card = entries(desk)["ink"].found.card
    assert card is not None
    desk.concepts.collection.set_on(card, on=True)
    desk.workspace.view.start.prompt_chosen.emit("a red apple")
    qtbot.waitUntil(lambda: len(runner.requests) == 2)
    assert not runner.requests[1].concepts
    assert "change the picture: ink" in desk.workspace.messages.text()
    type_prompt(desk, "a pear")
    desk.workspace.panel.generate_requested.emit()
    assert "change the picture" not in desk.workspace.messages.text()


def test_the_experiment_uses_the_word_in_the_box(
    qtbot: QtBot, open_desk: OpenDesk, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppPaths, "concept_box", RESOURCES / "concepts")
    desk = open_desk(settings=Settings())
    desk.menus.experiment_chosen.emit(next(one for one in EXPERIMENTS if one.wants_word))
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].prompt.endswith("in the style of <blob>")
    assert [use.words for use in runner.requests[0].concepts] == [("<blob>",)]
    assert trouble(desk) == ""
    assert not entries(desk)["blob"].own
    assert TRAININGS[0].word not in desk.concepts.words()  # else it could not be taught


def test_the_page_about_prompts_says_what_is_so(qtbot: QtBot, desk: Desk) -> None:
    desk.dialogs.show_language()
    page = child(desk, QDialog, "prompt_help")
    assert "Ctrl+Up" in page.findChild(object, "prompt_help_page").toPlainText()
    page.close()


def test_a_learned_word_is_one_word_among_the_tokens(
    qtbot: QtBot, desk: Desk, doodle: Path
) -> None:
    strip = desk.workspace.panel.tokens.strip
    desk.workspace.panel.prompt.set_text("a bench by Mr Doodle")
    qtbot.waitUntil(lambda: bool(strip.words()))
    assert not any(word.concept for word in strip.words())
    add(qtbot, desk, doodle)
    qtbot.waitUntil(lambda: strip.words()[-1].concept != "")
    assert strip.words()[-1].text == "Mr Doodle"
    assert not strip.words()[-1].falls_apart
    assert len(strip.words()[-1].pieces) == 2  # vectors
    count = child(desk, QLabel, "prompt_tokens")
    tokens = sum(len(word.pieces) for word in strip.words())
    qtbot.waitUntil(lambda: count.text().startswith(f"{tokens} / "))


def test_what_the_page_shows_is_what_prompts_say() -> None:
    """Each example of the tables and lists is understood, none is mere text."""
    shown = re.findall(r"^\| `([^`]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) >= 10
    for text in shown:
        parts = read_prompt(text, 20)
        plain = len(parts) == 1 and parts[0].plain == text
        assert not plain or has_choices(text) or lora_names(text), text
