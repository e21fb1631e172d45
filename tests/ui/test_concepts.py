"""Learned concepts in the window: dropped, switched, kept, brought back."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QDoubleSpinBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from sddesk.core.concepts.notes import Kind
from sddesk.core.paths import RESOURCES, AppPaths
from sddesk.core.settings import load_settings
from sddesk.ui.desk import Desk
from tests.core.concepts.dialects import DIALECTS, lora_tensors
from tests.fakes import FakeRunner
from tests.starter import WIDTH
from tests.ui.concept_steps import add, child, entries, generate, kinds, press, type_prompt
from tests.ui.conftest import OpenDesk
from tests.ui.drops import drop


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


def test_the_word_of_a_lora_is_shown_and_stays(
    qtbot: QtBot, desk: Desk, doodle: Path, ink: Path
) -> None:
    add(qtbot, desk, doodle, ink)
    field = child(desk, QLineEdit, "concept_word")
    qtbot.waitUntil(lambda: field.text() == "<ink>")
    assert field.isReadOnly()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    child(desk, QAbstractButton, "concept_insert").setFocus()
    assert field.text() == "<ink>"


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


def test_every_dialect_can_be_dropped(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    names = ["A1111 .pt", "concepts library", "list of dicts"]
    for number, name in enumerate(names):
        folder = tmp_path / f"dialect{number}"
        folder.mkdir()
        add(qtbot, desk, DIALECTS[name][0](folder))
    assert {"mr doodle", "<cat-toy>", "<a>"} <= set(desk.concepts.words())


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
