"""The settings in a picture: for other programs in A1111's grammar, for us to the letter."""

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sddesk.core.infotext import parameters_text, request_json, request_values
from sddesk.core.samplers import SAMPLERS
from sddesk.core.values import BranchPoint, Picture
from tests.core.helpers import a_model, a_request

# AUTOMATIC1111 stable-diffusion-webui, modules/infotext_utils.py
RE_PARAM = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
RE_IMAGE_SIZE = re.compile(r"^(\d+)x(\d+)$")
PICTURE = Picture(1, 1, b"abc")


def parse(text: str) -> dict[str, str]:
    """`parse_generation_parameters` of the same file, in short."""
    *lines, last = text.strip().split("\n")
    if len(RE_PARAM.findall(last)) < 3:
        lines, last = [*lines, last], ""
    result, key = {"Prompt": "", "Negative prompt": ""}, "Prompt"
    for line in (line.strip() for line in lines):
        if line.startswith("Negative prompt:"):
            key, line = "Negative prompt", line[16:].strip()
        result[key] += ("\n" if result[key] else "") + line
    for name, value in RE_PARAM.findall(last):
        result[name] = json.loads(value) if value[:1] == '"' == value[-1:] else value
    return result


def test_a_plain_picture() -> None:
    request = a_request(sampler="DPM++ 2M Karras", guidance_scale=7.5, width=512, height=768)
    found = parse(parameters_text(request))
    version = found.pop("Version")
    assert found == {
        "Prompt": "red apple",
        "Negative prompt": "",
        "Steps": "20",
        "Sampler": "DPM++ 2M",
        "Schedule type": "Karras",
        "CFG scale": "7.5",
        "Seed": "1",
        "Size": "512x768",
        "Model": "Tiny",
        "RNG": "CPU",
    }
    assert version.startswith("SD Desk ")
    assert RE_IMAGE_SIZE.match(found["Size"])


def test_the_exact_shape() -> None:
    text = parameters_text(a_request(prompt="a\nb", negative_prompt="c\nd"))
    start = "a\nb\nNegative prompt: c\nd\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: "
    assert text.startswith(start)
    assert "Negative prompt" not in parameters_text(a_request())
    assert "Schedule type" not in parameters_text(a_request())


def test_what_is_not_always_there() -> None:
    request = a_request(init=PICTURE, strength=0.55, guidance_rescale=0.7)
    found = parse(parameters_text(request))
    assert (found["Denoising strength"], found["CFG Rescale"]) == ("0.55", "0.7")
    assert not {"Denoising strength", "CFG Rescale"} & parse(parameters_text(a_request())).keys()


@pytest.mark.parametrize("name", ["a,b", "a: b", 'say "hi", all', "back\\slash, too", "grün 🍎"])
def test_names_that_would_break_the_list_are_quoted(name: str) -> None:
    assert parse(parameters_text(a_request(model=a_model(name=name))))["Model"] == name


line = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(
    prompt=line.filter(lambda text: not text.startswith("Negative")),
    negative=line,
    sampler=st.sampled_from(SAMPLERS),
    seed=st.integers(0, 2**63 - 1),
    guidance=st.floats(0, 1000),
)
def test_whatever_is_written_is_read_again(
    prompt: str, negative: str, sampler: str, seed: int, guidance: float
) -> None:
    request = a_request(
        prompt=prompt,
        negative_prompt=negative,
        sampler=sampler,
        seed=seed,
        guidance_scale=guidance,
    )
    found = parse(parameters_text(request))
    assert (found["Prompt"], found["Negative prompt"]) == (prompt, negative)
    assert f"{found['Sampler']} {found.get('Schedule type', '')}".strip() == sampler
    assert found["Seed"] == str(seed)
    assert math.isclose(float(found["CFG scale"]), guidance, rel_tol=1e-9)


def test_our_own_chunk_holds_everything() -> None:
    request = a_request(prompt="grün 🍎", guidance_scale=0.1 + 0.2, seed=2**63 - 1)
    data = json.loads(request_json(request, {"device": "cpu"}))
    assert data["version"] == 1
    assert data["run"] == {"device": "cpu"}
    assert data["model"] == {"name": "Tiny", "fingerprint": "0123456789abcdef"}
    kept = {key: data[key] for key in ("prompt", "guidance_scale", "seed", "sampler", "steps")}
    assert kept == {
        "prompt": "grün 🍎",
        "guidance_scale": 0.1 + 0.2,
        "seed": 2**63 - 1,
        "sampler": "Euler",
        "steps": 20,
    }
    assert (data["init"], data["strength"], data["branch"]) == (None, None, None)


def test_pictures_and_tapes_are_named_by_what_identifies_them(tmp_path: Any) -> None:
    values = request_values(a_request(init=PICTURE, branch=BranchPoint(tmp_path / "a.tape", 3)))
    assert values["init"] == {"pixel_hash": PICTURE.pixel_hash()}
    assert values["strength"] == 0.6
    assert values["branch"] == {"tape": "a.tape", "step": 3}
    assert json.loads(json.dumps(values)) == values
