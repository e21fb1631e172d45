"""Learned concepts in the window: dropped, switched, said in prompts, kept, brought back."""

import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from sddesk.core.concepts.notes import Kind
from sddesk.core.experiments import EXPERIMENTS
from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.paths import RESOURCES, AppPaths
from sddesk.core.picture_files import save_png
from sddesk.core.prompt_language import lora_names, read_prompt
from sddesk.core.settings import FormState, Settings, load_settings
from sddesk.core.values import GenerationRequest
from sddesk.core.wildcards import has_choices
from sddesk.ui.concepts.collection import Entry
from sddesk.ui.desk import Desk
from sddesk.ui.prompt_help import PAGE
from tests.core.concepts.dialects import DIALECTS, lora_tensors
from tests.fakes import FakeRunner, plain_picture
from tests.starter import WIDTH
from tests.ui.conftest import OpenDesk
from tests.ui.drops import drop


@pytest.fixture
def doodle(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    torch.save({"Mr Doodle": torch.ones(2, WIDTH)}, folder / "doodle.bin")
    return folder / "doodle.bin"


@pytest.fixture
def ink(doodle: Path) -> Path:
    tensors = {
        name: torch.zeros(4, WIDTH) if name.endswith(("to_k.lora_A.weight",)) else tensor
        for name, tensor in lora_tensors("peft").items()
    }
    save_file(tensors, doodle.with_name("ink.safetensors"))
    return doodle.with_name("ink.safetensors")


def entries(desk: Desk) -> dict[str, Entry]:
    return {entry.found.path.stem: entry for entry in desk.concepts.collection.entries}


def add(qtbot: QtBot, desk: Desk, *files: Path) -> None:
    before = len(desk.concepts.collection.entries)
    assert drop(desk.shell, *files)
    qtbot.waitUntil(lambda: len(desk.concepts.collection.entries) == before + len(files))


def generate(qtbot: QtBot, desk: Desk, runner: FakeRunner) -> GenerationRequest:
    before = len(runner.requests)
    desk.session.generate()
    qtbot.waitUntil(lambda: len(runner.requests) > before)
    return runner.requests[-1]


def type_prompt(desk: Desk, text: str) -> None:
    edit = desk.workspace.panel.prompt.edit
    edit.setFocus()
    edit.clear()
    QTest.keyClicks(edit, text)


def child(desk: Desk, kind: type, name: str):
    found = desk.shell.findChild(kind, name)
    assert found is not None
    return found


def press(qtbot: QtBot, desk: Desk, name: str) -> None:
    qtbot.mouseClick(child(desk, QPushButton, name), Qt.MouseButton.LeftButton)


def trouble(desk: Desk) -> str:
    label = child(desk, QLabel, "prompt_trouble")
    return "" if label.isHidden() else label.text()


def kinds(desk: Desk) -> list[Kind]:
    return [note.kind for note in desk.workspace.panel.prompt.edit.notes]


def test_a_dropped_word_takes_part_where_it_is_said(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, doodle: Path, paths: AppPaths
) -> None:
    before = doodle.read_bytes()
    add(qtbot, desk, doodle)
    assert doodle.read_bytes() == before
    assert entries(desk)["doodle"].found.path.parent == paths.concepts
    type_prompt(desk, "a mr doodle")
    (use,) = generate(qtbot, desk, runner).concepts
    assert (use.words, use.weight) == (("Mr Doodle",), 1.0)
    type_prompt(desk, "a cat")
    assert generate(qtbot, desk, runner).concepts == ()


def test_several_files_at_once_and_on_the_canvas(
    qtbot: QtBot, desk: Desk, doodle: Path, ink: Path
) -> None:
    add(qtbot, desk, doodle, ink)
    assert set(entries(desk)) == {"doodle", "ink"}
    torch.save({"<x>": torch.ones(WIDTH)}, doodle.with_name("x.pt"))
    desk.workspace.init.dropped.emit(doodle.with_name("x.pt"))
    qtbot.waitUntil(lambda: "x" in entries(desk))


def test_a_lora_by_its_switch_and_its_weight(
    qtbot: QtBot, desk: Desk, runner: FakeRunner, ink: Path
) -> None:
    add(qtbot, desk, ink)
    assert [use.name for use in generate(qtbot, desk, runner).concepts] == ["ink"]
    child(desk, QDoubleSpinBox, "concept_weight").setValue(0.4)
    assert generate(qtbot, desk, runner).concepts[0].weight == 0.4
    desk.workspace.concepts.view.setFocus()
    QTest.keyClick(desk.workspace.concepts.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not entries(desk)["ink"].on)
    assert generate(qtbot, desk, runner).concepts == ()
    type_prompt(desk, "a cat <lora:ink:0.8>")
    assert generate(qtbot, desk, runner).concepts[0].weight == 0.8


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
    assert negative.text() == "<lora:ink:1>"


def test_renamed_removed_and_brought_back(
    qtbot: QtBot, desk: Desk, doodle: Path, paths: AppPaths
) -> None:
    add(qtbot, desk, doodle)
    field = child(desk, QLineEdit, "concept_word")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "scribble")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.concepts.words() == ["scribble"])
    press(qtbot, desk, "concept_remove")
    qtbot.waitUntil(lambda: not desk.concepts.collection.entries)
    assert not list(paths.concepts.glob("*.safetensors"))
    press(qtbot, desk, "concept_undo")
    qtbot.waitUntil(lambda: desk.concepts.words() == ["scribble"])


def test_a_folder_is_read_in_place_and_remembered(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path, paths: AppPaths
) -> None:
    webui = tmp_path / "webui"
    (webui / "models" / "Lora").mkdir(parents=True)
    (webui / "embeddings").mkdir()
    torch.save({"<e>": torch.ones(WIDTH)}, webui / "embeddings" / "e.pt")
    save_file(lora_tensors("kohya"), webui / "models" / "Lora" / "k.safetensors")
    desk = open_desk()
    assert drop(desk.shell, webui)
    qtbot.waitUntil(lambda: set(entries(desk)) == {"e", "k"})
    assert not paths.concepts.exists()
    assert not entries(desk)["e"].own
    assert (entries(desk)["e"].on, entries(desk)["k"].on) == (True, False)
    desk.workspace.concepts.select(webui / "embeddings" / "e.pt")
    assert not child(desk, QPushButton, "concept_remove").isEnabled()
    desk.shell.close()
    again = open_desk(settings=load_settings(paths.settings)[0])
    qtbot.waitUntil(lambda: set(entries(again)) == {"e", "k"})
    again.concepts._forget_folder(webui / "embeddings")
    qtbot.waitUntil(lambda: set(entries(again)) == {"k"})


@pytest.mark.parametrize(("answer", "on"), [("new", {"other"}), ("old", {"doodle"})])
def test_two_files_of_one_word_are_asked_about(
    qtbot: QtBot, desk: Desk, doodle: Path, answer: str, on: set[str]
) -> None:
    torch.save({"mr doodle": torch.zeros(1, WIDTH)}, doodle.with_name("other.pt"))
    add(qtbot, desk, doodle)
    add(qtbot, desk, doodle.with_name("other.pt"))
    qtbot.waitUntil(lambda: desk.shell.findChild(QDialog, "which_question") is not None)
    press(qtbot, desk, f"which_{answer}")
    assert {name for name, entry in entries(desk).items() if entry.on} == on


def test_the_new_one_may_be_given_another_word(qtbot: QtBot, desk: Desk, doodle: Path) -> None:
    torch.save({"mr doodle": torch.zeros(1, WIDTH)}, doodle.with_name("other.pt"))
    add(qtbot, desk, doodle)
    add(qtbot, desk, doodle.with_name("other.pt"))
    qtbot.waitUntil(lambda: desk.shell.findChild(QDialog, "which_question") is not None)
    press(qtbot, desk, "which_rename")
    question = child(desk, QDialog, "word_question")
    child(desk, QLineEdit, "question_word").setText("squiggle")
    question.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: set(desk.concepts.words()) == {"Mr Doodle", "squiggle"})


def test_a_bare_tensor_asks_for_its_word(qtbot: QtBot, desk: Desk, doodle: Path) -> None:
    torch.save(torch.ones(1, WIDTH), doodle.with_name("bare.pt"))
    assert drop(desk.shell, doodle.with_name("bare.pt"))
    qtbot.waitUntil(lambda: desk.shell.findChild(QDialog, "word_question") is not None)
    field = child(desk, QLineEdit, "question_word")
    assert field.text() == "bare"
    field.setText("my word")
    child(desk, QDialog, "word_question").findChild(QPushButton).click()
    qtbot.waitUntil(lambda: desk.concepts.words() == ["my word"])


def test_what_is_no_concept_is_told(qtbot: QtBot, desk: Desk, doodle: Path) -> None:
    doodle.write_text("Dear diary")
    assert drop(desk.shell, doodle)
    qtbot.waitUntil(lambda: "doodle.bin" in desk.workspace.messages.text())
    assert not desk.concepts.collection.entries


def test_search(qtbot: QtBot, desk: Desk, doodle: Path, ink: Path) -> None:
    add(qtbot, desk, doodle, ink)
    model = desk.workspace.concepts.view.model()
    child(desk, QLineEdit, "concept_search").setText("lora")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["ink"]
    child(desk, QLineEdit, "concept_search").setText("DOOD")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Mr Doodle"]


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


def test_switches_are_there_again(
    qtbot: QtBot, open_desk: OpenDesk, ink: Path, paths: AppPaths
) -> None:
    desk = open_desk()
    add(qtbot, desk, ink)
    child(desk, QDoubleSpinBox, "concept_weight").setValue(0.3)
    desk.shell.close()
    again = open_desk(settings=load_settings(paths.settings)[0])
    qtbot.waitUntil(lambda: "ink" in entries(again))
    assert (entries(again)["ink"].on, entries(again)["ink"].weight) == (True, 0.3)


@pytest.mark.skipif(
    any((RESOURCES / "concepts").glob("*.safetensors")), reason="a word ships: none is asked for"
)
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


def test_the_experiment_uses_the_word_in_the_box(
    qtbot: QtBot,
    open_desk: OpenDesk,
    runner: FakeRunner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = tmp_path / "box"
    (box / "concepts").mkdir(parents=True)
    save_file({"Mr Doodle": torch.ones(2, WIDTH)}, box / "concepts" / "any-name.safetensors")
    monkeypatch.setattr("sddesk.core.paths.AppPaths.concept_folders", (box / "concepts",))
    monkeypatch.setattr("sddesk.ui.concepts.concepts._BOX", box / "concepts")
    desk = open_desk(settings=Settings())
    desk.menus.experiment_chosen.emit(next(one for one in EXPERIMENTS if one.wants_word))
    qtbot.waitUntil(lambda: len(runner.requests) == 1)
    assert runner.requests[0].prompt.endswith("in the style of Mr Doodle")
    assert not entries(desk)["any-name"].own


def test_every_dialect_can_be_dropped(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    names = ["A1111 .pt", "concepts library", "list of dicts"]
    for number, name in enumerate(names):
        folder = tmp_path / f"dialect{number}"
        folder.mkdir()
        add(qtbot, desk, DIALECTS[name][0](folder))
    assert {"mr doodle", "<cat-toy>", "<a>"} <= set(desk.concepts.words())


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


def test_a_dreambooth_model_tells_its_word_and_is_remembered(
    qtbot: QtBot, open_desk: OpenDesk, tmp_path: Path, paths: AppPaths
) -> None:
    model = Path(shutil.copytree(RESOURCES / "models" / "starter", tmp_path / "elsewhere" / "dog"))
    about = json.loads((model / "sddesk.json").read_bytes())
    (model / "sddesk.json").write_text(json.dumps({**about, "name": "Dog"}))
    (model / "README.md").write_text("---\ninstance_prompt: a photo of sks dog\n---\n")
    desk = open_desk()
    assert drop(desk.shell, model)
    box = desk.workspace.panel.form.model
    qtbot.waitUntil(lambda: box.key() == "dog")
    type_prompt(desk, "a sks dog")
    qtbot.waitUntil(lambda: kinds(desk) == [Kind.KNOWN])
    assert "sks dog" in str(box.itemData(box.currentIndex(), Qt.ItemDataRole.ToolTipRole))
    desk.shell.close()
    again = open_desk(settings=load_settings(paths.settings)[0])
    assert again.workspace.panel.form.model.key() == "dog"
