"""Settings in pictures of other programs, in their exact grammar, and in our own."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sddesk.core.infotext import parameters_text, request_json
from sddesk.core.picture_files import png_bytes, save_png
from sddesk.core.problems import ProblemError
from sddesk.core.recall import from_parameters, from_values, recall, split_parameters
from sddesk.core.samplers import SAMPLERS
from sddesk.core.values import ConceptUse, Picture
from tests.core.helpers import a_request
from tests.core.test_infotext import parse  # the other program's grammar, written independently

PICTURE = Picture(1, 1, b"abc")
# As AUTOMATIC1111 1.10 and Forge write them.
TEXTS = {
    "plain": "a moth\nNegative prompt: a lamp\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5",
    "no negative": "a moth\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768",
    "no prompt": "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5",
    "only prompt": "a moth: an essay, in: two parts",
    "many lines": "a moth\n\nby night\nNegative prompt: lamp\nday\nSteps: 20, Seed: 5, Size: 8x8",
    "colons and quotes": 'say "moth": (big:1.3), Steps: many\nSteps: 20, Sampler: DDIM, Seed: 5',
    "negative inside": "a sign, Negative prompt: no\nNegative prompt: x\nSteps: 1, Seed: 2, A: 3",
    "two negatives": "a\nNegative prompt: b\nNegative prompt: c\nSteps: 1, Seed: 2, Size: 8x8",
    "hires fix": (
        "a moth\nSteps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 5, "
        "Size: 512x512, Model hash: abc123, Model: v1-5-pruned, Denoising strength: 0.5, "
        'Hires upscale: 2, Hires steps: 10, Hires upscaler: "R-ESRGAN 4x+, soft", '
        'Lora hashes: "ink: 0123abcd, \\"q\\": 45", Version: v1.10.1'
    ),
    "dynamic": "a\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Dynamic prompt: True, X: ",
    "spaces": "  a moth  \n  Negative prompt:   lamp  \nSteps: 20,Sampler: Euler,  Seed: 5",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_read_as_the_other_program_reads_it(text: str) -> None:
    expected = parse(text)
    prompt, negative, fields = split_parameters(text)
    found = {"Prompt": prompt, "Negative prompt": negative, **fields}
    assert found == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_read_alike(prompt: str, negative: str) -> None:
    text = f"{prompt}\nNegative prompt: {negative}\nSteps: 20, Seed: 5, Size: 8x8"
    expected = parse(text)
    found = split_parameters(text)
    assert (found[0], found[1]) == (expected["Prompt"], expected["Negative prompt"])


def test_hires_fix_fields_are_named_as_left_out() -> None:
    found = from_parameters(TEXTS["hires fix"])
    assert found.sampler == "DPM++ 2M Karras"
    assert (found.steps, found.seed, found.guidance_scale) == (20, 5, 7.0)
    assert (found.width, found.height, found.strength) == (512, 512, 0.5)
    assert found.model == "v1-5-pruned"
    assert found.left_out == (
        "Hires upscale: 2",
        "Hires steps: 10",
        "Hires upscaler: R-ESRGAN 4x+, soft",
    )
    assert [(use.kind, use.name, use.hash) for use in found.concepts][:1] == [
        ("lora", "ink", "0123abcd")
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("Sampler: DPM++ 2M Karras", "DPM++ 2M Karras"),
        ("Sampler: DPM++ 2M, Schedule type: Automatic", "DPM++ 2M"),
        ("Sampler: euler A", "Euler a"),
        ("Sampler: DPM adaptive", None),
        ("Sampler: Euler, Schedule type: Exponential", None),
    ],
)
def test_samplers_of_older_and_newer_versions(fields: str, expected: str | None) -> None:
    found = from_parameters(f"a\n{fields}, Seed: 1, Steps: 2, Size: 8x8")
    assert found.sampler == expected
    assert bool(found.left_out) == (expected is None)


def test_nonsense_numbers_are_left_out() -> None:
    found = from_parameters("a\nSteps: many, Seed: 1e5, CFG scale: nan, Size: 8xx8")
    assert (found.steps, found.seed, found.guidance_scale, found.width) == (None,) * 4
    assert len(found.left_out) == 3


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_ours_come_back_from_either_text(sampler: str) -> None:
    request = a_request(sampler=sampler, prompt='a "moth", big: 3', negative_prompt="lamp\nday")
    found = from_parameters(parameters_text(request))
    assert found.sampler == sampler
    assert (found.prompt, found.negative_prompt) == (request.prompt, request.negative_prompt)
    assert (found.seed, found.steps) == (request.seed, request.steps)
    assert found.left_out == ()


def test_concepts_come_back_from_either_text() -> None:
    uses = (
        ConceptUse(Path("w.pt"), "embedding", "w", ("Mr Doodle",), "ab" * 32, 0.8),
        ConceptUse(Path("ink.safetensors"), "lora", "ink", (), "cd" * 32, 1.5),
    )
    request = a_request(concepts=uses)
    for found in (
        from_values(json.loads(request_json(request, {}))),
        from_parameters(parameters_text(request)),
    ):
        assert found.left_out == ()
        for use, known in zip(found.concepts, uses, strict=True):
            assert (use.kind, use.words, use.weight) == (known.kind, known.words, known.weight)
            assert known.hash.startswith(use.hash)


def test_our_own_chunk_goes_before(tmp_path: Path) -> None:
    request = a_request(init=Picture(8, 8, bytes(192)), strength=0.3, width=8, height=8)
    texts = {"parameters": "other words", "sddesk": request_json(request, {})}
    save_png(tmp_path / "a.png", PICTURE, texts)
    found = recall(tmp_path / "a.png")
    assert found is not None
    assert found.ours
    assert found.prompt == request.prompt
    assert found.strength == 0.3
    assert request.init is not None
    assert found.parent == request.init.pixel_hash()
    assert found.fingerprint == request.model.fingerprint


@pytest.mark.parametrize("broken", ["[]", "{}", '{"prompt": 1', json.dumps({"prompt": "a"})])
def test_damaged_settings_are_told(tmp_path: Path, broken: str) -> None:
    save_png(tmp_path / "a.png", PICTURE, {"sddesk": broken})
    with pytest.raises(ProblemError, match="settings are damaged"):
        recall(tmp_path / "a.png")


def comment(text: str, encoding: str) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + text.encode(encoding)
    return exif


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("suffix", ["jpg", "webp"])
def test_exif_comments_of_jpeg_and_webp(tmp_path: Path, suffix: str, encoding: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (8, 8)).save(path, exif=comment(TEXTS["plain"], encoding))
    found = recall(path)
    assert found is not None
    assert (found.prompt, found.negative_prompt, found.seed) == ("a moth", "a lamp", 5)


def test_pictures_without_settings_have_none(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
        assert recall(tmp_path / name) is None


def test_text_behind_the_pixels_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(PICTURE, {}))
    data = path.read_bytes()
    chunk = chunk_of(TEXTS["plain"])
    path.write_bytes(data[:-12] + chunk + data[-12:])  # before IEND
    found = recall(path)
    assert found is not None
    assert found.seed == 5


def chunk_of(text: str) -> bytes:
    import struct
    import zlib

    body = b"tEXtparameters\0" + text.encode("latin-1")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
