"""Drawings on disk: what we write, what others write, and what nobody should have written."""

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from sddesk.core.canvas import operations as ops
from sddesk.core.canvas.compositing import flatten
from sddesk.core.canvas.document import Document, blank_state
from sddesk.core.canvas.layers import State
from sddesk.core.canvas.openraster import OraWriter
from sddesk.core.canvas.openraster_reading import load_drawing, load_merged
from sddesk.core.canvas.snapshots import Snapshots
from sddesk.core.picture_files import load_rgba
from sddesk.core.problems import ProblemError
from tests.core.canvas.test_document import do_something, facts

Entries = dict[str, bytes]


def some_drawing(seed: int = 5) -> Document:
    document = Document(blank_state(40, 40))
    dice = random.Random(seed)
    for _ in range(80):
        do_something(document, dice)
    return document


def png(size: tuple[int, int] = (4, 4), color: str = "red", mode: str = "RGBA") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, "PNG")
    return buffer.getvalue()


def packed(state: State) -> bytes:
    buffer = io.BytesIO()
    OraWriter().write(buffer, state)
    return buffer.getvalue()


def archive(path: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return path


def stack(layers: str, size: str = 'w="8" h="8"') -> bytes:
    return f'<?xml version="1.0"?><image {size}><stack>{layers}</stack></image>'.encode()


def without_ids(state: State) -> list[object]:
    """Facts that a file keeps: invisible colours under alpha 0 beyond the drawn part are not."""
    kept = facts(replace(state, selection=None))
    layers = [
        (x.name, x.opacity, x.visible, x.locked, x.alpha_locked, _seen(x.pixels))
        for x in state.layers
    ]
    return [*kept[:-1], layers, state.index(state.active)]


def _seen(pixels: np.ndarray) -> bytes:
    return np.where(pixels[..., 3:] > 0, pixels, 0).tobytes()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_written_is_read(tmp_path: Path, seed: int) -> None:
    document = some_drawing(seed)
    path = tmp_path / "a.ora"
    OraWriter().save(path, document.state)
    assert without_ids(load_drawing(path)) == without_ids(document.state)
    assert load_merged(path) == flatten(document.state)


def test_the_file_keeps_to_the_specification(tmp_path: Path) -> None:
    document = some_drawing()
    path = tmp_path / "a.ora"
    OraWriter().save(path, document.state)
    data = path.read_bytes()
    assert data[30:38] == b"mimetype"  # of the first local header
    assert data[38:54] == b"image/openraster"
    with zipfile.ZipFile(path) as file:
        assert file.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert file.testzip() is None
        with Image.open(file.open("Thumbnails/thumbnail.png")) as thumbnail:
            assert max(thumbnail.size) <= 256
        state = document.state
        canvas = Image.new("RGBA", (state.width, state.height))
        root = ElementTree.fromstring(file.read("stack.xml"))
        for layer in reversed(root.findall("./stack/layer")):  # as a simple reader would
            if layer.get("visibility") == "hidden":
                continue
            sheet = Image.new("RGBA", canvas.size)
            image = Image.open(file.open(layer.attrib["src"])).convert("RGBA")
            sheet.paste(image, (int(layer.attrib["x"]), int(layer.attrib["y"])))
            alpha = sheet.getchannel("A").point(lambda a, o=layer: a * float(o.get("opacity", 1)))
            sheet.putalpha(alpha)
            canvas = Image.alpha_composite(canvas, sheet)
        white = Image.alpha_composite(Image.new("RGBA", canvas.size, "white"), canvas)
    ours = np.frombuffer(flatten(state).pixels, np.uint8).astype(int)
    theirs = np.asarray(white.convert("RGB")).reshape(-1).astype(int)
    assert np.abs(ours - theirs).max() <= 3  # 8-bit steps between layers


def test_groups_and_offsets_of_others_are_read(tmp_path: Path) -> None:
    layers = (
        '<stack x="1" y="2" opacity="0.5"><layer src="data/a.png" x="1" name="in group"/></stack>'
        '<layer src="data/b.png" x="-2" y="0" visibility="hidden" composite-op="svg:multiply"/>'
    )
    entries = {"stack.xml": stack(layers), "data/a.png": png(), "data/b.png": png(mode="L")}
    state = load_drawing(archive(tmp_path / "theirs.ora", entries))
    below, above = state.layers
    assert (above.name, above.opacity, above.visible) == ("in group", 0.5, True)
    assert not below.visible
    assert state.background is None
    rows, columns = np.nonzero(above.pixels[..., 3])
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (2, 2, 5, 5)
    assert np.flatnonzero(below.pixels[0, :, 3]).tolist() == [0, 1]


def test_unchanged_layers_are_not_packed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(blank_state(64, 64))
    for _ in range(3):
        ops.add_layer(document)
    snapshots, writer = Snapshots(), OraWriter()
    first = snapshots.take(document.state).state()
    writer.write(io.BytesIO(), first)
    edit = document.begin()
    edit.touch(edit.bounds)
    edit.pixels[...] = 7
    document.commit(edit)
    second = snapshots.take(document.state).state()
    same = [a.raster is b.raster for a, b in zip(first.layers, second.layers, strict=True)]
    assert same == [True, True, True, False]
    assert second.layers[3].pixels is not document.active.pixels
    assert not first.layers[3].pixels.any()
    import sddesk.core.canvas.openraster as module

    made: list[object] = []
    real = module.Packer.parts
    monkeypatch.setattr(module.Packer, "parts", lambda *args: made.append(1) or real(*args))
    writer.write(io.BytesIO(), second)
    assert len(made) == 3  # one layer, the merged image and its thumbnail


def _bomb(path: Path) -> None:
    lots = b"<image>" + b" " * 2**21 + b"</image>"
    archive(path, {"stack.xml": lots})


def _entities(path: Path) -> None:
    xml = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><image w="&b;"/>'
    archive(path, {"stack.xml": xml})


def _huge_layer(path: Path) -> None:
    image = Image.new("1", (20_000, 20_000))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    layer = stack('<layer src="data/a.png"/>')
    archive(path, {"stack.xml": layer, "data/a.png": buffer.getvalue()})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 nothing"),
        lambda path: archive(path, {}),
        lambda path: archive(path, {"stack.xml": b"<image w='8' h='8'>"}),
        lambda path: archive(path, {"stack.xml": stack("", 'w="20000" h="20000"')}),
        lambda path: archive(path, {"stack.xml": stack("", 'w="nan" h="8"')}),
        lambda path: archive(path, {"stack.xml": stack("", 'h="8"')}),
        lambda path: archive(path, {"stack.xml": stack('<layer src="data/a.png"/>')}),
        lambda path: archive(path, {"stack.xml": stack("<layer/>")}),
        lambda path: archive(path, {"stack.xml": stack("<stack>" * 40 + "</stack>" * 40)}),
        lambda path: archive(path, {"../evil.png": png(), "stack.xml": stack("")}),
        lambda path: archive(path, {"/etc/evil": png(), "stack.xml": stack("")}),
        lambda path: archive(path, {"a\\..\\evil": png(), "stack.xml": stack("")}),
        lambda path: archive(path, {"stack.xml": stack('<layer src="a"/>' * 999), "a": png()}),
        _bomb,
        _entities,
        _huge_layer,
    ],
)
def test_bad_files_are_refused_in_words(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "bad.ora"
    spoil(path)
    with pytest.raises(ProblemError) as error:
        load_drawing(path)
    assert error.value.problem.title
    assert not error.value.problem.ours
    assert not (tmp_path.parent / "evil.png").exists()


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    whole = packed(some_drawing().state)
    path = tmp_path / "cut.ora"
    for share in range(0, 100, 7):
        path.write_bytes(whole[: len(whole) * share // 100])
        with pytest.raises(ProblemError):
            load_drawing(path)
    with pytest.raises(ProblemError, match="No such file"):
        load_drawing(tmp_path / "none.ora")


def test_flipped_bits_never_do_worse_than_a_message(tmp_path: Path) -> None:
    whole = bytearray(packed(some_drawing().state))
    dice = random.Random(2)
    path = tmp_path / "flipped.ora"
    for _ in range(200):
        spoilt = bytearray(whole)
        for _ in range(3):
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        path.write_bytes(spoilt)
        try:
            load_drawing(path)
        except ProblemError:
            continue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_all_kinds_become_layers(tmp_path: Path, mode: str) -> None:
    kind = "jpg" if mode == "CMYK" else "png"
    path = tmp_path / f"picture.{kind}"
    Image.new("RGBA" if mode == "LA" else "L", (6, 3), "white").convert(mode).save(path)
    width, height, data = load_rgba(path, 2048)
    assert (width, height) == (6, 3)
    pixels = np.frombuffer(data, np.uint8).reshape(3, 6, 4)
    assert pixels.min() >= 254 or mode == "I;16"
    assert pixels[..., 3].min() == 255


def test_turned_animated_and_large_pictures(tmp_path: Path) -> None:
    turned = Image.new("RGB", (9, 4))
    exif = turned.getexif()
    exif[0x0112] = 6  # turned by a quarter
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert load_rgba(tmp_path / "turned.jpg", 2048)[:2] == (4, 9)
    frames = [Image.new("RGBA", (5, 5), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    assert load_rgba(tmp_path / "a.webp", 2048)[2][:4] == bytes((255, 0, 0, 255))
    Image.new("L", (5000, 100)).save(tmp_path / "wide.png")
    assert load_rgba(tmp_path / "wide.png", 2048)[:2] == (2048, 41)
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(ProblemError, match="too large"):
        load_rgba(tmp_path / "bomb.png", 2048)
