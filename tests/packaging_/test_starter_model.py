"""The recipe of the model in the box, in miniature: from drawings made here to a model folder."""

import json
import shutil
import tarfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starter_model.artwork import Artwork, Pixels, render
from starter_model.captions import caption
from starter_model.chance import SceneMaker, unseen_pair
from starter_model.config import NOISE, PICTURE, Networks, Plan
from starter_model.contrast import repeated, tokenized
from starter_model.diffusion import FOCUS, Diffuser, chosen_times, focused, milder
from starter_model.exam import Exam, Size
from starter_model.marks import load_marks
from starter_model.milestone import pack_judge, unpack, unpack_judge
from starter_model.near_misses import NearMisses
from starter_model.painter import Order, Painter
from starter_model.scenes import COLOURS, tinted
from starter_model.sources import ICON_SETS, NAMES, SHORTCODES, UNSEEN, Drawing, IconSet
from starter_model.stages import STAGES, run
from starter_model.workshop import Workshop

from sddesk.core.models import read_model

LABELS = {
    "gorilla": "animal-mammal",
    "rabbit": "animal-mammal",
    "rabbit face": "animal-mammal",
    "cricket": "animal-bug",
    "french fries": "food-prepared",
    "banana": "food-fruit",
    "deciduous tree": "plant-other",
    "evergreen tree": "plant-other",
    "automobile": "transport-ground",
}
SUBGROUPS = sorted(set(LABELS.values()))
PLAN = Plan(
    networks=Networks(
        vae_channels=(8, 8, 8, 16),
        vae_groups=4,
        unet_channels=(16, 32, 32),
        unet_groups=8,
        text_width=64,
        text_layers=1,
        vision_channels=(8, 16, 16, 32),
    ),
    vocabulary=700,
    scenes_per_part=40,
    parts=2,
    judge_parts=1,
    crop_samples=32,
    vae_samples=48,
    decoder_samples=32,
    contrast_samples=64,
    contrast_batch=32,
    judge_samples=64,
    diffusion_samples=128,
    export_every=1,
)
SIZE = Size(
    names=6,
    treated=4,
    per_colour=1,
    pairs=2,
    held_out=4,
    varied=2,
    negatives=2,
    sketches=2,
    essay=1,
    samples=2,
    reconstructions=2,
)


def pack(archive: Path, members: dict[str, Any]) -> None:
    """An archive as npm packs it."""
    with tarfile.open(archive, "w:gz") as tar:
        for name, value in members.items():
            data = json.dumps(value).encode()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            tar.addfile(info, BytesIO(data))


def draw_set(icon_set: IconSet, folder: Path) -> None:
    """Coloured shapes in place of a set's drawings, other colours for each set."""
    icons = {}
    for k, label in enumerate(LABELS):
        colour = f"hsl({(40 * k + 7 * len(icon_set.style)) % 360}, 80%, 50%)"
        shape = (
            f'<circle cx="32" cy="32" r="{14 + k}" fill="{colour}"/>'
            if k % 2
            else f'<rect x="8" y="20" width="48" height="{10 + 3 * k}" fill="{colour}"/>'
        )
        icons[label.replace(" ", "-")] = {"body": shape}
    archive = f"{icon_set.package.removeprefix('@').replace('/', '-')}-{icon_set.version}.tgz"
    pack(folder / archive, {"icons.json": {"width": 64, "height": 64, "icons": icons}})


def draw_everything(folder: Path) -> None:
    """All that the recipe would download."""
    folder.mkdir(parents=True)
    for icon_set in (*ICON_SETS, UNSEEN):
        draw_set(icon_set, folder)
    emojis = [
        {"label": label, "subgroup": SUBGROUPS.index(subgroup), "hexcode": f"{k:X}"}
        for k, (label, subgroup) in enumerate(LABELS.items())
    ]
    subgroups = [{"order": k, "key": key} for k, key in enumerate(SUBGROUPS)]
    shortcodes = {f"en/shortcodes/{name}.json": {} for name in SHORTCODES}
    members = {"en/data.json": emojis, "en/messages.json": {"subgroups": subgroups}}
    pack(folder / f"{NAMES.package}-{NAMES.version}.tgz", members | shortcodes)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop in which every stage has run."""
    work = tmp_path_factory.mktemp("starter")
    draw_everything(work / "npm")
    shop = Workshop(PLAN, work, work / "models" / "starter", SIZE)
    run(shop, list(STAGES))
    return shop


def test_the_folder_is_a_model_that_the_program_reads(shop: Workshop) -> None:
    model = read_model(shop.out)
    assert model.name == "Starter"
    assert (model.defaults.width, model.defaults.height) == (PICTURE, PICTURE)
    weights = list(shop.out.rglob("*.safetensors"))
    assert len(weights) == 3
    assert b'"F16"' in weights[0].read_bytes()[:100_000]


def test_the_same_order_gives_the_same_picture_alone_and_among_others(shop: Workshop) -> None:
    painter = Painter(shop.out)
    orders = [Order("a banana", 3), Order("a gorilla", 4), Order("a banana", 3)]
    first, other, again = painter.paint(orders)
    alone = painter.paint(orders[:1])[0]
    assert np.array_equal(first, again)
    assert distance(first, alone) < distance(first, other) / 10  # bfloat16 rounds by batch


def distance(one: Pixels, other: Pixels) -> float:
    """The mean difference of colour values."""
    return float(np.abs(one.astype(int) - other).mean())


def test_every_row_has_its_figure_and_the_card_shows_it(shop: Workshop) -> None:
    marks = load_marks(shop.work / "evaluation" / "figures.json")
    assert {m.row for m in marks} == {"1", "2", "3", "4", "5", "6"}
    assert all(np.isfinite(m.value) for m in marks)
    card = (shop.out / "README.md").read_text(encoding="utf-8")
    assert all(m.what in card for m in marks)
    assert all(icon_set.credit in card for icon_set in ICON_SETS)
    assert UNSEEN.credit not in card
    sheets = {path.name for path in shop.out.glob("*.jpg")}
    assert {"samples.jpg", "reconstructions.jpg", "essay-1.jpg"} <= sheets
    assert all(f"]({name})" in card for name in sheets)


def test_samples_are_shown_as_it_goes(shop: Workshop) -> None:
    assert [p.name for p in (shop.work / "samples").iterdir()] == ["00000128.jpg"]


def test_stages_that_are_done_are_not_done_again(shop: Workshop) -> None:
    kept = {p: p.stat().st_mtime_ns for p in shop.work.glob("*.pt")}
    assert {p.stem for p in kept} == {"autoencoder", "contrast", "judge", "decoder", "diffusion"}
    fresh = Workshop(PLAN, shop.work, shop.out, SIZE)
    run(fresh, list(STAGES)[: list(STAGES).index("export")])
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


def test_training_goes_on_from_the_model_that_ships(shop: Workshop, tmp_path: Path) -> None:
    shutil.copytree(shop.work, tmp_path / "work", ignore=shutil.ignore_patterns("*.pt", "models"))
    unpack(shop.out, tmp_path / "work", 128)
    longer = replace(PLAN, diffusion_samples=192)
    again = Workshop(longer, tmp_path / "work", tmp_path / "starter", SIZE)
    shipped = json.loads((shop.out / "vae" / "config.json").read_text(encoding="utf-8"))
    assert again.latents().scale == shipped["scaling_factor"]
    run(again, ["autoencoder", "contrast", "diffusion", "export"])
    assert torch.load(tmp_path / "work" / "diffusion.pt", weights_only=True)["seen"] == 192
    assert read_model(again.out).name == "Starter"


def test_the_judge_that_was_kept_sees_what_the_trained_one_sees(
    shop: Workshop, tmp_path: Path
) -> None:
    pack_judge(shop.work / "judge.pt", tmp_path / "judge.safetensors")
    shutil.copytree(shop.work / "tokenizer", tmp_path / "work" / "tokenizer")
    unpack_judge(tmp_path / "judge.safetensors", tmp_path / "work" / "judge.pt")
    kept = Workshop(PLAN, tmp_path / "work", tmp_path / "out", SIZE)
    pictures = shop.pool.parts[0].pictures()[:4]
    assert torch.allclose(kept.judge().see(pictures), shop.judge().see(pictures), atol=0.01)
    assert torch.load(tmp_path / "work" / "judge.pt", weights_only=True)["seen"] >= 64


def test_the_exam_is_fixed_and_keeps_to_what_training_never_saw(shop: Workshop) -> None:
    artwork = Artwork.load(shop.work)
    one, same = (Exam(artwork, shop.held_out, 5, SIZE) for _ in range(2))
    for question in ("one_object", "treated", "grounds", "pairs", "unseen_manners"):
        asked = getattr(one, question)()
        assert [(t.prompt, t.seed) for t in asked] == [
            (t.prompt, t.seed) for t in getattr(same, question)()
        ]
    assert all(shop.held_out.forbids(t.scene) for t in one.unseen_manners())
    assert not any(shop.held_out.forbids(t.scene) for t in one.one_object())
    for task in one.pairs():
        assert task.scene.second is not None
        assert unseen_pair(task.scene.first.subject, task.scene.second.subject)


def test_a_near_miss_changes_one_word_for_another_of_its_kind() -> None:
    misses = NearMisses.of(("cat", "cat face", "dog"))
    r = np.random.default_rng(3)
    caption = "a cat face on a red background, noto style"
    found = {misses.of_caption(caption, r) for _ in range(200)}
    assert caption not in found
    assert "a dog on a red background, noto style" in found
    assert "a cat face on a blue background, noto style" in found
    assert "a cat face on a red background, blob style" in found
    assert all(len(set(f.split()) - set(caption.split())) <= 1 for f in found)
    assert misses.of_caption("something else", r) == "something else"


def test_a_caption_that_fits_another_picture_too_is_no_mistake() -> None:
    tokens = torch.tensor([[1, 2], [3, 4], [1, 2], [5, 6], [3, 4]])
    assert repeated(tokens, 3).tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0]]


@pytest.mark.parametrize(("done", "focus"), [(0.1, (500, 1000)), (0.9, (0, 600))])
def test_noisy_steps_come_more_often_at_first_and_details_later(
    done: float, focus: tuple[int, int]
) -> None:
    times = chosen_times(20_000, focused(done), torch.Generator().manual_seed(1))
    assert (int(times.min()), int(times.max())) == (0, NOISE.steps - 1)
    first, end = focus
    share = float(((times >= first) & (times < end)).float().mean())
    assert share == pytest.approx(FOCUS + (1 - FOCUS) * (end - first) / NOISE.steps, abs=0.02)


def test_what_a_clip_path_cuts_off_does_not_show_and_its_outline_is_not_painted() -> None:
    square = '<path id="square" d="M20 20h60v60h-60z"/>'
    clip = '<clipPath id="clip"><use href="#square"/></clipPath>'
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<defs>{square}</defs><use fill="#fc0" href="#square"/>{clip}'
        '<path fill="#08f" d="M0 0h50v100h-50z" clip-path="url(#clip)"/></svg>'
    )
    pixels = render(Drawing("square", "blob", svg))
    assert pixels is not None
    assert pixels.shape == (PICTURE, PICTURE, 4)  # cut to what the clip leaves
    assert pixels[64, 20].tolist() == [0, 136, 255, 255]
    assert pixels[64, 100].tolist() == [255, 204, 0, 255]


def test_what_is_taught_mildly_answers_guidance_5_as_the_truth_answers_2(shop: Workshop) -> None:
    model, r = Diffuser(PLAN, shop.tokenizer), torch.Generator().manual_seed(3)
    noisy, velocity = torch.randn(2, 3, 4, 16, 16, generator=r)
    times, empty = torch.tensor([400, 600, 999]), tokenized([""], shop.tokenizer)
    taught = milder(model, noisy, times, empty, velocity)
    plain = model.answer(noisy, times, empty.expand(3, -1)).detach()
    assert torch.allclose(plain + 5 * (taught - plain), plain + 2 * (velocity - plain), atol=1e-4)
    assert not torch.allclose(taught, velocity, atol=0.1)


def test_tinted_things_have_another_colour_and_the_caption_says_which(shop: Workshop) -> None:
    maker, r = SceneMaker(shop.taught, shop.held_out, tinted=1.0), np.random.default_rng(4)
    scenes = [maker.scene(r) for _ in range(40)]
    assert {s.tint for s in scenes} == set(COLOURS)
    for scene in scenes:
        assert scene.tint not in scene.ground.colours
        assert f"{scene.tint} " in caption(scene, r)
    plain = SceneMaker(shop.taught, shop.held_out)
    assert not any(plain.scene(r).tint for _ in range(40))


def test_tinting_keeps_what_is_white_and_what_is_clear() -> None:
    thing = np.zeros((3, 4, 4), np.uint8)
    thing[0], thing[1], thing[2] = (200, 30, 30, 255), (255, 255, 255, 255), (200, 30, 30, 0)
    blue = np.array(COLOURS["blue"], np.float32)
    made = tinted(thing, blue)
    assert np.allclose(made[0, :, :3], blue, atol=4)
    assert np.array_equal(made[1], thing[1])
    assert np.array_equal(made[..., 3], thing[..., 3])
