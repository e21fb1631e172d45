"""Settings survive damage: the broken file is kept, the last good one comes back."""

import json
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.problems import ProblemError
from sddesk.core.settings import ConceptSwitch, FormState, Settings, load_settings, save_settings
from sddesk.core.styles import FIRST_STYLES, Style, apply_style

GOOD = Settings(
    form=FormState(prompt="grün ☂", steps=12, guidance_scale=7.5, seed=2**60, model="starter"),
    device="cpu",
    window="AAAA",
    layout="BBBB",
    reduce_motion=True,
    shortcuts={"generate": "Ctrl+G"},
    prompt_history=["a moth", "grün ☂"],
    models=["/models/dreambooth"],
    painting={"tool": "eraser", "brush": {"size": 3.5}},
    concept_folders=["/a1111/embeddings"],
    concepts=[ConceptSwitch("ab" * 32, False, 0.8)],
    styles=[Style("Moth", "a moth, {prompt}", "butterfly")],
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_none_yet(path: Path) -> None:
    assert load_settings(path) == (Settings(), None)
    assert not path.exists()


def test_what_is_saved_comes_back(path: Path) -> None:
    save_settings(path, GOOD)
    assert load_settings(path) == (GOOD, None)


def good_with(**changes: Any) -> str:
    return json.dumps({"version": 1, **changes})


BROKEN = {
    "empty": "",
    "not JSON": "{",
    "not text": "\udcff\udcfe\udcfd",
    "a list": "[]",
    "nested too deep": "[" * 100_000,
    "no version": "{}",
    "a newer version": good_with(version=2),
    "a form that is none": good_with(form=[]),
    "a wrong type": good_with(device=7),
    "a wrong type in the form": good_with(form={"steps": "many"}),
    "a truth value for a number": good_with(form={"steps": True}),
    "null where none may be": good_with(form={"prompt": None}),
    "a brush that is none": good_with(painting=[]),
    "keys that are none": good_with(shortcuts={"generate": 7}),
    "a history of numbers": good_with(prompt_history=[1]),
    "folders that are none": good_with(concept_folders=[1]),
    "a concept that is none": good_with(concepts=["ink"]),
    "a concept without a hash": good_with(concepts=[{"on": True}]),
    "a style that is none": good_with(styles=["moth"]),
    "a style without a name": good_with(styles=[{"prompt": "moth"}]),
    "a style of numbers": good_with(styles=[{"name": 1}]),
    "a fraction of a picture": good_with(form={"count": 1.5}),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_damage_brings_the_last_good_settings_back(path: Path, text: str) -> None:
    save_settings(path, GOOD)
    load_settings(path)  # a start that goes well
    path.write_bytes(text.encode(errors="surrogateescape"))
    settings, problem = load_settings(path)
    assert settings == GOOD
    assert problem is not None
    aside = path.with_name("settings.broken.json")
    assert str(aside) in problem.detail
    assert "last good" in problem.hint
    assert aside.read_bytes() == text.encode(errors="surrogateescape")
    assert load_settings(path)[1] is None  # told once


def test_damage_without_last_good_brings_the_defaults(path: Path) -> None:
    path.write_text("{")
    settings, problem = load_settings(path)
    assert settings == Settings()
    assert problem is not None
    assert "default" in problem.hint


def test_unknown_entries_and_missing_ones_are_no_damage(path: Path) -> None:
    path.write_text(good_with(form={"steps": 9, "later": 1}, colour="red"))
    settings, problem = load_settings(path)
    assert problem is None
    assert settings == Settings(form=FormState(steps=9))


def test_a_whole_number_is_a_guidance_too(path: Path) -> None:
    path.write_text(good_with(form={"guidance_scale": 7}))
    assert load_settings(path)[0].form.guidance_scale == 7


def test_a_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir()
    settings, problem = load_settings(path)
    assert settings == Settings()
    assert problem is not None


def test_saving_where_nothing_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(ProblemError):
        save_settings(tmp_path / "home" / "settings.json", GOOD)


def test_a_file_from_before_there_were_styles_has_the_first_ones(path: Path) -> None:
    path.write_text(good_with())
    assert load_settings(path)[0].styles == list(FIRST_STYLES)


@pytest.mark.parametrize(
    ("style", "prompt", "expected"),
    [
        ("an antique painting of {prompt}", "a moth", "an antique painting of a moth"),
        ("{prompt}, {prompt}", "moth", "moth, moth"),
        ("highly detailed", "a moth", "a moth, highly detailed"),
        ("highly detailed", " ", "highly detailed"),
        ("", "a moth", "a moth"),
    ],
)
def test_a_style_goes_around_or_behind_the_prompt(style: str, prompt: str, expected: str) -> None:
    assert apply_style(Style("", style, style), prompt, prompt) == (expected, expected)
