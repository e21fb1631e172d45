"""Model folders are found, understood, or refused with a reason, before torch is imported."""

import json
from pathlib import Path
from typing import Any

import pytest

from sddesk.core.models import find_models, look_at, model_named, read_model
from sddesk.core.paths import RESOURCES
from sddesk.core.problems import ProblemError
from sddesk.core.values import ModelDefaults
from tests.core.helpers import SD_INDEX, XL_INDEX, safetensors_bytes, write_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "models" / "tiny")


def refused(path: Path) -> str:
    """What is told about the unusable model, as one line."""
    with pytest.raises(ProblemError) as caught:
        read_model(path)
    problem = caught.value.problem
    assert problem.hint
    assert not problem.ours
    assert look_at(path).problem == problem
    return problem.what()


def test_stable_diffusion_1(model: Path) -> None:
    ref = read_model(model)
    assert (ref.name, ref.family, ref.size_multiple) == ("tiny", "sd", 8)
    assert ref.defaults == ModelDefaults(512, 512, 25, 7.0, "DPM++ 2M Karras")
    assert not ref.distilled


def test_sdxl(tmp_path: Path) -> None:
    ref = read_model(write_model(tmp_path / "xl", XL_INDEX))
    assert ref.family == "sdxl"
    assert (ref.defaults.width, ref.defaults.height) == (1024, 1024)


def test_distilled(tmp_path: Path) -> None:
    assert read_model(write_model(tmp_path / "lcm", unet={"time_cond_proj_dim": 256})).distilled


def test_the_starter() -> None:
    ref = read_model(RESOURCES / "models" / "starter")
    assert ref.family == "sd"
    assert ref.defaults.width == ref.defaults.height


def test_size_multiple_is_never_below_what_the_pipelines_insist_on(model: Path) -> None:
    for blocks, multiple in ((1, 8), (3, 8), (5, 16)):
        vae = {"latent_channels": 4, "block_out_channels": [1] * blocks}
        (model / "vae" / "config.json").write_text(json.dumps(vae))
        assert read_model(model).size_multiple == multiple


def test_defaults_of_its_own(model: Path) -> None:
    values = {"name": "My\tmodel\n", "width": 64, "height": 96, "steps": 9, "guidance_scale": 1}
    (model / "sddesk.json").write_text(json.dumps(values | {"sampler": "euler A"}))
    ref = read_model(model)
    assert ref.name == "My model"
    assert ref.defaults == ModelDefaults(64, 96, 9, 1.0, "Euler a")


DAMAGED_DEFAULTS = [
    "{",
    "[]",
    '{"width": "wide"}',
    '{"width": null}',
    '{"steps": Infinity}',
    '{"steps": 0}',
    '{"width": -64}',
    '{"width": 65}',
    '{"guidance_scale": NaN}',
    '{"guidance_scale": []}',
    '{"sampler": "Eulr"}',
    '{"sampler": 7}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", DAMAGED_DEFAULTS, ids=lambda text: text[:30])
def test_damaged_defaults(model: Path, text: str) -> None:
    (model / "sddesk.json").write_text(text)
    assert "sddesk.json" in refused(model)


def test_missing_folder(tmp_path: Path) -> None:
    assert "not a model" in refused(tmp_path / "none")
    (tmp_path / "file").write_text("a file")
    assert "not a model" in refused(tmp_path / "file")


BAD_INDEX: dict[str, Any] = {
    "empty": "",
    "cut off": json.dumps(SD_INDEX)[:-5],
    "a list": [],
    "another kind": SD_INDEX | {"_class_name": "FluxPipeline"},
    "no kind": {},
    "a component is not named": {k: v for k, v in SD_INDEX.items() if k != "vae"},
    "a component is empty": SD_INDEX | {"vae": []},
    "a component is null": SD_INDEX | {"vae": [None, None]},
    "a component is a word": SD_INDEX | {"vae": "AutoencoderKL"},
    "code from elsewhere": SD_INDEX | {"unet": ["my_pipeline", "MyUNet"]},
    "code from a module of Python": SD_INDEX | {"scheduler": ["os", "system"]},
}


@pytest.mark.parametrize("index", BAD_INDEX.values(), ids=BAD_INDEX.keys())
def test_bad_index(model: Path, index: Any) -> None:
    text = index if isinstance(index, str) else json.dumps(index)
    (model / "model_index.json").write_text(text)
    assert str(model) in refused(model)


@pytest.mark.parametrize("name", [name for name in SD_INDEX if not name.startswith("_")])
def test_a_missing_component(model: Path, name: str) -> None:
    (model / name).rename(model / "elsewhere")
    assert name in refused(model)


@pytest.mark.parametrize("name", ["text_encoder", "unet", "vae"])
def test_missing_and_truncated_weights(model: Path, name: str) -> None:
    file = model / name / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    assert "damaged" in refused(model)
    file.write_bytes(b"")
    assert "safetensors" in refused(model)
    file.unlink()
    assert "no weights" in refused(model)


@pytest.mark.parametrize(
    "name",
    [
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "unet/config.json",
        "vae/config.json",
    ],
)
def test_missing_and_damaged_configurations(model: Path, name: str) -> None:
    (model / name).write_text("{")
    assert name in refused(model)
    (model / name).write_text("[]")
    assert name in refused(model)
    (model / name).unlink()
    assert name in refused(model)


def test_a_tokenizer_is_one_file_or_two(model: Path) -> None:
    folder = model / "tokenizer"
    (folder / "tokenizer.json").unlink()
    assert "tokenizer" in refused(model)
    (folder / "vocab.json").write_text("{}")
    assert "tokenizer" in refused(model)
    (folder / "merges.txt").write_text("")
    assert read_model(model).name == "tiny"


def test_python_files_are_refused_wherever_they_hide(model: Path) -> None:
    (model / "unet" / "deep").mkdir()
    (model / "unet" / "deep" / "innocent.py").write_text("print('gotcha')")
    assert "innocent.py" in refused(model)


@pytest.mark.parametrize("name", ["unet", "vae"])
@pytest.mark.parametrize("text", ["{", "[]", '{"block_out_channels": 7, "in_channels": null}'])
def test_damaged_configurations(model: Path, name: str, text: str) -> None:
    (model / name / "config.json").write_text(text)
    assert str(model) in refused(model)


def test_inpainting_models_are_of_another_kind(tmp_path: Path) -> None:
    path = write_model(tmp_path / "inpaint", unet={"in_channels": 9})
    assert "9 channels" in refused(path)


def test_the_fingerprint_follows_the_weights(model: Path) -> None:
    before = read_model(model).fingerprint
    (model / "sddesk.json").write_text('{"name": "Other"}')
    assert read_model(model).fingerprint == before
    weights = safetensors_bytes({"w": ("F32", [2], b"changed!")})
    (model / "unet" / "model.safetensors").write_bytes(weights)
    assert read_model(model).fingerprint != before


def test_the_fingerprint_survives_a_move(model: Path) -> None:
    before = read_model(model).fingerprint
    assert read_model(model.rename(model.with_name("renamed"))).fingerprint == before


def test_all_models_are_found_broken_ones_too(model: Path, tmp_path: Path) -> None:
    broken = write_model(tmp_path / "models" / "broken", SD_INDEX | {"_class_name": "Other"})
    (tmp_path / "models" / "no model").mkdir()
    (tmp_path / "models" / "a file").write_text("hello")
    found = find_models((tmp_path / "missing", tmp_path / "models"))
    assert [entry.path for entry in found] == [broken, model]
    assert [entry.ref is None for entry in found] == [True, False]


def test_an_unreadable_weight_file_does_not_hide_the_others(model: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path / "models" / "other")
    weights = model / "unet" / "model.safetensors"
    weights.rename(model / "unet" / "model.bin")
    (model / "unet" / "model.bin").unlink()
    (model / "unet" / "model.bin").mkdir()
    found = find_models((tmp_path / "models",))
    assert [entry.path for entry in found if entry.ref is not None] == [other]


def test_by_name_and_by_path(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (model / "sddesk.json").write_text('{"name": "Tiny One"}')
    folders = (tmp_path / "models",)
    assert model_named("tiny", folders).path == model
    assert model_named("Tiny One", folders).path == model
    assert model_named(str(model), ()).path == model
    monkeypatch.chdir(tmp_path)
    assert model_named("models/tiny", ()).path == model
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert model_named("~/models/tiny", ()).path == model


@pytest.mark.parametrize("text", ["nothing", "~no-such-user/model", "x" * 5000])
def test_no_such_model(model: Path, text: str) -> None:
    with pytest.raises(ProblemError, match="no such model") as caught:
        model_named(text, (model.parent,))
    assert "tiny" in caught.value.problem.hint


def test_a_broken_model_by_name_tells_its_own_problem(model: Path) -> None:
    (model / "unet" / "model.safetensors").write_bytes(b"")
    with pytest.raises(ProblemError, match="safetensors"):
        model_named("tiny", (model.parent,))


@pytest.mark.parametrize(
    ("card", "word"),
    [
        ("---\nlicense: x\ninstance_prompt: a photo of sks dog\ntags:\n- a\n---\n# Dog", "sks dog"),
        ('---\ninstance_prompt: "zwx style"\n---\n', "zwx style"),
        ("---\ninstance_prompt: None\n---\n", ""),
        ("---\nlicense: mit\n---\ninstance_prompt: not in front", ""),
        ("no front", ""),
    ],
)
def test_the_word_that_dreambooth_taught(model: Path, card: str, word: str) -> None:
    assert read_model(model).word == ""
    (model / "README.md").write_text(card)
    assert read_model(model).word == word


def test_our_own_file_tells_the_word_first(model: Path) -> None:
    (model / "README.md").write_text("---\ninstance_prompt: a photo of sks dog\n---\n")
    (model / "sddesk.json").write_text('{"word": "rex"}')
    assert read_model(model).word == "rex"
